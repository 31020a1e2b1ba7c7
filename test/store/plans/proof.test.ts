import { expect, test } from "vitest";
import { settleOf } from "../../../src/alarm/settle.ts";
import type { DiagnosisEnd } from "../../../src/diagnosis/diagnoses.ts";
import type { Figures } from "../../../src/diagnosis/figures.ts";
import type { DiagnosisReason } from "../../../src/incident/timeline-entry.ts";
import { verifyAudit } from "../../../src/store/audit/lines.ts";
import { LIMITS } from "../../remediation/plans-for-tests.ts";
import { at, freshParts, type Parts } from "../parts.ts";
import { approved, eventsIn, openIncident, person } from "./a-plan.ts";

const WISH = { limits: { ...LIMITS, goodMs: 2 * 60_000 } };

/** What a look at a minute measures: a queue, quick connects and few failures, all of the last three minutes. */
function figures(minute: number, queue: number): Figures {
  return {
    at: at(minute).getTime(),
    queue: { is: "seen", what: { points: [{ at: at(minute - 1).getTime(), value: queue, peak: queue }] } },
    connects: { is: "seen", what: { slowestMs: 12, attempts: 10, failed: 0 } },
    requests: { is: "seen", what: { from: at(minute - 3).getTime(), requests: 100, failed: 0 } },
  };
}

const told = { verdict: "healthy" as const, roots: [], suspected: [], notSeen: 0, at: "", took: "" };
const judged = (minute: number, queue: number): DiagnosisEnd => ({
  how: "judged",
  verdict: queue < 1 ? "healthy" : "root-cause",
  rootCauses: [],
  alike: `${queue}`,
  told: { ...told, verdict: queue < 1 ? "healthy" : "root-cause" },
  ms: 5,
  figures: figures(minute, queue),
});

/** Ends the diagnosis that is due, and settles it at this minute. */
async function look(parts: Parts, minute: number, end: DiagnosisEnd): Promise<string> {
  const taken = await parts.diagnoses.takeDue(at(minute));
  if (!taken) return "nothing is due";
  await parts.diagnoses.end(taken.row.id, end, at(minute));
  const settle = settleOf({ ledger: parts.ledger, now: () => at(minute) });
  const settlement = await settle({ ...taken.row, end });
  expect(await settle({ ...taken.row, end })).toEqual({ is: "over" });
  return settlement.is;
}

const want = async (parts: Parts, incident: number, minute: number, why: DiagnosisReason = "opened") =>
  parts.ledger.decide("prod", async (desk) =>
    desk.want({ incident, environment: "prod", runbook: "web", why, by: "gumshoe", dueAt: at(minute) }),
  );

/** An incident that was looked at, whose plan was done at minute 5 with something to be proven. */
async function repaired(given?: Parts) {
  const parts = given ?? (await freshParts());
  const incident = await openIncident(parts);
  await want(parts, incident, -2);
  await look(parts, -1, judged(-1, 40));
  const plan = await approved(parts, { incident, action: "reboot-database" });
  await parts.plans.takeDue(at(2));
  await parts.plans.end(plan.id, { how: "done", says: [] }, at(5), WISH);
  const proof = async () => (await parts.plans.read(plan.id))?.proof;
  const state = async () => (await parts.incidents.record(incident))?.incident.state;
  const kinds = async () => ((await parts.incidents.record(incident))?.timeline ?? []).map(({ what }) => what.kind);
  return { parts, incident, plan, proof, state, kinds };
}

test("a plan that is done and meant to mend begins a proof against the figures that it was made by, and is looked at in a minute", async () => {
  const { parts, proof, plan, kinds } = await repaired();
  expect(await proof()).toMatchObject({
    state: "under-way",
    changedAt: at(5).getTime(),
    before: { queueMean: 40, connectMs: 12, failShare: 0 },
    points: [{ value: 40 }],
    samples: [],
  });
  expect(await parts.plans.read(plan.id)).toMatchObject({ state: "ended", end: { how: "done" } });
  expect(await kinds()).toContain("proof-began");
  expect(await eventsIn(parts)).toContain("proof began by gumshoe");
  expect(await parts.diagnoses.takeDue(at(5))).toBeUndefined();
  expect(await parts.diagnoses.takeDue(at(6))).toMatchObject({ row: { why: "recheck" } });
});

