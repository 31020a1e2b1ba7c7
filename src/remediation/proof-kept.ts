import type { DiagnosisEnd } from "../diagnosis/diagnoses.ts";
import type { Figures, QueueSeen } from "../diagnosis/figures.ts";
import type { ProofConfig } from "../config/action-config.ts";
import { reason } from "../words/because.ts";
import {
  blindSample,
  judgeProof,
  numbersOf,
  sampleOf,
  stateOf,
  type Proof,
  type ProofLimits,
  type ProofTerms,
  type Sample,
} from "./proof.ts";

/** What begins a proof once a plan is done: what counts as good. `moved`: looks are at another database from then on. */
export type ProofWish = { limits: ProofLimits; moved?: true };

/**
 * The proof of a plan as it is written down, with every look since the change; it goes through JSON. `points` are those of the disk queue, from half an
 * hour before the plan was made on. `superseded`: another change of the same incident came, so nothing more is to be learnt of this one.
 */
export type ProofKept = ProofTerms & {
  state: ProofState;
  moved?: true;
  points: QueueSeen["points"];
  samples: readonly Sample[];
  stands: Proof;
  endedAt?: number;
  superseded?: true;
};

/** A proof is under way until its numbers were good for long enough, or for too long were not. */
export type ProofState = "under-way" | "proven" | "not-proven";

/** Points of the queue that are kept: those of the longest proof, at one a minute. */
const MOST_POINTS = 600;

const MINUTE_MS = 60_000;

/** What an environment's configuration calls good. */
export function limitsOf({ goodMinutes, withinMinutes, queueBelow, connectBelowMs, failuresBelow }: ProofConfig): ProofLimits {
  return { goodMs: goodMinutes * MINUTE_MS, withinMs: withinMinutes * MINUTE_MS, queueBelow, connectBelowMs, failuresBelow };
}

/** A proof that begins at the change, held against the figures that its plan was made by, where there are some. */
export function begunProof({ limits, moved }: ProofWish, changedAt: Date, before: Figures | undefined): ProofKept {
  const terms = { changedAt: changedAt.getTime(), limits, before: before ? numbersOf(before) : {} };
  const stands = judgeProof(terms, [], terms.changedAt);
  return { ...terms, state: "under-way", ...(moved ? { moved } : {}), points: pointsIn(before), samples: [], stands };
}

/**
 * The same after one more look, which ended at `endedAt`. One that was stopped is none. Where the clock went back behind the change, what was measured since cannot
 * be told from what was before: it counts from now on.
 */
export function afterLook(before: ProofKept, end: DiagnosisEnd, endedAt: Date, now: Date): ProofKept {
  const kept = { ...before, changedAt: Math.min(before.changedAt, now.getTime()) };
  const sample = sampleIn(end, endedAt, kept);
  if (!sample || before.state !== "under-way") return before;
  const points = pointsIn(end.how === "judged" ? end.figures : undefined);
  // Before the change another database was in use: what the new one's disk did then is not the symptom's.
  const own = kept.moved ? points.filter(({ at }) => at >= kept.changedAt) : points;
  return atTime({ ...kept, samples: [...kept.samples, sample], points: joined(kept.points, own) }, now);
}

/** The same as it stands at a time: nothing more may be waited for. */
export function atTime(kept: ProofKept, now: Date): ProofKept {
  if (kept.state !== "under-way") return kept;
  const stands = judgeProof(kept, kept.samples, now.getTime());
  const state = stands.is === "proven" ? "proven" : "over" in stands && stands.over ? "not-proven" : "under-way";
  return { ...kept, stands, state, ...(state === "under-way" ? {} : { endedAt: now.getTime() }) };
}

/** The same where another change came before anything was proven. */
export function superseded(kept: ProofKept, now: Date): ProofKept {
  return { ...kept, state: "not-proven", superseded: true, endedAt: now.getTime() };
}

/** Whether a look shows the numbers good that were proven to be so not long before: later something else may be wrong. */
export function isStillGood(kept: ProofKept, end: DiagnosisEnd, endedAt: Date, now: Date): boolean {
  if (kept.state !== "proven" || now.getTime() - (kept.endedAt ?? 0) > kept.limits.withinMs) return false;
  const sample = sampleIn(end, endedAt, kept);
  return sample !== undefined && stateOf(sample, kept.limits) === "good";
}

function sampleIn(end: DiagnosisEnd, endedAt: Date, { changedAt }: ProofTerms): Sample | undefined {
  if (end.how === "stopped") return undefined;
  if (end.how === "judged" && end.figures) return sampleOf(end.figures, changedAt, end.verdict === "healthy");
  return blindSample(endedAt.getTime(), reason("lookCameToNothing"));
}

function pointsIn(figures: Figures | undefined): QueueSeen["points"] {
  return figures?.queue.is === "seen" ? figures.queue.what.points : [];
}

/** Of a time that both tell of, the later look knows best: what it was told before may have been half a minute's. */
function joined(before: QueueSeen["points"], later: QueueSeen["points"]): QueueSeen["points"] {
  const points = new Map([...before, ...later].map((point) => [point.at, point]));
  return [...points.values()].toSorted((a, b) => a.at - b.at).slice(-MOST_POINTS);
}
