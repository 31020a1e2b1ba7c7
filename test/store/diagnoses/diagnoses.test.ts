import { expect, test } from "vitest";
import type { AskedDiagnosis, DiagnosisEnd } from "../../../src/diagnosis/diagnoses.ts";
import type { DiagnosisReason } from "../../../src/incident/timeline-entry.ts";
import { settleOf } from "../../../src/alarm/settle.ts";
import { diagnosesOf } from "../../../src/store/diagnoses/diagnoses.ts";
import { losingConnection } from "../losing-connection.ts";
import { at, freshParts, opening, type Parts } from "../parts.ts";

const asked = (given: Partial<AskedDiagnosis> = {}): AskedDiagnosis => ({
  environment: "prod",
  runbook: "web",
  by: { userId: "U1", name: "Mina" },
  home: { channel: "C9", threadTs: "1.1" },
  now: at(0),
  ...given,
});

const judged = (alike: string): DiagnosisEnd => ({
  how: "judged",
  verdict: "root-cause",
  rootCauses: ["disk-full"],
  alike,
  told: {
    verdict: "root-cause",
    roots: [{ title: "The disk is full", says: "0 bytes are free" }],
    suspected: [],
    notSeen: 0,
    at: "03:00",
    took: "9 s",
  },
  ms: 9000,
});

/** An incident of an environment with a diagnosis that is due then. */
async function want({ ledger }: Parts, environment: string, minute: number, why: DiagnosisReason = "opened"): Promise<number> {
  return ledger.decide(environment, async (desk) => {
    const incident = (await desk.incidents(at(0)))[0] ?? (await desk.open(opening({ environment })));
    await desk.want({ incident: incident.id, environment, runbook: "web", why, by: "gumshoe", dueAt: at(minute) });
    return incident.id;
  });
}

test("what a person asks opens an incident where it was asked, and is told there as being looked at", async () => {
  const { diagnoses, incidents } = await freshParts();
  const answer = await diagnoses.ask(asked());
  expect(answer).toMatchObject({
    joined: false,
    begun: { id: "d-1", state: "running", round: 1, why: "asked", by: "Mina", beganAt: at(0) },
    incident: { state: "open", openedBy: { kind: "person", userId: "U1", name: "Mina" }, home: { channel: "C9", threadTs: "1.1" } },
  });
  const record = await incidents.record(answer.incident.id);
  expect(record?.timeline.map(({ what }) => what)).toEqual([
    { kind: "opened", by: "Mina" },
    { kind: "looking", diagnosis: "d-1", runbook: "web", why: "asked", by: "Mina" },
  ]);
});

test("what a person asks joins the incident that is open, and keeps its home", async () => {
  const parts = await freshParts();
  const id = await want(parts, "prod", 99);
  const answer = await parts.diagnoses.ask(asked({ runbook: "queue", now: at(3) }));
  expect(answer).toMatchObject({
    joined: true,
    incident: { id, home: { channel: "C1" }, runbooks: ["web", "queue"], lastHeardAt: at(3), openedAt: at(0) },
  });
});

test("of twenty people who ask at once, in two copies, one begins a diagnosis and the others are told of it", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b")];
  const answers = await Promise.all(Array.from({ length: 20 }, async (_, nth) => copies[nth % 2]?.diagnoses.ask(asked())));
  expect(answers.filter((answer) => answer && "begun" in answer)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer && ("begun" in answer ? answer.begun : answer.running).id)).size).toBe(1);
  expect(await parts.incidents.list({ most: 10 })).toHaveLength(1);
});

test("what is due is taken in its order, one an environment, and not before its time", async () => {
  const parts = await freshParts();
  await want(parts, "prod", 5);
  await want(parts, "prod", 3, "new-alarm");
  await want(parts, "staging", 4);
  const { takeDue } = parts.diagnoses;
  expect(await takeDue(at(2))).toBeUndefined();
  expect(await takeDue(at(6))).toMatchObject({ row: { environment: "prod", why: "new-alarm", state: "running", round: 1 } });
  expect(await takeDue(at(6))).toMatchObject({ row: { environment: "staging" }, incident: { environment: "staging" } });
  expect(await takeDue(at(6))).toBeUndefined();
  await parts.diagnoses.end("d-2", judged("x"), at(7));
  expect(await takeDue(at(8))).toMatchObject({ row: { environment: "prod", why: "opened" } });
});

test("what ended and nobody settled is known until somebody does, and what ended last in an incident", async () => {
  const parts = await freshParts();
  const id = await want(parts, "prod", 1);
  await parts.diagnoses.takeDue(at(1));
  const ended = async () => (await parts.diagnoses.unsettled(at(0))).map((row) => row.id);
  expect(await ended()).toEqual([]);
  await parts.diagnoses.end("d-1", judged("x"), at(2));
  expect(await ended()).toEqual(["d-1"]);
  expect(await parts.diagnoses.unsettled(at(3))).toEqual([]);
  expect(await parts.diagnoses.lastIn(id)).toMatchObject({ id: "d-1" });
  expect(await parts.diagnoses.lastIn(id + 1)).toBeUndefined();
  const settle = settleOf({ ledger: parts.ledger, now: () => at(3) });
  for (const row of await parts.diagnoses.unsettled(at(0))) await settle(row);
  expect(await ended()).toEqual([]);
});

