import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { Look } from "../diagnosis/looks.ts";
import { tellFacts, tellMissing, tellSaid, type Telling } from "../diagnosis/tell.ts";
import type { TimelineEntry } from "../diagnosis/timeline.ts";
import type { Judged, Verdict } from "../diagnosis/verdict.ts";
import { knownFact } from "../evidence/evidence.ts";
import type { Cause, Library } from "../runbook/library.ts";
import type { Words } from "../words/en.ts";
import { duration, plain, timeOfDay } from "../words/numbers.ts";

/** A root cause in words: what it is, on which hosts (where that makes a difference), what it says here, and the facts that prove it. */
type ToldRoot = { id: string; title: string; where?: string; says: string; why: readonly string[] };

/** Something that was weighed, and why it came out as it did. */
export type ToldCause = { title: string; why: readonly string[] };

/** One moment (or several of one kind) with its time of day. */
export type ToldMoment = { when: string; what: string };

/** One look, as one host shows it. */
export type ToldLook = { look: Look["look"]; state: Look["state"]; host?: string; says: string };

/** A diagnosis in the sentences of one language; what stands where, and how, is up to whoever shows it. Host output in it is not yet made safe. */
export type Told = {
  name: string;
  verdict: Verdict["verdict"];
  roots: readonly ToldRoot[];
  began?: string;
  earlier: readonly string[];
  chain: readonly string[];
  arithmetic: readonly string[];
  alsoSeen: readonly string[];
  looks: readonly ToldLook[];
  suspected: readonly ToldCause[];
  /** Causes that lack looks, each with the looks that would tell. */
  unknown: readonly ToldCause[];
  /** Causes that nothing missing would tell: the evidence is between the two. */
  notSettled: readonly string[];
  ruledOut: readonly ToldCause[];
  notSeen: readonly string[];
  /** The hosts that said nothing at all. */
  unanswered: readonly string[];
  happened: readonly ToldMoment[];
  history: readonly ToldMoment[];
  changed: readonly ToldMoment[];
  advice: readonly string[];
  /** The repairs that the root causes name. */
  actions: readonly { id: string; title: string }[];
};

/** Moments that stand in a section of their own, or say nothing to a person. */
const LEADS: readonly TimelineEntry["what"][] = ["changed", "worker-booted"];

/** Tell a diagnosis in a language. Pure. */
export function tellDiagnosis(diagnosis: Diagnosis, library: Library, words: Words): Told {
  const { verdict, evidence, timezone, timeline } = diagnosis;
  const telling: Telling = { words, evidence, specs: library.facts, timezone };
  const roots = rootsOf(diagnosis);
  const moments = (wanted: (entry: TimelineEntry) => boolean) =>
    timeline.filter(wanted).map((entry) => toldMoment(entry, evidence.hosts.size, timezone, words));
  return {
    name: diagnosis.name,
    verdict: verdict.verdict,
    roots: roots.map(({ cause, judged }) => toldRoot(cause, judged, telling)),
    ...(verdict.verdict === "healthy" ? {} : { began: beganOf(diagnosis, words) }),
    earlier: earlierOf(diagnosis, words),
    ...chainOf(diagnosis, library, words),
    arithmetic: diagnosis.arithmetic.map((sum) => `${evidence.hosts.size > 1 ? `${sum.host}: ` : ""}${words.arithmetic(sum)}`),
    looks: diagnosis.looks.map((look) => ({
      look: look.look,
      state: look.state,
      ...(evidence.hosts.size > 1 && look.host ? { host: look.host } : {}),
      says: words.look(look),
    })),
    suspected: judgedAs(diagnosis, telling, "suspected"),
    ...unknownOf(diagnosis, telling),
    ruledOut: judgedAs(diagnosis, telling, "ruled-out"),
    notSeen: notSeenOf(diagnosis, words),
    unanswered: [...evidence.hosts.keys()].filter((host) => isSilent(diagnosis, host)),
    happened: moments((entry) => !entry.history && !LEADS.includes(entry.what)),
    history: moments((entry) => entry.history && !LEADS.includes(entry.what)),
    changed: moments((entry) => entry.what === "changed"),
    advice: roots.map(({ cause }) => cause.advice[words.language]),
    actions: [...new Set(roots.flatMap(({ cause }) => cause.actions))].map((id) => ({
      id,
      title: library.actions.get(id)?.[words.language] ?? id,
    })),
  };
}

function rootsOf({ verdict, runbook }: Diagnosis): { cause: Cause; judged: Judged }[] {
  return verdict.causes
    .filter(({ id }) => verdict.rootCauses.includes(id))
    .flatMap((judged) => {
      const cause = runbook.causes.find(({ id }) => id === judged.id);
      return cause ? [{ cause, judged }] : [];
    });
}

