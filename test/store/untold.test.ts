import { expect, test } from "vitest";
import { at, firing, freshParts, opening, type Parts } from "./parts.ts";

async function open({ ledger }: Parts, environment: string, alarms: number): Promise<number> {
  return ledger.decide(environment, async (desk) => {
    const { id } = await desk.open(opening({ environment }));
    for (let nth = 0; nth < alarms; nth++) {
      const name = `${environment}-${nth}`;
      await desk.keepAlarm(firing(name, { environment, incident: id }));
      await desk.note(id, at(nth), at(nth), { kind: "alarm-fired", alarm: name, name, reason: "" });
    }
    return id;
  });
}

test("an incident is untold with all that belongs to it, and told up to what was read", async () => {
  const parts = await freshParts();
  const id = await open(parts, "prod", 2);
  await parts.mutes.mute({ environment: "prod", until: at(60), by: "Mina", at: at(0) });
  await parts.diagnoses.ask({
    environment: "prod",
    runbook: "web",
    by: { userId: "U1", name: "Mina" },
    home: { channel: "C1" },
    now: at(1),
  });
  const [untold] = await parts.untold.untold(9);
  expect(untold).toMatchObject({
    incident: { id, version: 3 },
    toldVersion: 0,
    postedAt: [],
    alarms: [{ key: "prod-0" }, { key: "prod-1" }],
    running: { id: "d-1" },
    mute: { by: "Mina" },
  });
  expect(untold?.entries.map(({ what }) => what.kind)).toEqual(["alarm-fired", "alarm-fired", "muted", "looking"]);
  await parts.diagnoses.end("d-1", { how: "stopped" }, at(2));
  await parts.untold.told(id, { version: 3, entry: untold?.entries.at(-1)?.id ?? 0, postedAt: [at(2)] });
  const [rest] = await parts.untold.untold(9);
  expect(rest).toMatchObject({ toldVersion: 3, postedAt: [at(2)], entries: [{ what: { kind: "look-failed" } }], last: { id: "d-1" } });
  expect(rest).not.toHaveProperty("running");
  expect(rest).not.toHaveProperty("before");
  await parts.untold.told(id, { version: 4, entry: rest?.entries[0]?.id ?? 0, postedAt: [at(2)] });
  expect(await parts.untold.untold(9)).toEqual([]);
});

test("fifty incidents that a mute holds back do not stand before one that is to be told", async () => {
  const parts = await freshParts();
  for (let nth = 0; nth < 12; nth++) {
    const id = await open(parts, "staging", 1);
    await parts.untold.told(id, { version: 0, entry: 1_000, postedAt: [] });
  }
  const held = async () => (await parts.untold.untold(99)).filter(({ incident }) => incident.environment === "staging").length;
  const until = (ms: number) => new Date(Date.now() + ms);
  expect(await held()).toBe(12);
  await parts.db
    .insertInto("mute")
    .values({ environment: "staging", by: "Mina", at: at(0), until: until(60_000) })
    .execute();
  const id = await open(parts, "prod", 1);
  expect((await parts.untold.untold(5)).map(({ incident }) => incident.id)).toEqual([id]);
  expect(await held()).toBe(0);
  await parts.db
    .updateTable("mute")
    .set({ until: until(-1) })
    .execute();
  expect(await held()).toBe(12);
});

test("who was called stands in the timeline once, however often the same is told", async () => {
  const parts = await freshParts();
  const id = await open(parts, "prod", 1);
  for (const version of [1, 1, 2])
    await parts.untold.told(id, { version, entry: 1, postedAt: [at(2)], called: { whom: "S0ONCALL", at: at(2) } });
  const { timeline = [] } = (await parts.incidents.record(id)) ?? {};
  expect(timeline.filter(({ what }) => what.kind === "called")).toMatchObject([{ at: at(2), what: { whom: "S0ONCALL" } }]);
  expect(await parts.untold.untold(9)).toEqual([]);
});

test("what was read earlier and is told later takes nothing back", async () => {
  const parts = await freshParts();
  const id = await open(parts, "prod", 2);
  await parts.untold.told(id, { version: 1, entry: 2, postedAt: [] });
  await parts.untold.told(id, { version: 0, entry: 1, postedAt: [] });
  expect(await parts.untold.untold(9)).toEqual([]);
});

test("entries that are held back stay untold, and so does their incident, without a change of it", async () => {
  const parts = await freshParts();
  const id = await open(parts, "prod", 3);
  for (let round = 0; round < 3; round++) {
    const [untold] = await parts.untold.untold(9);
    expect(untold).toMatchObject({ incident: { version: 1 } });
    expect(untold?.entries).toHaveLength(round === 0 ? 3 : 2);
    await parts.untold.told(id, { version: 1, entry: 1, postedAt: [] });
  }
  await parts.untold.told(id, { version: 1, entry: 3, postedAt: [] });
  expect(await parts.untold.untold(9)).toEqual([]);
});

test("those untold longest come first, and of each incident its own entries", async () => {
  const parts = await freshParts();
  const [late, early] = [await open(parts, "prod", 0), await open(parts, "staging", 2)];
  await parts.ledger.decide("prod", async (desk) => desk.note(late, at(9), at(9), { kind: "unmuted", by: "Mina" }));
  expect((await parts.untold.untold(9)).map(({ incident, entries }) => [incident.id, entries.length])).toEqual([
    [early, 2],
    [late, 1],
  ]);
  expect(await parts.untold.untold(1)).toMatchObject([{ incident: { id: early } }]);
});

test("of many diagnoses the last two that ended are told", async () => {
  const parts = await freshParts();
  for (let nth = 1; nth <= 4; nth++) {
    await parts.diagnoses.ask({
      environment: "prod",
      runbook: "web",
      by: { userId: "U1", name: "Mina" },
      home: { channel: "C1" },
      now: at(nth),
    });
    if (nth < 4) await parts.diagnoses.end(`d-${nth}`, { how: "failed", because: "x" }, at(nth));
  }
  expect(await parts.untold.untold(9)).toMatchObject([{ running: { id: "d-4" }, last: { id: "d-3" }, before: { id: "d-2" } }]);
});
