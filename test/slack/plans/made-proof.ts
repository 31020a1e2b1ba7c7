import type { Numbers } from "../../../src/incident/numbers.ts";
import { judgeProof, type Sample } from "../../../src/remediation/proof.ts";
import { atTime, type ProofKept } from "../../../src/remediation/proof-kept.ts";
import { reason } from "../../../src/words/because.ts";
import { LIMITS } from "../../remediation/plans-for-tests.ts";
import { later } from "../incident/made-untold.ts";

const BEFORE: Numbers = { queueMean: 84, queuePeak: 120, connectMs: 31_000, connectsFailed: 0, failShare: 0.4, requests: 200 };
const GOOD: Numbers = { queueMean: 0.12, queuePeak: 0.4, connectMs: 14, connectsFailed: 0, failShare: 0, requests: 210 };

/** The minute, after 02:40, at which the change of these proofs was done. */
const CHANGED = 9;

const looks = (minutes: number, numbers: Numbers = {}): Sample[] =>
  Array.from({ length: minutes }, (_, nth) => ({ at: later(CHANGED + 1 + nth).getTime(), numbers: { ...GOOD, ...numbers }, unseen: [] }));

/** A proof with these looks, as it stands so many minutes after the change. */
function madeProof(samples: readonly Sample[], minutes: number, parts: Partial<ProofKept> = {}): ProofKept {
  const changedAt = later(CHANGED).getTime();
  const terms = { changedAt, limits: LIMITS, before: BEFORE, ...parts };
  const points = Array.from({ length: 20 + minutes }, (_, nth) => {
    const at = later(CHANGED - 20 + nth).getTime();
    return at < changedAt ? { at, value: 80, peak: 120 } : { at, value: 0.1, peak: 0.4 };
  });
  const stands = judgeProof(terms, samples, later(CHANGED + minutes).getTime());
  return atTime({ ...terms, state: "under-way", points, samples, stands, ...parts }, later(CHANGED + minutes));
}

const BLIND: Sample = {
  at: later(CHANGED + 5).getTime(),
  numbers: { connectMs: 9 },
  unseen: [{ of: "queue", because: reason("noPoints") }],
};

/** A proof of every kind. */
export const PROOFS: Readonly<Record<string, ProofKept>> = {
  "has no look yet": madeProof([], 0),
  "is good so far": madeProof(looks(4), 4),
  "is good so far, and its last look saw less": madeProof([...looks(3), BLIND], 5),
  "is not good yet": madeProof(looks(4, { queueMean: 7 }), 4),
  "is worse": madeProof(looks(4, { failShare: 0.9, connectsFailed: 3 }), 4),
  "could not be seen yet": madeProof([BLIND], 5),
  "is proven": madeProof(looks(11), 11),
  "is not proven": madeProof(looks(4, { queueMean: 7 }), 30),
  "was never seen": madeProof([BLIND], 40),
  "was superseded": { ...madeProof(looks(4), 4), state: "not-proven", superseded: true },
  "knows nothing of before": madeProof(looks(4), 4, { before: {}, points: [] }),
};
