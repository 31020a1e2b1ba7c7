import { expect, test } from "vitest";
import { at, freshParts, opening } from "./parts.ts";

test("a delivery of Slack's is first once, in one of the copies, and is no alarm's", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b")];
  const first = await Promise.all(Array.from({ length: 10 }, async (_, nth) => copies[nth % 2]?.isFirst("event Ev1")));
  expect(first.filter(Boolean)).toHaveLength(1);
  const delivery = { id: "event Ev1", source: "sns" as const, receivedAt: at(0) };
  expect(await parts.ledger.decide("prod", async (desk) => desk.isFirst(delivery))).toBe(true);
});

test("a scheduled moment belongs to one copy, and the next moment is another", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b")];
  const claimed = await Promise.all(Array.from({ length: 10 }, async (_, nth) => copies[nth % 2]?.ticks.claim("check prod", at(15))));
  expect(claimed.filter(Boolean)).toHaveLength(1);
  expect(await parts.ticks.claim("check prod", at(30))).toBe(true);
  expect(await parts.ticks.claim("check staging", at(15))).toBe(true);
});

test("a mute is seen by who decides, is noted in the open incident, and the last one counts", async () => {
  const { ledger, mutes, incidents } = await freshParts();
  const id = await ledger.decide("prod", async (desk) => {
    await desk.open(opening({ state: "recovered", endedAt: at(5) }));
    return (await desk.open(opening())).id;
  });
  await mutes.mute({ environment: "prod", until: at(60), by: "Mina", at: at(0) });
  await mutes.mute({ environment: "prod", until: at(120), by: "Jun", at: at(1) });
  const last = { environment: "prod", until: at(120), by: "Jun", at: at(1) };
  expect(await mutes.all()).toEqual([last]);
  expect(await ledger.decide("prod", async (desk) => desk.mute())).toEqual(last);
  expect(await ledger.decide("staging", async (desk) => desk.mute())).toBeUndefined();
  expect(await mutes.unmute("prod", "Mina", at(2))).toBe(true);
  expect(await mutes.unmute("prod", "Mina", at(3))).toBe(false);
  const record = await incidents.record(id);
  expect(record).toMatchObject({
    incident: { version: 4 },
    timeline: [{ what: { kind: "muted" } }, { what: { by: "Jun" } }, { what: { kind: "unmuted" } }],
  });
  expect((await incidents.record(id - 1))?.timeline).toEqual([]);
});

test("a mute that is over is none", async () => {
  const { mutes } = await freshParts();
  await mutes.mute({ environment: "prod", until: at(-1), by: "Mina", at: at(-60) });
  expect(await mutes.all()).toEqual([]);
  expect(await mutes.unmute("prod", "Mina", at(0))).toBe(false);
});
