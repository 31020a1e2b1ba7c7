import type { ToldCause } from "../told.ts";
import { mainRowOf } from "../story/looked.ts";
import { titleOf, type Story } from "../story/story.ts";
import { momentOf } from "../story/when.ts";

/** The cause with its evidence, and what else was weighed. `proven` is false where a person must find it. `notes` say what it rests on. */
export type CauseTold = {
  proven: boolean;
  roots: readonly { title: string; says: readonly string[]; why: readonly string[] }[];
  notes: readonly string[];
  chain: readonly string[];
  arithmetic: readonly string[];
  alsoSeen: readonly string[];
  suspected: readonly ToldCause[];
  ruledOut: readonly ToldCause[];
  unknown: readonly ToldCause[];
  notSettled: readonly string[];
  changed: readonly string[];
};

/** The newest changes before it. */
const MOST_CHANGES = 6;
const NOTHING = { chain: [], arithmetic: [], alsoSeen: [], suspected: [], ruledOut: [], unknown: [], notSettled: [], changed: [] };

/** The cause as the evidence proves it; where no evidence is kept, as it was told at the time. */
export function causeOf(story: Story): CauseTold {
  const { main, words, timezone } = story;
  if (!main) return toldThen(story);
  const { told, row, raw } = main;
  const { cause } = words.report;
  const differs = row.end?.how === "judged" && !isSame(row.end, main.diagnosis.verdict) ? [row.end] : [];
  return {
    proven: told.verdict === "root-cause",
    roots: told.roots.map(({ title, where, says, why }) => ({
      title: where === undefined ? title : `${title} ${where}`,
      says: [says],
      why,
    })),
    notes: [
      ...(told.verdict === "root-cause" ? [] : [cause.none, words.headline[told.verdict]]),
      cause.lookedAt(momentOf(raw.at, timezone), row.runbook),
      ...differs.map((then) => cause.differs(verdictIn(then, story), verdictIn(main.diagnosis.verdict, story))),
    ],
    chain: told.chain,
    arithmetic: told.arithmetic,
    alsoSeen: told.alsoSeen,
    suspected: told.suspected,
    ruledOut: told.ruledOut,
    unknown: told.unknown,
    notSettled: told.notSettled,
    changed: told.changed.slice(-MOST_CHANGES).map(({ when, what }) => `${when} ${what}`),
  };
}

type Judgement = { verdict: "root-cause" | "inconclusive" | "no-known-cause" | "healthy"; rootCauses: readonly string[] };

function isSame(then: Judgement, now: Judgement): boolean {
  return then.verdict === now.verdict && then.rootCauses.toSorted().join() === now.rootCauses.toSorted().join();
}

function verdictIn({ verdict, rootCauses }: Judgement, story: Story): string {
  return [story.words.verdict[verdict], ...rootCauses.map((id) => titleOf(id, story))].join(": ");
}

function toldThen({ record, words }: Story): CauseTold {
  const { cause } = words.report;
  const end = mainRowOf(record)?.end;
  if (end?.how !== "judged") return { ...NOTHING, proven: false, roots: [], notes: [cause.none, cause.notLooked] };
  const { told } = end;
  const proven = end.verdict === "root-cause";
  return {
    ...NOTHING,
    proven,
    roots: told.roots.map(({ title, where, says }) => ({
      title: where === undefined ? title : `${title} ${where}`,
      says: [says],
      why: [],
    })),
    notes: [...(end.verdict === "root-cause" ? [] : [cause.none, words.headline[end.verdict]]), cause.evidenceGone],
    suspected: told.suspected.map((title) => ({ title, why: [] })),
  };
}
