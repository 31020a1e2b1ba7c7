import { readMuteTime } from "../../alarm/mutes.ts";

/** What somebody asks for: a diagnosis, silence, that nothing is changed any more, how it stands, help; or what is wrong with what they wrote. */
export type Ask =
  | { kind: "diagnose"; environment: string; runbook?: string }
  | { kind: "mute"; environment: string; forMs: number }
  | { kind: "unmute"; environment: string }
  /** Without an environment, that of the channel. */
  | { kind: "stop" | "resume"; environment?: string }
  | { kind: "incidents" }
  | { kind: "status" }
  | { kind: "help" }
  | Unclear;

/** What cannot be done as it is written. */
export type Unclear =
  | { kind: "no-environment"; said: string; nearest?: string }
  | { kind: "no-runbook"; said: string; nearest?: string }
  | { kind: "no-duration"; environment: string; said: string; not: "understood" | "too-long" }
  | { kind: "too-much"; said: string };

/** The names there are. */
export type Known = { environments: readonly string[]; runbooks: readonly string[] };

const STATUS = new Set(["status", "상태"]);
const INCIDENTS = new Set(["incidents", "incident", "장애"]);
const MUTE = new Set(["mute", "음소거"]);
const UNMUTE = new Set(["unmute", "음소거해제", "해제"]);
/** After a word for mute, makes it the end of one: "음소거 해제 prod". */
const END = new Set(["해제", "off"]);
const STOP = new Set(["stop", "중지", "정지"]);
const RESUME = new Set(["resume", "재개"]);
const HELP = new Set(["help", "?", "도움말"]);
/** Words that people put before an environment's name. */
const VERBS = new Set(["diagnose", "/diagnose", "진단"]);

/** Words that say nothing of what is asked: mentions as Slack writes them. */
const MENTION = /<[@!#][^<>]*>/g;

/** Read what follows `/diagnose` or a mention. Pure; nothing is guessed: a name that is not there is only answered with the nearest. */
export function readAsk(text: string, known: Known): Ask {
  const words = unescaped(text.replace(MENTION, " "))
    .normalize("NFKC")
    .toLowerCase()
    .split(/[\s"'`“”‘’*_~,]+/)
    .map((word) => word.replace(/[.!;:]+$/, ""))
    .filter((word) => word !== "");
  const [first, ...rest] = words[0] !== undefined && VERBS.has(words[0]) ? words.slice(1) : words;
  if (first === undefined || (HELP.has(first) && rest.length === 0)) return { kind: "help" };
  if (STATUS.has(first) && rest.length === 0) return { kind: "status" };
  if (INCIDENTS.has(first) && rest.length === 0) return { kind: "incidents" };
  if (STOP.has(first)) return readHalting("stop", rest, known);
  if (RESUME.has(first)) return readHalting("resume", rest, known);
  if (UNMUTE.has(first)) return readUnmute(rest, known);
  if (MUTE.has(first)) return rest[0] !== undefined && END.has(rest[0]) ? readUnmute(rest.slice(1), known) : readMute(rest, known);
  return readDiagnose(first, rest, known);
}

function readDiagnose(environment: string, rest: readonly string[], known: Known): Ask {
  const [runbook, ...more] = rest;
  if (more.length > 0) return { kind: "too-much", said: [environment, ...rest].join(" ") };
  if (!known.environments.includes(environment)) return noEnvironment(environment, known);
  if (runbook === undefined) return { kind: "diagnose", environment };
  if (!known.runbooks.includes(runbook)) return { kind: "no-runbook", said: runbook, ...nearestOf(runbook, known.runbooks) };
  return { kind: "diagnose", environment, runbook };
}

/** An environment and for how long, in this order or the other; "for" may stand between. */
function readMute(words: readonly string[], known: Known): Ask {
  const said = words.filter((word) => word !== "for");
  const name = said.find((word) => known.environments.includes(word));
  if (name === undefined) return noEnvironment(said.find((word) => "not" in readMuteTime(word)) ?? "", known);
  const duration = said.filter((_, nth) => nth !== said.indexOf(name)).join(" ");
  const time = readMuteTime(duration);
  return "ms" in time
    ? { kind: "mute", environment: name, forMs: time.ms }
    : { kind: "no-duration", environment: name, said: duration, not: time.not };
}

function readUnmute([name, ...more]: readonly string[], known: Known): Ask {
  if (name === undefined || !known.environments.includes(name)) return noEnvironment(name ?? "", known);
  return more.length > 0 ? { kind: "too-much", said: [name, ...more].join(" ") } : { kind: "unmute", environment: name };
}

function readHalting(kind: "stop" | "resume", [name, ...more]: readonly string[], known: Known): Ask {
  if (name === undefined) return { kind };
  if (!known.environments.includes(name)) return noEnvironment(name, known);
  return more.length > 0 ? { kind: "too-much", said: [name, ...more].join(" ") } : { kind, environment: name };
}

function noEnvironment(said: string, { environments }: Known): Ask {
  return { kind: "no-environment", said, ...nearestOf(said, environments) };
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The name that was probably meant: one that begins the same, or differs in few letters. */
function nearestOf(said: string, names: readonly string[]): { nearest?: string } {
  const begins = names.filter((name) => said.length >= 2 && (name.startsWith(said) || said.startsWith(name)));
  const close = names
    .map((name) => ({ name, apart: distance(said.slice(0, 64), name.slice(0, 64)) }))
    .filter(({ name, apart }) => apart <= Math.ceil(name.length * 0.4))
    .toSorted((a, b) => a.apart - b.apart);
  const nearest = begins.length === 1 ? begins[0] : close[0]?.name;
  return nearest === undefined ? {} : { nearest };
}

/** How many letters must be changed, added or taken away, or swapped with their neighbour, to make one word of the other. */
function distance(a: string, b: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, nth) => nth)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1)];
      row.push(Math.min(...ways, ...(swapped ? [(beforeLast[j - 2] ?? 0) + 1] : [])));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
