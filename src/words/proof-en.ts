import type { Unproven } from "../incident/timeline-entry.ts";
import { duration } from "./numbers.ts";

const told = (ms: number): string => duration(ms, "en");

/** What is said of the proof after a repair, in English. */
export const proofEn = {
  title: "Is it mended?",
  /** The symptom's parts, as they are named in a sentence. */
  symptom: { queue: "the database's disk queue", connects: "connects to the database", requests: "requests that fail", look: "the look" },
  /** The rows of the table; each is a number. */
  rows: {
    queueMean: "Disk queue, on average",
    queuePeak: "Disk queue, at its highest",
    connectMs: "Slowest connect to the database",
    connectsFailed: "Connects that failed",
    failShare: "Requests that fail",
  },
  columns: { number: "Number", before: "Before", now: "Now", after: "After", good: "Good is" },
  below: (value: string) => `below ${value}`,
  none: "none",
  notSeen: "not seen",

  waits: "Nothing is proven yet. The first look comes in a minute.",
  good: (goodMs: number, neededMs: number) => `Good for ${told(goodMs)} of ${told(neededMs)}.`,
  until: "If it stays so, it is proven at {at}.",
  notGood: (symptoms: readonly string[]) => `Not good yet: ${symptoms.join(", ")}. The time begins anew with the next good look.`,
  worse: (symptoms: readonly string[]) => `Worse than before the change: ${symptoms.join(", ")}.`,
  unseen: (symptom: string, because: string) => `Not seen by the last look: ${symptom} (${because}). That counts neither way.`,
  proven: (goodMs: number) => `Proven: every number stayed good for ${told(goodMs)}.`,
  notProven: (withinMs: number, symptoms: readonly string[]) =>
    `Not proven: after ${told(withinMs)} this is not good: ${symptoms.join(", ")}. The incident stays open.`,
  notSeenAtAll: (withinMs: number) => `Not proven: in ${told(withinMs)} not enough could be seen to tell. The incident stays open.`,
  superseded: "Not proven: another change was made before anything could be told.",
  back: "What can be done",
  changed: "change",
  chart: (from: string, at: string, to: string | undefined) =>
    `Disk queue: ${from} before the change at ${at}, ${to === undefined ? "and nothing of after it is seen yet" : `${to} now`}.`,

  headline: (rows: readonly string[]) => `Before and after the repair: ${rows.join("; ")}`,
  course: {
    began: (action: string, goodMs: number) => `${action}: its proof begins; the symptom's numbers must stay good for ${told(goodMs)}`,
    proven: (action: string, goodMs: number) => `${action}: proven, every number stayed good for ${told(goodMs)}`,
    notProven: (action: string, is: Unproven) =>
      `${action}: not proven, ${
        {
          "not-proven": "the symptom's numbers did not stay good",
          worse: "the symptom's numbers were worse than before",
          unseen: "not enough could be seen to tell",
          superseded: "another change was made before",
        }[is]
      }`,
  },
  /** The report's section. */
  report: {
    title: "Proof after the repair",
    says: (action: string, at: string, goodMs: number) =>
      `After ${action} (done at ${at}) every number of the symptom stayed good for ${told(goodMs)}.`,
    change: (at: string) => `Changed ${at}`,
  },
  figure: (name: string, before: string, after: string) => `${name}: ${before} → ${after}`,
};

/** What is said of the proof after a repair, in one language. */
export type ProofWords = typeof proofEn;
