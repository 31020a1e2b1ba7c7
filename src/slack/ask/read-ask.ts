/** What somebody asks for: a diagnosis, how it stands, help; or what is wrong with what they wrote. */
export type Ask =
  | { kind: "diagnose"; environment: string; runbook?: string }
  | { kind: "status" }
  | { kind: "help" }
  | { kind: "no-environment"; said: string; nearest?: string }
  | { kind: "no-runbook"; said: string; nearest?: string }
  | { kind: "too-much"; said: string };

/** The names there are. */
export type Known = { environments: readonly string[]; runbooks: readonly string[] };

const STATUS = new Set(["status", "상태"]);
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
  const [runbook, ...more] = rest;
  if (more.length > 0) return { kind: "too-much", said: [first, ...rest].join(" ") };
  if (!known.environments.includes(first)) return { kind: "no-environment", said: first, ...nearestOf(first, known.environments) };
  if (runbook === undefined) return { kind: "diagnose", environment: first };
  if (!known.runbooks.includes(runbook)) return { kind: "no-runbook", said: runbook, ...nearestOf(runbook, known.runbooks) };
  return { kind: "diagnose", environment: first, runbook };
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