test("copies that take at the same time take each environment once", async () => {
  const parts = await freshParts();
  const environments = ["prod", "staging", "test"];
  for (const environment of environments) for (const why of ["opened", "new-alarm"] as const) await want(parts, environment, 0, why);
  const copies = [parts, parts.copy("b"), parts.copy("c")];
  const taken = await Promise.all(Array.from({ length: 12 }, async (_, nth) => copies[nth % 3]?.diagnoses.takeDue(at(1))));
  const rows = taken.flatMap((one) => (one ? [one.row.environment] : []));
  expect(rows.toSorted()).toEqual(environments);
  expect(await parts.diagnoses.running()).toHaveLength(3);
});

test("what a copy that died has left goes on under its old id in one other copy; what a living one does, never", async () => {
  const parts = await freshParts();
  const [b, c] = [parts.copy("b"), parts.copy("c")];
  const left = await parts.diagnoses.ask(asked());
  await parts.diagnoses.ask(asked({ environment: "staging" }));
  expect(await b.diagnoses.takeDue(at(1))).toBeUndefined();
  parts.alive.delete("a");
  const taken = await Promise.all([b, c, b, c, b].map(async ({ diagnoses }) => diagnoses.takeDue(at(1))));
  const rows = taken.flatMap((one) => (one ? [one.row] : []));
  expect(rows.map(({ id, round, beganAt }) => ({ id, round, beganAt }))).toEqual(
    expect.arrayContaining(["d-1", "d-2"].map((id) => ({ id, round: 2, beganAt: at(0) }))),
  );
  expect(rows).toHaveLength(2);
  expect(left).toMatchObject({ begun: { id: "d-1" } });
});

test("a copy that was taken for dead ends nothing that another has taken over", async () => {
  const parts = await freshParts();
  const b = parts.copy("b");
  const { incident } = await parts.diagnoses.ask(asked());
  parts.alive.delete("a");
  await b.diagnoses.takeDue(at(1));
  await parts.diagnoses.end("d-1", { how: "stopped" }, at(2));
  expect(await parts.diagnoses.running()).toMatchObject([{ id: "d-1" }]);
  await b.diagnoses.end("d-1", judged("x"), at(3));
  await b.diagnoses.end("d-1", { how: "failed", because: "late" }, at(4));
  const record = await parts.incidents.record(incident.id);
  expect(record?.diagnoses).toMatchObject([{ state: "ended", endedAt: at(3), end: judged("x") }]);
  expect(record?.timeline.map(({ what }) => what.kind)).toEqual(["opened", "looking", "looked"]);
});

test("how a diagnosis ended is noted, and whether the picture is the one before", async () => {
  const parts = await freshParts();
  const { incident } = await parts.diagnoses.ask(asked());
  const ends: DiagnosisEnd[] = [
    judged("disk"),
    { how: "failed", because: "no host (error 4f2a)" },
    judged("disk"),
    { how: "stopped" },
    judged("cpu"),
  ];
  for (const [nth, end] of ends.entries()) {
    if (nth > 0) await parts.diagnoses.ask(asked({ now: at(nth) }));
    await parts.diagnoses.end(`d-${nth + 1}`, end, at(nth));
  }
  const record = await parts.incidents.record(incident.id);
  const looked = record?.timeline.flatMap(({ what }) => (what.kind === "looked" || what.kind === "look-failed" ? [what] : []));
  expect(looked).toMatchObject([
    { verdict: "root-cause", rootCauses: ["disk-full"], says: "The disk is full: 0 bytes are free", sameAsBefore: false },
    { kind: "look-failed", because: "no host (error 4f2a)" },
    { diagnosis: "d-3", sameAsBefore: true },
    { kind: "look-failed", because: "stopped" },
    { diagnosis: "d-5", sameAsBefore: false },
  ]);
  expect((await parts.diagnoses.last()).get("prod")).toMatchObject({
    row: { id: "d-5", end: judged("cpu") },
    incident: { id: incident.id },
  });
  expect(await parts.ledger.decide("prod", async (desk) => desk.lastDiagnosis(incident.id))).toEqual({
    endedAt: at(4),
    verdict: "root-cause",
  });
});

test("a diagnosis that nobody knows cannot be ended", async () => {
  const { diagnoses } = await freshParts();
  await expect(diagnoses.end("d-9", { how: "stopped" }, at(0))).rejects.toThrow("ending the diagnosis d-9: there is no such diagnosis");
});

test("a diagnosis whose beginning was kept and not acknowledged is taken by the same copy", async () => {
  const parts = await freshParts();
  const { decide, mend } = losingConnection(parts.db);
  const copies = { id: "a", isAlive: async () => true };
  const { ask, takeDue } = diagnosesOf({ db: parts.db, decide, ring: () => {}, copies, newId: () => "d-7" });
  await expect(ask(asked())).rejects.toThrow("the connection was lost");
  await want(parts, "staging", 0);
  await expect(takeDue(at(1))).rejects.toThrow("the connection was lost");
  mend();
  const taken = await Promise.all([takeDue(at(1)), takeDue(at(1))]);
  expect(taken.map((one) => `${one?.row.environment} ${one?.row.round}`).toSorted()).toEqual(["prod 3", "staging 1"]);
  expect(await takeDue(at(1))).toBeUndefined();
});
