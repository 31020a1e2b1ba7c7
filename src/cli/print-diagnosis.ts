import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { TimelineEntry } from "../diagnosis/timeline.ts";
import type { Judged, Verdict } from "../diagnosis/verdict.ts";
import type { Cause, Library, Runbook } from "../runbook/library.ts";
import { en } from "../words/en.ts";
import { knownFact } from "../evidence/evidence.ts";
import { duration, plain, timeOfDay } from "../words/numbers.ts";
import { tellFacts, tellMissing, tellSaid, type Telling } from "../diagnosis/tell.ts";
import { plainPaint, printable, wrap, type Paint } from "./terminal.ts";

/** Moments that stand in a section of their own, or say nothing to a person. */
const LEADS: readonly TimelineEntry["what"][] = ["changed", "worker-booted"];
/** The newest changes shown. */
const CHANGES = 6;

/** The diagnosis as text for people: the verdict first, then why, clue by clue. `paint` colours it; without it the text is plain. */
export function printDiagnosis(diagnosis: Diagnosis, library: Library, paint: Paint = plainPaint): string {
  const telling: Telling = { words: en, evidence: diagnosis.evidence, specs: library.facts, timezone: diagnosis.timezone };
  const blocks = [
    headline(diagnosis, telling, paint),
    section(en.sections.chain, chainLines(diagnosis, library), paint),
    section(en.sections.looks, lookLines(diagnosis, paint), paint),
    section(en.sections.suspected, judgedLines(diagnosis, telling, "suspected"), paint),
    section(en.sections.unknown, unknownLines(diagnosis, telling), paint),
    section(en.sections.ruledOut, judgedLines(diagnosis, telling, "ruled-out"), paint),
    section(
      en.sections.notSeen,
      diagnosis.verdict.notSeen.map(({ host, step, because }) => en.unknownStep(host ? `${step} (${host})` : step, because)),
      paint,
    ),
    section(
      en.sections.timeline,
      timelineLines(diagnosis, (entry) => !entry.history && !LEADS.includes(entry.what)),
      paint,
    ),
    section(
      en.sections.history,
      timelineLines(diagnosis, (entry) => entry.history && !LEADS.includes(entry.what)),
      paint,
    ),
    section(en.sections.changed, timelineLines(diagnosis, (entry) => entry.what === "changed").slice(-CHANGES), paint),
    section(
      en.sections.advice,
      rootsOf(diagnosis).map(({ cause }) => cause.advice[en.language]),
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
  const { verdict, evidence, timezone } = diagnosis;
  const title = paint.verdict(verdict.verdict, en.verdict[verdict.verdict]);
  const lines = [
    paint.dim(`${diagnosis.name} · ${evidence.at.toISOString().slice(0, 10)} ${timeOfDay(evidence.at.getTime(), timezone)} ${timezone}`),
  ];
  for (const { cause, judged } of rootsOf(diagnosis)) {
    const where = evidence.hosts.size > 1 && judged.hosts.length > 0 ? ` ${en.onHosts(judged.hosts, evidence.hosts.size)}` : "";
    lines.push(`${title}  ${paint.bold(cause.title[en.language])}${where}  ${paint.dim(cause.id)}`);
    lines.push(...wrap(tellSaid(telling, cause.say, judged.hosts), "  "));
    lines.push(...tellFacts(telling, judged.for).flatMap((sentence) => wrap(sentence, "  · ", "    ")));
  }
  if (verdict.verdict !== "root-cause") lines.push(`${title}  ${en.headline[verdict.verdict]}`);
  const { beganAt, basis } = evidence.window;
  const ago = duration(evidence.at.getTime() - beganAt.getTime());
  lines.push(...earlierLines(diagnosis));
  if (verdict.verdict !== "healthy") lines.push(`  ${en.began(timeOfDay(beganAt.getTime(), timezone), ago, basis !== "default")}`);
  return lines.join("\n");
}

/** What the access logs say of an incident that is over. */
function earlierLines({ evidence, timezone }: Diagnosis): string[] {
  return [...evidence.hosts.keys()].flatMap((host) => {
    const failures = knownFact(evidence, host, "caddyAccess.historyFailures")?.value;
    const until = knownFact(evidence, host, "caddyAccess.historyLastFailureAtMs")?.value;
    if (typeof failures !== "number" || failures === 0 || typeof until !== "number") return [];
    return [`  ${evidence.hosts.size > 1 ? `${host}: ` : ""}${en.earlier(plain(failures), timeOfDay(until, timezone))}`];
  });
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint.bold(title), ...lines.flatMap((line) => wrap(line, "  ", "    "))].join("\n");
}

function chainLines({ verdict, runbook, arithmetic }: Diagnosis, library: Library): string[] {
  if (verdict.chain.length === 0) return [];
  const titles = new Map([...runbook.causes, ...library.symptoms].map((node) => [node.id, node.title[en.language]]));
  const also = [...verdict.symptoms, ...verdict.causes.filter((judged) => followsFromRoot(judged, verdict, runbook))]
    .filter(({ id }) => !verdict.chain.includes(id))
    .map(({ id }) => titles.get(id) ?? id);
  const lines = [verdict.chain.map((id) => titles.get(id) ?? id).join(" → "), ...arithmetic.map(en.arithmetic)];
  return also.length === 0 ? lines : [...lines, en.alsoSeen(also)];
}

function lookLines({ looks, evidence }: Diagnosis, paint: Paint): string[] {
  const width = Math.max(...Object.values(en.lookNames).map((name) => name.length));
  return looks.map((look) => {
    const host = evidence.hosts.size > 1 && look.host ? `${look.host}: ` : "";
    return `${paint.look(look.state)} ${en.lookNames[look.look].padEnd(width)}  ${host}${printable(en.look(look))}`;
  });
}

function judgedLines({ verdict, runbook }: Diagnosis, telling: Telling, state: "suspected" | "ruled-out"): string[] {
  return verdict.causes
    .filter((judged) => judged.state === state && !followsFromRoot(judged, verdict, runbook))
    .map((judged) => {
      const why = tellFacts(telling, state === "suspected" ? judged.for : judged.against);
      return `${titleOf(runbook, judged.id)}: ${[...why, ...(judged.tooLate ? [en.tooLate] : [])].map(printable).join("; ")}`;
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
    .map(({ id, unknown: cited }) => ({ title: titleOf(runbook, id), missing: tellMissing(telling, cited, runbook) }));
  const lacking = unknown.filter(({ missing }) => missing.length > 0).map(({ title, missing }) => `${title}: ${en.missingFacts(missing)}`);
  const settled = unknown.filter(({ missing }) => missing.length === 0).map(({ title }) => title);
  return settled.length === 0 ? lacking : [...lacking, en.notSettled(settled)];
}

function titleOf(runbook: Runbook, id: string): string {
  return runbook.causes.find((cause) => cause.id === id)?.title[en.language] ?? id;
}

function timelineLines({ timeline, timezone }: Diagnosis, wanted: (entry: TimelineEntry) => boolean): string[] {
  return timeline.filter(wanted).map((entry) => {
    const until = entry.count > 1 ? ` … ${timeOfDay(entry.lastAt, timezone)}` : "";
    return `${timeOfDay(entry.firstAt, timezone)}${until}  ${printable(en.moment[entry.what](entry))}`;
  });
}
