import { expect, test } from "vitest";
import type { DiagnosisEnd } from "../../src/diagnosis/diagnoses.ts";
import type { Figures } from "../../src/diagnosis/figures.ts";
import { afterLook, begunProof, type ProofWish } from "../../src/remediation/proof-kept.ts";
import { LIMITS } from "./plans-for-tests.ts";

const MINUTE_MS = 60_000;
const CHANGED = Date.parse("2026-11-26T02:50:00Z");
const at = (minute: number) => CHANGED + minute * MINUTE_MS;

/** What a look at this minute measured of the disk queue: these values, one a minute up to then. */
const figures = (minute: number, values: readonly number[]): Figures => ({
  at: at(minute),
  queue: { is: "seen", what: { points: values.map((value, nth) => ({ at: at(minute - values.length + nth), value, peak: value })) } },
  connects: { is: "not-measured" },
  requests: { is: "not-measured" },
});

/** The disk queue as it is kept after one look, by the minute. */
function queueAfter(wish: ProofWish): [minute: number, value: number][] {
  const kept = begunProof(wish, new Date(CHANGED), figures(-1, [30, 40]));
  const end = {
    how: "judged",
    verdict: "inconclusive",
    rootCauses: [],
    figures: figures(2, [0.1, 0.2, 0.3, 0.4, 0.5]),
  } as unknown as DiagnosisEnd;
  const { points } = afterLook(kept, end, new Date(at(2)), new Date(at(2)));
  return points.map((point) => [(point.at - CHANGED) / MINUTE_MS, point.value]);
}

test("of a time that two looks tell of, the later one knows best", () => {
  expect(queueAfter({ limits: LIMITS })).toEqual([
    [-3, 0.1],
    [-2, 0.2],
    [-1, 0.3],
    [0, 0.4],
    [1, 0.5],
  ]);
});

test("after a move what the new database's disk did before it is not taken for what the old one's did", () => {
  expect(queueAfter({ limits: LIMITS, moved: true })).toEqual([
    [-3, 30],
    [-2, 40],
    [0, 0.4],
    [1, 0.5],
  ]);
});
