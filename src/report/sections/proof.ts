import { beforeAfter } from "../before-after.ts";
import { titleOfAction, type Story } from "../story/story.ts";
import { momentOf } from "../story/when.ts";

/** The proof of a repair in a report: what was done and how long it has stayed good, and a table with its columns. */
export type ProofTold = { says: string; columns: readonly string[]; rows: readonly (readonly string[])[] };

/** What was proven of the incident's last repair that lasted; nothing where nothing was. */
export function proofOf(story: Story): ProofTold | undefined {
  const { words, timezone } = story;
  const proven = provenIn(story);
  if (!proven) return undefined;
  const { columns, report } = words.proof;
  const rows = beforeAfter(proven.before, proven.after, words).map(({ name, before, after }) => [name, before, after]);
  return {
    says: report.says(titleOfAction(proven.action, story), momentOf(proven.changedAt, timezone), proven.goodMs),
    columns: [columns.number, columns.before, columns.after],
    rows,
  };
}

/** The last repair that was proven since the incident opened, or opened anew. */
export function provenIn({ record }: Pick<Story, "record">) {
  const last = record.timeline.findLast(({ what }) => what.kind === "proven" || what.kind === "reopened")?.what;
  return last?.kind === "proven" ? last : undefined;
}
