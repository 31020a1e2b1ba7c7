import { expect, test } from "vitest";
import type { Desk, WantedDiagnosis } from "../../../src/alarm/ledger.ts";
import { at, freshParts, opening, type Parts } from "../parts.ts";

const wish = (incident: number, given: Partial<WantedDiagnosis> = {}): WantedDiagnosis => ({
  incident,
  environment: "prod",
  runbook: "web",
  why: "recheck",
  by: "gumshoe",
  dueAt: at(2),
  ...given,
});

async function wanted({ db }: Parts) {
  const rows = await db.selectFrom("diagnosis").select(["why", "runbook", "due_at"]).where("state", "=", "wanted").orderBy("id").execute();
  return rows.map((row) => `${row.why} by ${row.runbook} at ${row.due_at.toISOString().slice(14, 16)}`);
}

async function withIncident(): Promise<{ parts: Parts; decide: (work: (desk: Desk) => Promise<void>) => Promise<void>; id: number }> {
  const parts = await freshParts();
  const { id } = await parts.ledger.decide("prod", async (desk) => desk.open(opening()));
  return { parts, id, decide: async (work) => parts.ledger.decide("prod", work) };
}

test("a diagnosis is wanted once for an incident, a runbook and a reason", async () => {
  const { parts, decide, id } = await withIncident();
  await decide(async (desk) => {
    await desk.want(wish(id));
    await desk.want(wish(id, { dueAt: at(30) }));
    await desk.want(wish(id, { why: "new-alarm" }));
  });
  await decide(async (desk) => desk.want(wish(id, { dueAt: at(5) })));
  await decide(async (desk) => desk.want(wish(id, { runbook: "queue" })));
  expect(await wanted(parts)).toEqual(["recheck by web at 02", "new-alarm by web at 02", "recheck by queue at 02"]);
});

test("what is taken back and wanted again is wanted at its new time", async () => {
  const { parts, decide, id } = await withIncident();
  await decide(async (desk) => desk.want(wish(id)));
  await decide(async (desk) => {
    await desk.unwant(id, "recheck");
    await desk.want(wish(id, { dueAt: at(30) }));
  });
  expect(await wanted(parts)).toEqual(["recheck by web at 30"]);
  await decide(async (desk) => {
    await desk.want(wish(id, { why: "new-alarm" }));
    await desk.unwant(id, "new-alarm");
    await desk.unwant(id, "recheck");
  });
  expect(await wanted(parts)).toEqual([]);
});

test("a diagnosis that has begun is neither taken back nor in the way of the next", async () => {
  const { parts, decide, id } = await withIncident();
  await decide(async (desk) => desk.want(wish(id)));
  const taken = await parts.diagnoses.takeDue(at(2));
  await decide(async (desk) => {
    await desk.unwant(id, "recheck");
    await desk.want(wish(id, { dueAt: at(9) }));
  });
  expect(await wanted(parts)).toEqual(["recheck by web at 09"]);
  expect(await parts.diagnoses.running()).toMatchObject([{ id: taken?.row.id }]);
});
