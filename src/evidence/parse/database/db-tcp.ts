import type { FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { exitCodeOf, neverRan, realSecondsOf } from "../text/command-end.ts";
import { plainLines } from "../text/plain-lines.ts";

const facts = {
  connected: { kind: "flag", doc: "TCP to the database's port connected." },
  refused: { kind: "flag", doc: "The database's port refused the connection, and no address of it took one." },
  timedOut: { kind: "flag", doc: "Nothing answered the connection attempt in time." },
  unroutable: { kind: "flag", doc: "The network said that there is no way to the host (no route, unreachable)." },
  lookupFailed: { kind: "flag", doc: "The name could not be resolved, so nothing was tried." },
  seconds: { kind: "number", unit: "s", doc: "How long the attempt took, as the shell's `time` or the probe itself told." },
} satisfies FactSpecs;

/** In the order of what they prove: one address that connects makes the failures of others harmless. */
const WORDS = {
  connected: /\bsucceeded!|Connected to \S+:\d+|\d\)? (?:\([^)\s]{1,40}\) )?open\b|"(?:ok|connected)": ?true|^(?:open|connected)\b/,
  refused: /Connection refused|ECONNREFUSED|actively refused/,
  timedOut: /timed? ?out|Operation now in progress|ETIMEDOUT|\bTIMEOUT\b/,
  unroutable: /No route to host|(?:Network|Host) is unreachable|EHOSTUNREACH|ENETUNREACH/,
  lookupFailed:
    /getaddrinfo|Name or service not known|Temporary failure in name resolution|Could not resolve|bad address|forward host lookup failed|Unknown host|Name does not resolve|ENOTFOUND|EAI_AGAIN/i,
} as const;
type Outcome = keyof typeof WORDS;
const OUTCOMES = Object.keys(WORDS) as readonly Outcome[];

/** The exit code by which `timeout` says that it ended the command. */
const TIMEOUT_EXIT = 124;

/**
 * `nc -vz` (OpenBSD's, Ncat's, busybox's, the traditional one), bash's /dev/tcp or one JSON line with `ok`, `tcp_ms` and `error`.
 * A database that hangs also connects: this proves a way to its port, not an answer.
 */
export const dbTcp: Parser = {
  facts,
  parse(text) {
    const lines = plainLines(text);
    const ended = lines.slice(0, -1);
    const exit = exitCodeOf(ended);
    if (neverRan(exit)) return undefined;
    const outcome = outcomeOf(lines) ?? (exit === 0 ? "connected" : exit === TIMEOUT_EXIT ? "timedOut" : undefined);
    const seconds = realSecondsOf(ended) ?? ownSecondsOf(ended);
    if (outcome === undefined && exit === undefined && seconds === undefined) return undefined;
    const flags = outcome === undefined ? {} : Object.fromEntries(OUTCOMES.map((name) => [name, name === outcome]));
    return { facts: { ...flags, ...(seconds === undefined ? {} : { seconds }) }, whole: endsWhole(text) };
  },
};

function outcomeOf(lines: readonly string[]): Outcome | undefined {
  return OUTCOMES.find((name) => lines.some((line) => WORDS[name].test(line)));
}

function ownSecondsOf(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const ms = /"(?:tcp_|connect_|duration_)?ms": ?(\d{1,9}(?:\.\d{1,6})?)/.exec(line)?.[1];
    if (ms !== undefined) return Number(ms) / 1000;
  }
  return undefined;
}
