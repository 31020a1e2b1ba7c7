import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { TimelineEntry } from "../diagnosis/timeline.ts";
import type { Judged, Verdict } from "../diagnosis/verdict.ts";
import type { Cause, Library, Runbook } from "../runbook/library.ts";
import type { Words } from "../words/en.ts";
import { knownFact } from "../evidence/evidence.ts";
import { duration, plain, timeOfDay } from "../words/numbers.ts";
import { tellFacts, tellMissing, tellSaid, type Telling } from "../diagnosis/tell.ts";
import { columnsOf, padded, plainPaint, printable, wrap, type Paint } from "./terminal.ts";

/** Moments that stand in a section of their own, or say nothing to a person. */
const LEADS: readonly TimelineEntry["what"][] = ["changed", "worker-booted"];
/** The newest changes shown. */
const CHANGES = 6;

/** The language, and the colours where there are any. */
type Printing = { words: Words; paint?: Paint };

/** The diagnosis as text for people: the verdict first, then why, clue by clue. `paint` colours it; without it the text is plain. */
export function printDiagnosis(diagnosis: Diagnosis, library: Library, { words, paint = plainPaint }: Printing): string {
  const telling: Telling = { words, evidence: diagnosis.evidence, specs: library.facts, timezone: diagnosis.timezone };
  const blocks = [
    headline(diagnosis, telling, paint),
    section(words.sections.chain, chainLines(diagnosis, library, words), paint),
    section(words.sections.looks, lookLines(diagnosis, words, paint), paint),
    section(words.sections.suspected, judgedLines(diagnosis, telling, "suspected"), paint),
    section(words.sections.unknown, unknownLines(diagnosis, telling), paint),
    section(words.sections.ruledOut, judgedLines(diagnosis, telling, "ruled-out"), paint),
    section(
      words.sections.notSeen,
      diagnosis.verdict.notSeen.map(({ host, step, because }) =>
        words.unknownStep(host ? `${step} (${host})` : step, words.because(because)),
      ),
      paint,
    ),
    section(
      words.sections.timeline,
      timelineLines(diagnosis, words, (entry) => !entry.history && !LEADS.includes(entry.what)),
      paint,
    ),
    section(
      words.sections.history,
      timelineLines(diagnosis, words, (entry) => entry.history && !LEADS.includes(entry.what)),
      paint,
    ),
    section(words.sections.changed, timelineLines(diagnosis, words, (entry) => entry.what === "changed").slice(-CHANGES), paint),
    section(
      words.sections.advice,
      rootsOf(diagnosis).map(({ cause }) => cause.advice[words.language]),
      paint,
    ),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function rootsOf({ verdict, runbook }: Diagnosis): { cause: Cause; judged: Judged }[] {
  return verdict.causes
    .filter((judged) => verdict.rootCauses.includes(judged.id))
    .map((judged) => ({ judged, cause: runbook.causes.find((cause) => cause.id === judged.id) as Cause }));
}

function headline(diagnosis: Diagnosis, telling: Telling, paint: Paint): string {
  const { words } = telling;
  const { verdict, evidence, timezone } = diagnosis;
  const title = paint.verdict(verdict.verdict, words.verdict[verdict.verdict]);
  const lines = [
    paint.dim(`${diagnosis.name} · ${evidence.at.toISOString().slice(0, 10)} ${timeOfDay(evidence.at.getTime(), timezone)} ${timezone}`),
  ];
  for (const { cause, judged } of rootsOf(diagnosis)) {
    const where = evidence.hosts.size > 1 && judged.hosts.length > 0 ? ` ${words.onHosts(judged.hosts, evidence.hosts.size)}` : "";
    lines.push(`${title}  ${paint.bold(cause.title[words.language])}${where}  ${paint.dim(cause.id)}`);
    lines.push(...wrap(tellSaid(telling, cause.say, judged.hosts), "  "));
    lines.push(...tellFacts(telling, judged.for).flatMap((sentence) => wrap(sentence, "  · ", "    ")));
  }
  if (verdict.verdict !== "root-cause") lines.push(`${title}  ${words.headline[verdict.verdict]}`);
  const { beganAt, basis } = evidence.window;
  const ago = duration(evidence.at.getTime() - beganAt.getTime(), words.language);
  lines.push(...earlierLines(diagnosis, words));
  if (verdict.verdict !== "healthy") lines.push(`  ${words.began(timeOfDay(beganAt.getTime(), timezone), ago, basis !== "default")}`);
  return lines.join("\n");
}

/** What the access logs say of an incident that is over. */
function earlierLines({ evidence, timezone }: Diagnosis, words: Words): string[] {
  return [...evidence.hosts.keys()].flatMap((host) => {
    const failures = knownFact(evidence, host, "caddyAccess.historyFailures")?.value;
    const until = knownFact(evidence, host, "caddyAccess.historyLastFailureAtMs")?.value;
    if (typeof failures !== "number" || failures === 0 || typeof until !== "number") return [];
    return [`  ${evidence.hosts.size > 1 ? `${host}: ` : ""}${words.earlier(plain(failures), timeOfDay(until, timezone))}`];
  });
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint.bold(title), ...lines.flatMap((line) => wrap(line, "  ", "    "))].join("\n");
}

function chainLines({ verdict, runbook, arithmetic }: Diagnosis, library: Library, words: Words): string[] {
  if (verdict.chain.length === 0) return [];
  const titles = new Map([...runbook.causes, ...library.symptoms].map((node) => [node.id, node.title[words.language]]));
  const also = [...verdict.symptoms, ...verdict.causes.filter((judged) => followsFromRoot(judged, verdict, runbook))]
    .filter(({ id }) => !verdict.chain.includes(id))
    .map(({ id }) => titles.get(id) ?? id);
  const lines = [verdict.chain.map((id) => titles.get(id) ?? id).join(" → "), ...arithmetic.map(words.arithmetic)];
  return also.length === 0 ? lines : [...lines, words.alsoSeen(also)];
}

function lookLines({ looks, evidence }: Diagnosis, words: Words, paint: Paint): string[] {
  const width = Math.max(...Object.values(words.lookNames).map(columnsOf));
  return looks.map((look) => {
    const host = evidence.hosts.size > 1 && look.host ? `${look.host}: ` : "";
    return `${paint.look(look.state)} ${padded(words.lookNames[look.look], width)}  ${host}${printable(words.look(look))}`;
  });
}

function judgedLines({ verdict, runbook }: Diagnosis, telling: Telling, state: "suspected" | "ruled-out"): string[] {
  return verdict.causes
    .filter((judged) => judged.state === state && !followsFromRoot(judged, verdict, runbook))
    .map((judged) => {
      const why = tellFacts(telling, state === "suspected" ? judged.for : judged.against);
      return `${titleOf(runbook, judged.id, telling.words)}: ${[...why, ...(judged.tooLate ? [telling.words.tooLate] : [])].map(printable).join("; ")}`;
    });
}

/** Whether a suspicion, or a lesser cause, is what a root cause is known to bring about. */
function followsFromRoot({ id, state }: Judged, verdict: Verdict, runbook: Runbook): boolean {
  if (state !== "suspected" && state !== "confirmed") return false;
  return runbook.causes.some((cause) => verdict.rootCauses.includes(cause.id) && cause.leadsTo.includes(id));
}

/** Causes that could not be told: those that lack a look with the looks they lack, the others together. */
function unknownLines({ verdict, runbook }: Diagnosis, telling: Telling): string[] {
  const unknown = verdict.causes
    .filter((judged) => judged.state === "unknown")
    .map(({ id, unknown: cited }) => ({ title: titleOf(runbook, id, telling.words), missing: tellMissing(telling, cited, runbook) }));
  const lacking = unknown
    .filter(({ missing }) => missing.length > 0)
    .map(({ title, missing }) => `${title}: ${telling.words.missingFacts(missing)}`);
  const settled = unknown.filter(({ missing }) => missing.length === 0).map(({ title }) => title);
  return settled.length === 0 ? lacking : [...lacking, telling.words.notSettled(settled)];
}

function titleOf(runbook: Runbook, id: string, words: Words): string {
  return runbook.causes.find((cause) => cause.id === id)?.title[words.language] ?? id;
}

function timelineLines({ timeline, timezone }: Diagnosis, words: Words, wanted: (entry: TimelineEntry) => boolean): string[] {
  return timeline.filter(wanted).map((entry) => {
    const until = entry.count > 1 ? ` … ${timeOfDay(entry.lastAt, timezone)}` : "";
    return `${timeOfDay(entry.firstAt, timezone)}${until}  ${printable(words.moment[entry.what](entry))}`;
  });
}
