import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { tellDiagnosis, type Told, type ToldCause, type ToldMoment } from "../report/told.ts";
import type { Library } from "../runbook/library.ts";
import type { Words } from "../words/en.ts";
import { timeOfDay } from "../words/numbers.ts";
import { columnsOf, padded, plainPaint, printable, wrap, type Paint } from "./terminal.ts";

/** The newest changes shown. */
const CHANGES = 6;

/** The language, and the colours where there are any. */
type Printing = { words: Words; paint?: Paint };

/** The diagnosis as text for people: the verdict first, then why, clue by clue. `paint` colours it; without it the text is plain. */
export function printDiagnosis(diagnosis: Diagnosis, library: Library, { words, paint = plainPaint }: Printing): string {
  const told = tellDiagnosis(diagnosis, library, words);
  const { sections } = words;
  const blocks = [
    headline(told, diagnosis, words, paint),
    section(sections.chain, chainLines(told, words), paint),
    section(sections.looks, lookLines(told, words, paint), paint),
    section(sections.suspected, causeLines(told.suspected), paint),
    section(sections.unknown, unknownLines(told, words), paint),
    section(sections.ruledOut, causeLines(told.ruledOut), paint),
    section(sections.notSeen, told.notSeen.map(printable), paint),
    section(sections.timeline, momentLines(told.happened), paint),
    section(sections.history, momentLines(told.history), paint),
    section(sections.changed, momentLines(told.changed.slice(-CHANGES)), paint),
    section(sections.advice, told.advice, paint),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function headline(
  { name, verdict, roots, earlier, began }: Told,
  { evidence: { at }, timezone }: Diagnosis,
  words: Words,
  paint: Paint,
): string {
  const title = paint.verdict(verdict, words.verdict[verdict]);
  const lines = [paint.dim(`${name} · ${at.toISOString().slice(0, 10)} ${timeOfDay(at.getTime(), timezone)} ${timezone}`)];
  for (const root of roots) {
    lines.push(`${title}  ${paint.bold(root.title)}${root.where === undefined ? "" : ` ${root.where}`}  ${paint.dim(root.id)}`);
    lines.push(...wrap(printable(root.says), "  "));
    lines.push(...root.why.flatMap((sentence) => wrap(printable(sentence), "  · ", "    ")));
  }
  if (verdict !== "root-cause") lines.push(`${title}  ${words.headline[verdict]}`);
  lines.push(...[...earlier, ...(began === undefined ? [] : [began])].map((line) => `  ${line}`));
  return lines.join("\n");
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint.bold(title), ...lines.flatMap((line) => wrap(line, "  ", "    "))].join("\n");
}

function chainLines({ chain, arithmetic, alsoSeen }: Told, words: Words): string[] {
  if (chain.length === 0) return [];
  return [chain.join(" → "), ...arithmetic, ...(alsoSeen.length === 0 ? [] : [words.alsoSeen(alsoSeen)])];
}

function lookLines({ looks }: Told, words: Words, paint: Paint): string[] {
  const width = Math.max(...Object.values(words.lookNames).map(columnsOf));
  return looks.map(({ look, state, host, says }) => {
    const where = host === undefined ? "" : `${host}: `;
    return `${paint.look(state)} ${padded(words.lookNames[look], width)}  ${where}${printable(says)}`;
  });
}

function causeLines(causes: readonly ToldCause[]): string[] {
  return causes.map(({ title, why }) => `${title}: ${why.map(printable).join("; ")}`);
}

/** Causes that could not be told: those that lack a look with the looks they lack, the others together. */
function unknownLines({ unknown, notSettled }: Told, words: Words): string[] {
  const lacking = unknown.map(({ title, why }) => `${title}: ${words.missingFacts(why)}`);
  return notSettled.length === 0 ? lacking : [...lacking, words.notSettled(notSettled)];
}

function momentLines(moments: readonly ToldMoment[]): string[] {
  return moments.map(({ when, what }) => `${when}  ${printable(what)}`);
}
