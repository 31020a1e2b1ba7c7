import type { Figures } from "../diagnosis/figures.ts";
import type { Numbers } from "../incident/numbers.ts";
import { reason, type Because } from "../words/because.ts";

/** A number of the symptom: the database's disk queue, connects to it, requests that fail. */
export type Symptom = "queue" | "connects" | "requests";

/** What of a look could not be seen; of one that failed it is the look itself. */
export type Unseen = { of: Symptom | "look"; because: Because };

/** What one look says of the symptom since the change. */
export type Sample = { at: number; numbers: Numbers; unseen: readonly Unseen[]; healthy?: boolean };

/** From where on a number is not good any more, and for how long all must have been good, within how long. */
export type ProofLimits = { goodMs: number; withinMs: number; queueBelow: number; connectBelowMs: number; failuresBelow: number };

/** What is to be proven: that the symptom is gone since the change, whose figures `before` it are those that its plan was made for. */
export type ProofTerms = { changedAt: number; limits: ProofLimits; before: Numbers };

/**
 * How a proof stands. `unseen` beside another standing is what the newest look could not see: it counts neither way. `over`: no more is waited for.
 * `bad` is what was not good when it was last seen.
 */
export type Proof =
  | { is: "good-so-far"; since: number; goodMs: number; needsUntil: number; figures: Numbers; unseen: readonly Unseen[] }
  | { is: "proven"; before: Numbers; after: Numbers }
  | { is: "not-proven" | "worse"; bad: readonly Symptom[]; figures: Numbers; unseen: readonly Unseen[]; over: boolean }
  | { is: "unseen"; unseen: readonly Unseen[]; over: boolean };

const MINUTE_MS = 60_000;

/** Between two looks that are further apart nobody knows what was. */
const LONGEST_GAP_MS = 5 * MINUTE_MS;

/** The newest points of the queue that are its "now", as far as they are of after the change. */
const NOW_POINTS = 5;

/** A queue whose newest point is older says nothing of now: metrics come some minutes late. */
const STALE_MS = 15 * MINUTE_MS;

/** Worse than before is this many times what it was, in so many looks one after the other: what a restart itself disturbs is over by then. */
const WORSE = { times: 1.5, looks: 3 };

/** The numbers in a look's figures, without what they do not say of the time since `since`. */
export function numbersOf(figures: Figures, since = -Infinity): Numbers {
  return sampleOf(figures, since).numbers;
}

/** What a look says of the time since the change; one that failed says nothing, and why. */
export function sampleOf(figures: Figures, changedAt: number, healthy?: boolean): Sample {
  const parts = [queueOf(figures, changedAt), connectsOf(figures, changedAt), requestsOf(figures, changedAt)];
  const numbers: Numbers = Object.assign({}, ...parts.map((part) => part.numbers ?? {}));
  const unseen = parts.flatMap((part) => part.unseen ?? []);
  return { at: figures.at, numbers, unseen, ...(healthy === undefined ? {} : { healthy }) };
}

/** A look that came to nothing. */
export function blindSample(at: number, because: Because): Sample {
  return { at, numbers: {}, unseen: [{ of: "look", because }] };
}

type Part = { numbers?: Numbers; unseen?: Unseen };

const hidden = (of: Symptom, because: Because): Part => ({ unseen: { of, because } });

function queueOf({ at, queue }: Figures, changedAt: number): Part {
  if (queue.is !== "seen") return queue.is === "unseen" ? hidden("queue", queue.because) : {};
  const newest = queue.what.points.filter((point) => at - point.at <= STALE_MS).slice(-NOW_POINTS);
  // A point covers the time from its own on.
  const since = newest.filter((point) => point.at >= changedAt);
  if (newest.length === 0) return hidden("queue", reason("noPoints"));
  if (since.length === 0) return hidden("queue", reason("onlyBeforeChange"));
  const queueMean = since.reduce((sum, { value }) => sum + value, 0) / since.length;
  return { numbers: { queueMean, queuePeak: Math.max(...since.map(({ peak }) => peak)) } };
}

function connectsOf({ at, connects }: Figures, changedAt: number): Part {
  if (connects.is !== "seen") return connects.is === "unseen" ? hidden("connects", connects.because) : {};
  if (at < changedAt) return hidden("connects", reason("onlyBeforeChange"));
  const { slowestMs, attempts, failed } = connects.what;
  if (attempts === 0) return hidden("connects", reason("emptyOutput"));
  return { numbers: { ...(slowestMs === undefined ? {} : { connectMs: slowestMs }), connectsFailed: failed } };
}

function requestsOf({ requests }: Figures, changedAt: number): Part {
  if (requests.is !== "seen") return requests.is === "unseen" ? hidden("requests", requests.because) : {};
  const { from, requests: count, failed } = requests.what;
  if (from < changedAt) return hidden("requests", reason("onlyBeforeChange"));
  if (count === 0) return hidden("requests", reason("noRequests"));
  return { numbers: { failShare: failed / count, requests: count } };
}