function toldRoot(cause: Cause, judged: Judged, telling: Telling): ToldRoot {
  const { evidence, words } = telling;
  const local = evidence.hosts.size > 1 && judged.hosts.length > 0;
  return {
    id: cause.id,
    title: cause.title[words.language],
    ...(local ? { where: words.onHosts(judged.hosts, evidence.hosts.size) } : {}),
    says: tellSaid(telling, cause.say, judged.hosts),
    why: tellFacts(telling, judged.for),
  };
}

function beganOf({ evidence: { at, window }, timezone }: Diagnosis, words: Words): string {
  const ago = duration(at.getTime() - window.beganAt.getTime(), words.language);
  return words.began(timeOfDay(window.beganAt.getTime(), timezone), ago, window.basis !== "default");
}

/** What the access logs say of an incident that is over. */
function earlierOf({ evidence, timezone }: Diagnosis, words: Words): string[] {
  return [...evidence.hosts.keys()].flatMap((host) => {
    const failures = knownFact(evidence, host, "caddyAccess.historyFailures")?.value;
    const until = knownFact(evidence, host, "caddyAccess.historyLastFailureAtMs")?.value;
    if (typeof failures !== "number" || failures === 0 || typeof until !== "number") return [];
    return [`${evidence.hosts.size > 1 ? `${host}: ` : ""}${words.earlier(plain(failures), timeOfDay(until, timezone))}`];
  });
}

function chainOf({ verdict, runbook }: Diagnosis, library: Library, words: Words): Pick<Told, "chain" | "alsoSeen"> {
  if (verdict.chain.length === 0) return { chain: [], alsoSeen: [] };
  const titles = new Map([...runbook.causes, ...library.symptoms].map((node) => [node.id, node.title[words.language]]));
  const also = [...verdict.symptoms, ...verdict.causes.filter((judged) => followsFromRoot(judged, verdict, runbook.causes))];
  const titleOf = (id: string) => titles.get(id) ?? id;
  return {
    chain: verdict.chain.map(titleOf),
    alsoSeen: also.filter(({ id }) => !verdict.chain.includes(id)).map(({ id }) => titleOf(id)),
  };
}

/** Whether a suspicion, or a lesser cause, is what a root cause is known to bring about. */
function followsFromRoot({ id, state }: Judged, verdict: Verdict, causes: readonly Cause[]): boolean {
  if (state !== "suspected" && state !== "confirmed") return false;
  return causes.some((cause) => verdict.rootCauses.includes(cause.id) && cause.leadsTo.includes(id));
}

function judgedAs({ verdict, runbook }: Diagnosis, telling: Telling, state: "suspected" | "ruled-out"): ToldCause[] {
  return verdict.causes
    .filter((judged) => judged.state === state && !followsFromRoot(judged, verdict, runbook.causes))
    .map((judged) => ({
      title: titleOf(runbook.causes, judged.id, telling.words),
      why: [...tellFacts(telling, state === "suspected" ? judged.for : judged.against), ...(judged.tooLate ? [telling.words.tooLate] : [])],
    }));
}

function unknownOf({ verdict, runbook }: Diagnosis, telling: Telling): Pick<Told, "unknown" | "notSettled"> {
  const unknown = verdict.causes
    .filter(({ state }) => state === "unknown")
    .map((judged) => ({ title: titleOf(runbook.causes, judged.id, telling.words), why: tellMissing(telling, judged.unknown, runbook) }));
  return {
    unknown: unknown.filter(({ why }) => why.length > 0),
    notSettled: unknown.filter(({ why }) => why.length === 0).map(({ title }) => title),
  };
}

function isSilent({ evidence }: Diagnosis, host: string): boolean {
  return [...(evidence.hosts.get(host)?.values() ?? [])].every((finding) => finding.kind === "unknown");
}

/** What was not seen; a host that did not answer at all is said once, not for each of its steps. */
function notSeenOf(diagnosis: Diagnosis, words: Words): string[] {
  const lines = diagnosis.verdict.notSeen.map(({ host, step, because }) =>
    words.unknownStep(host === "" ? step : isSilent(diagnosis, host) ? host : `${step} (${host})`, words.because(because)),
  );
  return [...new Set(lines)];
}

function titleOf(causes: readonly Cause[], id: string, words: Words): string {
  return causes.find((cause) => cause.id === id)?.title[words.language] ?? id;
}

function toldMoment(entry: TimelineEntry, hosts: number, timezone: string, words: Words): ToldMoment {
  const until = entry.count > 1 ? ` … ${timeOfDay(entry.lastAt, timezone)}` : "";
  const where = hosts > 1 && entry.host ? `${entry.host}: ` : "";
  return { when: `${timeOfDay(entry.firstAt, timezone)}${until}`, what: `${where}${words.moment[entry.what](entry)}` };
}