test("good looks prove it, each counted once; until then the incident stays open, and then it recovers", async () => {
  const { parts, incident, proof, state, kinds, plan } = await repaired();
  expect(await look(parts, 6, judged(6, 0))).toBe("again");
  expect(await proof()).toMatchObject({ stands: { is: "unseen", over: false } });
  for (const minute of [8, 9]) expect(await look(parts, minute, judged(minute, 0))).toBe("again");
  expect(await state()).not.toBe("recovered");
  expect(await proof()).toMatchObject({ stands: { is: "good-so-far", goodMs: 60_000 }, samples: [{}, {}, {}] });
  const before = (await parts.plans.read(plan.id))!.version;
  expect(await look(parts, 10, judged(10, 0))).toBe("recovered");
  expect((await parts.plans.read(plan.id))!.version).toBe(before + 1);
  expect(await proof()).toMatchObject({ state: "proven", endedAt: at(10).getTime(), stands: { is: "proven", after: { queueMean: 0 } } });
  expect(await state()).toBe("recovered");
  const { timeline, audit } = (await parts.incidents.record(incident))!;
  expect(timeline.find(({ what }) => what.kind === "proven")?.what).toMatchObject({ before: { queueMean: 40 }, after: { queueMean: 0 } });
  expect((await kinds()).slice(-2)).toEqual(["proven", "state"]);
  expect(await parts.untold.untold(9)).toMatchObject([{ proven: { before: { queueMean: 40 }, after: { queueMean: 0 } } }]);
  expect(audit.at(-1)).toMatchObject({ event: "proven", detail: { action: "reboot-database" } });
  expect(await verifyAudit(parts.db)).toMatchObject({ whole: true });
});

test("numbers that are bad to the end prove nothing; the incident stays open, and ordinary looks decide about it", async () => {
  const { parts, proof, state, kinds } = await repaired();
  for (let minute = 8; minute < 36; minute += 2) expect(await look(parts, minute, judged(minute, 40))).toBe("again");
  expect(await look(parts, 36, judged(36, 40))).not.toBe("recovered");
  expect(await proof()).toMatchObject({ state: "not-proven", stands: { is: "not-proven", bad: ["queue"], over: true } });
  expect(await state()).not.toBe("recovered");
  expect(await kinds()).toContain("not-proven");
});

test("a look that failed is one that could not see", async () => {
  const { parts, proof } = await repaired();
  expect(await look(parts, 8, { how: "failed", because: "d-9" })).toBe("again");
  expect(await proof()).toMatchObject({ samples: [{ numbers: {}, unseen: [{ of: "look" }] }], stands: { is: "unseen" } });
});

test("where no look is wanted any more one is, once however many copies look after it, and a proof without looks ends in time", async () => {
  const fresh = await freshParts();
  const other = fresh.copy("b").plans;
  const { parts, incident, proof } = await repaired(fresh);
  await parts.ledger.decide("prod", async (desk) => desk.unwant(incident, "recheck"));
  await Promise.all([parts.plans.prove(at(9)), other.prove(at(9)), other.prove(at(9))]);
  const wanted = await parts.db.selectFrom("diagnosis").select(["why", "due_at"]).where("state", "=", "wanted").execute();
  expect(wanted).toEqual([{ why: "recheck", due_at: at(9) }]);
  // A round comes every quarter of a minute.
  for (let minute = 10; minute <= 34; minute++) await parts.plans.prove(at(minute));
  expect(await proof()).toMatchObject({ state: "under-way" });
  await parts.plans.prove(at(35));
  expect(await proof()).toMatchObject({ state: "not-proven", stands: { is: "unseen", over: true } });
  await parts.plans.prove(at(36));
  expect((await eventsIn(parts)).filter((event) => event.startsWith("not proven"))).toHaveLength(1);
});