/**
 * How a proof stands at `now`, by its looks in the order in which they were taken. Pure. Good time is the time between two looks that were both good and
 * close to each other; a bad look takes all of it back, one that could not see adds none.
 */
export function judgeProof(terms: ProofTerms, samples: readonly Sample[], now: number): Proof {
  const { limits, before } = terms;
  const run = runOf(samples, limits);
  const last = samples.at(-1);
  const unseen = last?.unseen ?? [];
  const known = samples.findLast((sample) => stateOf(sample, limits) !== "unknown");
  if (run && run.goodMs >= limits.goodMs && last === known && known) return { is: "proven", before, after: known.numbers };
  const over = isOver(terms, samples, run !== undefined, now);
  if (run && known && !over) {
    const needsUntil = Math.max(now, (last?.at ?? now) + limits.goodMs - run.goodMs);
    return { is: "good-so-far", ...run, needsUntil, figures: known.numbers, unseen };
  }
  if (run || !known) return { is: "unseen", unseen: unseen.length > 0 ? unseen : [{ of: "look", because: reason("notRun") }], over };
  const is = isWorse(samples, terms) ? "worse" : "not-proven";
  return { is, bad: badIn(known.numbers, limits), figures: known.numbers, unseen, over };
}

/** The good time up to now, and when it began; nothing where the last look that saw enough was not good. */
function runOf(samples: readonly Sample[], limits: ProofLimits): { since: number; goodMs: number } | undefined {
  let run: { since: number; goodMs: number } | undefined;
  let before: Sample | undefined;
  for (const sample of samples) {
    const state = stateOf(sample, limits);
    if (state === "bad") run = undefined;
    if (state === "good") {
      run ??= { since: sample.at, goodMs: 0 };
      // Clocks jump, both ways.
      const passedMs = before && stateOf(before, limits) === "good" ? sample.at - before.at : 0;
      if (passedMs > 0 && passedMs <= LONGEST_GAP_MS) run.goodMs += passedMs;
    }
    before = sample;
  }
  return run;
}

/** What is good when the time is over may go on to be proven, but not for ever. Time in which nobody looked, or by which a clock has jumped, does not count. */
function isOver({ changedAt, limits }: ProofTerms, samples: readonly Sample[], isGood: boolean, now: number): boolean {
  const looks = [changedAt, ...samples.map(({ at }) => at)];
  const unseenMs = looks.reduce((sum, at, nth) => sum + Math.max(0, at - (looks[nth - 1] ?? at) - LONGEST_GAP_MS), 0);
  return now >= changedAt + limits.withinMs + unseenMs + (isGood ? limits.goodMs : 0);
}

/** What a look says of the numbers: all seen and good, one bad, or not enough seen to tell. */
export function stateOf({ numbers, unseen }: Sample, limits: ProofLimits): "good" | "bad" | "unknown" {
  if (badIn(numbers, limits).length > 0) return "bad";
  return unseen.length > 0 || Object.keys(numbers).length === 0 ? "unknown" : "good";
}

/** What is not good in these numbers; one at its bound is not. */
function badIn(numbers: Numbers, limits: ProofLimits): Symptom[] {
  const { queueMean = -1, connectMs = -1, connectsFailed = 0, failShare = -1 } = numbers;
  return [
    ...(queueMean >= limits.queueBelow ? ["queue" as const] : []),
    ...(connectMs >= limits.connectBelowMs || connectsFailed > 0 ? ["connects" as const] : []),
    ...(failShare >= limits.failuresBelow ? ["requests" as const] : []),
  ];
}

/** Whether a number that is not good was clearly better before the change, in each of the last looks that saw enough. */
function isWorse(samples: readonly Sample[], { limits, before }: ProofTerms): boolean {
  const last = samples.filter((sample) => stateOf(sample, limits) !== "unknown").slice(-WORSE.looks);
  if (last.length < WORSE.looks) return false;
  const more = (now: number | undefined, was: number | undefined) => now !== undefined && was !== undefined && now > was * WORSE.times;
  const isWorseIn: Record<Symptom, (numbers: Numbers) => boolean> = {
    queue: ({ queueMean }) => more(queueMean, before.queueMean),
    connects: ({ connectMs, connectsFailed }) => more(connectMs, before.connectMs) || more(connectsFailed, before.connectsFailed),
    requests: ({ failShare }) => more(failShare, before.failShare),
  };
  return (["queue", "connects", "requests"] as const).some((symptom) =>
    last.every(({ numbers }) => badIn(numbers, limits).includes(symptom) && isWorseIn[symptom](numbers)),
  );
}
