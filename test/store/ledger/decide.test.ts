import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Desk } from "../../../src/alarm/ledger.ts";
import { isOpen } from "../../../src/incident/incident.ts";
import { at, firing, freshParts, opening } from "../parts.ts";

async function openOrJoin(desk: Desk): Promise<number> {
  const open = (await desk.incidents(at(-60))).find(isOpen);
  return (open ? await desk.keep({ ...open, alarms: open.alarms + 1 }) : await desk.open(opening())).id;
}

test("twenty decisions about one environment at the same time, in two copies, open one incident", async () => {
  const { ledger, copy, incidents } = await freshParts();
  const other = copy("b");
  const ids = await Promise.all(
    Array.from({ length: 20 }, async (_, nth) => (nth % 2 === 0 ? ledger : other.ledger).decide("prod", openOrJoin)),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await incidents.list({ most: 10 })).toMatchObject([{ alarms: 20, version: 20 }]);
});

test("environments are decided about side by side", async () => {
  const { ledger } = await freshParts();
  const inner = Promise.withResolvers<void>();
  await ledger.decide("prod", async () => {
    await ledger.decide("staging", async () => inner.resolve());
    await inner.promise;
  });
});

test("a delivery is taken in once, also within one decision", async () => {
  const { ledger } = await freshParts();
  const delivery = { id: "arn:disk 2026-11-26T03:00:00.000Z alarm", source: "eventbridge" as const, receivedAt: at(0) };
  const twice = ledger.decide("prod", async (desk) => [await desk.isFirst(delivery), await desk.isFirst(delivery)]);
  expect(await twice).toEqual([true, false]);
  expect(await ledger.decide("prod", async (desk) => desk.isFirst(delivery))).toBe(false);
});

test("nothing of a decision is kept when it throws", async () => {
  const { ledger, incidents } = await freshParts();
  const delivery = { id: "1", source: "sns" as const, receivedAt: at(0) };
  const failing = ledger.decide("prod", async (desk) => {
    await desk.isFirst(delivery);
    const incident = await desk.open(opening());
    await desk.keepAlarm(firing("arn:disk", { incident: incident.id }));
    await desk.note(incident.id, at(0), at(0), { kind: "opened", by: "sns" });
    throw new Error("the runbook is gone");
  });
  await expect(failing).rejects.toThrow("deciding about the alarms of prod: the runbook is gone");
  expect(await incidents.list({ most: 10 })).toEqual([]);
  const left = ledger.decide("prod", async (desk) => [await desk.isFirst(delivery), await desk.alarm("arn:disk")]);
  expect(await left).toEqual([true, undefined]);
});

test("a lost connection is told with what was being done, and the next decision works", async () => {
  const { ledger, db, incidents } = await freshParts();
  const cut = ledger.decide("prod", async (desk) => {
    await desk.open(opening());
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`.execute(db);
    await desk.incidents(at(0));
  });
  await expect(cut).rejects.toThrow(/^deciding about the alarms of prod: ./);
  await ledger.decide("prod", openOrJoin);
  expect(await incidents.list({ most: 10 })).toHaveLength(1);
});

test("what is written is seen at once by the same decision, and by the next one", async () => {
  const { ledger } = await freshParts();
  const disk = firing("arn:disk", { value: 97, threshold: 90, firedAt: at(0), lastToldAt: at(1), watches: ["a", "b, {c}"] });
  const id = await ledger.decide("prod", async (desk) => {
    const incident = await desk.open(opening());
    await desk.keepAlarm({ ...disk, incident: incident.id });
    await desk.keepAlarm({ ...firing("arn:cpu"), incident: incident.id });
    expect(await desk.alarmsOf(incident.id)).toMatchObject([{ key: "arn:cpu" }, { key: "arn:disk" }]);
    await desk.keepAlarm(firing("arn:cpu"));
    expect(await desk.alarmsOf(incident.id)).toMatchObject([{ key: "arn:disk" }]);
    expect(await desk.keep({ ...incident, state: "easing", easedAt: at(5) })).toMatchObject({ version: 2 });
    expect(await desk.incidents(at(0))).toMatchObject([{ state: "easing", version: 2 }]);
    return incident.id;
  });
  await ledger.decide("prod", async (desk) => {
    expect(await desk.alarmsOf(id)).toEqual([{ ...disk, incident: id }]);
    expect(await desk.alarm("arn:cpu")).toEqual(firing("arn:cpu"));
    expect(await desk.incidents(at(0))).toEqual([{ ...opening(), id, version: 2, state: "easing", easedAt: at(5) }]);
  });
});

test("incidents are those that are open, or ended since; the latest first", async () => {
  const { ledger } = await freshParts();
  await ledger.decide("staging", async (desk) => desk.open(opening({ environment: "staging" })));
  await ledger.decide("prod", async (desk) => {
    await desk.open(opening({ state: "recovered", endedAt: at(10) }));
    await desk.open(opening({ state: "lapsed", endedAt: at(20) }));
    await desk.open(opening());
  });
  await ledger.decide("prod", async (desk) => {
    expect((await desk.incidents(at(30))).map(({ state }) => state)).toEqual(["open"]);
    expect((await desk.incidents(at(15))).map(({ state }) => state)).toEqual(["open", "lapsed"]);
    expect((await desk.incidents(at(0))).map(({ state }) => state)).toEqual(["open", "lapsed", "recovered"]);
    expect((await desk.incidents(at(30))).map(({ state }) => state)).toEqual(["open"]);
  });
});

test("an incident of another environment is not kept", async () => {
  const { ledger } = await freshParts();
  const incident = await ledger.decide("staging", async (desk) => desk.open(opening({ environment: "staging" })));
  const wrong = ledger.decide("prod", async (desk) => desk.keep(incident));
  await expect(wrong).rejects.toThrow("an incident of staging was kept while prod was decided about");
});

test("what is written after a decision was kept is an error, not a loss", async () => {
  const { ledger } = await freshParts();
  const desk = await ledger.decide("prod", async (given) => ({ given }));
  await expect(desk.given.keepAlarm(firing("arn:disk"))).rejects.toThrow("an await is missing");
});

test("a decision within one about the same environment is an error, instead of waiting for itself", async () => {
  const { ledger } = await freshParts();
  const nested = ledger.decide("prod", async () => ledger.decide("prod", async () => "never"));
  await expect(nested).rejects.toThrow("a decision about prod within another one");
  expect(await ledger.decide("prod", async () => "free again")).toBe("free again");
});

test("a hundred decisions about one environment leave room for others, and each is made", async () => {
  const { ledger, incidents } = await freshParts();
  const go = Promise.withResolvers<void>();
  const many = Promise.all(
    Array.from({ length: 100 }, async (_, nth) =>
      ledger.decide("prod", async (desk) => {
        if (nth === 0) await go.promise;
        await openOrJoin(desk);
      }),
    ),
  );
  await ledger.decide("staging", async () => go.resolve());
  await many;
  expect(await incidents.list({ most: 10 })).toMatchObject([{ environment: "prod", alarms: 100 }]);
});
