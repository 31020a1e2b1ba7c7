import { expect, test } from "vitest";
import { reason } from "../../src/words/because.ts";
import { at, firing, freshParts, opening } from "./parts.ts";

test("the record of an incident holds all that was written down of it, and nothing of another", async () => {
  const { ledger, diagnoses, audit, incidents } = await freshParts();
  const [id] = await ledger.decide("prod", async (desk) => {
    const [one, other] = [await desk.open(opening()), await desk.open(opening())];
    for (const { id: incident } of [one, other]) {
      await desk.keepAlarm(firing(`arn:${incident}`, { incident }));
      await desk.note(incident, at(5), at(6), { kind: "opened", by: "sns" });
    }
    await desk.note(one.id, at(2), at(7), { kind: "alarm-fired", alarm: "arn:1", name: "disk", reason: "97 is above 90", value: 97 });
    await desk.want({ incident: one.id, environment: "prod", runbook: "web", why: "opened", by: "gumshoe", dueAt: at(8) });
    return [one.id, other.id];
  });
  await diagnoses.takeDue(at(8));
  const raw = {
    at: at(9),
    timezone: "UTC",
    names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
    hasCelery: false,
    hosts: new Map(),
    shared: new Map(),
    metrics: { kind: "unknown" as const, because: reason("noMetrics") },
  };
  await diagnoses.end("d-1", { how: "failed", because: "x" }, at(9), raw);
  await audit.note({ at: at(9), incident: id ?? 0, actor: "Mina", event: "muted", detail: { until: "04:00" } });
  await audit.note({ at: at(9), actor: "Mina", event: "started", detail: {} });
  const record = await incidents.record(id ?? 0);
  expect(record).toMatchObject({
    incident: { id, environment: "prod" },
    alarms: [{ key: `arn:${id}` }],
    diagnoses: [{ id: "d-1", state: "ended" }],
    audit: [{ at: at(9), actor: "Mina", event: "muted", detail: { until: "04:00" } }],
  });
  expect(record?.timeline.map(({ what }) => what.kind)).toEqual(["alarm-fired", "opened", "looking", "look-failed"]);
  expect(record?.evidence("d-1")).toEqual(raw);
  expect(record?.evidence("d-2")).toBeUndefined();
});

test("incidents are listed from the latest on, all or those that are open", async () => {
  const { ledger, incidents } = await freshParts();
  const states = ["recovered", "open", "lapsed", "easing"] as const;
  await ledger.decide("prod", async (desk) => {
    for (const state of states) await desk.open(opening({ state }));
  });
  expect((await incidents.list({ most: 3 })).map(({ state }) => state)).toEqual(["easing", "lapsed", "open"]);
  expect((await incidents.list({ most: 3, open: true })).map(({ state }) => state)).toEqual(["easing", "open"]);
});

test("an incident that is not there has no record, whatever its number", async () => {
  const { incidents } = await freshParts();
  for (const id of [7, 0, -1, 1.5, Number.NaN, 2 ** 60]) expect(await incidents.record(id)).toBeUndefined();
});

test("the audit is only added to", async () => {
  const { audit, db } = await freshParts();
  await audit.note({ at: at(0), actor: "Mina", event: "muted", detail: {} });
  const changes = [db.updateTable("audit").set({ actor: "nobody" }).execute(), db.deleteFrom("audit").execute()];
  for (const change of changes) await expect(change).rejects.toThrow("the audit is only added to");
});