test("a clock that jumps an hour ahead loses no proof: a look is wanted at once, and what it sees goes on from there", async () => {
  const { parts, proof, state } = await repaired();
  await look(parts, 7, judged(7, 0.1));
  await parts.plans.prove(at(7.5));
  await parts.plans.prove(at(67.75));
  expect(await proof()).toMatchObject({ state: "under-way" });
  await look(parts, 68, judged(68, 0.1));
  await parts.plans.prove(at(68));
  expect(await proof()).toMatchObject({ state: "under-way", stands: { is: "good-so-far", goodMs: 0 } });
  for (const minute of [69, 70]) await look(parts, minute, judged(minute, 0.1));
  expect(await proof()).toMatchObject({ state: "proven", stands: { is: "proven" } });
  expect(await state()).toBe("recovered");
});

test("a clock that goes an hour back behind the change loses no proof: what is seen counts from then on", async () => {
  const { parts, proof } = await repaired();
  await parts.plans.prove(at(6));
  await parts.plans.prove(at(-54));
  expect(await proof()).toMatchObject({ state: "under-way" });
  await want(parts, (await parts.incidents.list({ most: 1 }))[0]!.id, -54, "recheck");
  await look(parts, -54, judged(-54, 0.1));
  expect(await proof()).toMatchObject({ state: "under-way", changedAt: at(-54).getTime(), stands: { is: "unseen", over: false } });
  for (const minute of [-50, -49, -48]) await look(parts, minute, judged(minute, 0.1));
  expect(await proof()).toMatchObject({ state: "proven" });
});

test("a look that a copy left behind is settled by another, and counted once", async () => {
  const parts = await freshParts();
  const b = parts.copy("b");
  const { proof } = await repaired(parts);
  const taken = await parts.diagnoses.takeDue(at(8));
  parts.alive.delete("a");
  const again = await b.diagnoses.takeDue(at(9));
  expect(again?.row.id).toBe(taken?.row.id);
  await b.diagnoses.end(again!.row.id, judged(9, 0), at(9));
  const settle = settleOf({ ledger: b.ledger, now: () => at(9) });
  await Promise.all([...(await b.diagnoses.unsettled(at(0)))].map(settle));
  await Promise.all([...(await b.diagnoses.unsettled(at(0)))].map(settle));
  expect((await proof())?.samples).toHaveLength(1);
});

test("another change takes the place of what was not proven yet", async () => {
  const { parts, incident, proof } = await repaired();
  const second = await approved(parts, { id: "p-2", incident, plannedAt: at(6), action: "reboot-database" });
  await parts.plans.approve(second.id, second.digest, person(1), at(7));
  await parts.plans.takeDue(at(7));
  await parts.plans.end("p-2", { how: "done", says: [] }, at(8), WISH);
  expect(await proof()).toMatchObject({ state: "not-proven", superseded: true });
  expect((await parts.plans.read("p-2"))?.proof).toMatchObject({ state: "under-way" });
});

test("what was proven closes an incident also later, where an alarm went quiet after it, but not for ever", async () => {
  const { parts, incident } = await repaired();
  for (const minute of [8, 9, 10]) await look(parts, minute, judged(minute, 0));
  const prove = async (minute: number, queue: number) => {
    await want(parts, incident, minute, "recheck");
    const { row } = (await parts.diagnoses.takeDue(at(minute)))!;
    await parts.diagnoses.end(row.id, judged(minute, queue), at(minute));
    return parts.ledger.decide("prod", async (desk) => desk.prove({ diagnosis: row.id, incident }, at(minute)));
  };
  expect(await prove(14, 0)).toBe("proven");
  expect(await prove(15, 3)).toBe("none");
  expect(await prove(41, 0)).toBe("none");
});

test("an incident is not closed by a healthy look while something of it is being changed", async () => {
  const parts = await freshParts();
  const incident = await openIncident(parts);
  const plan = await approved(parts, { incident });
  await parts.plans.takeDue(at(2));
  await want(parts, incident, 3);
  expect(await look(parts, 3, judged(3, 0))).toBe("again");
  await parts.plans.end(plan.id, { how: "done", says: [] }, at(3));
  expect(await look(parts, 4, judged(4, 0))).toBe("recovered");
});
