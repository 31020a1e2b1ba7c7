import { isIP } from "node:net";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { plainLines } from "../text/plain-lines.ts";
import { exitCodeOf, neverRan } from "../text/command-end.ts";

const facts = {
  resolved: { kind: "flag", doc: "The database's name was turned into an address." },
  failed: { kind: "flag", doc: "The look-up said that it found nothing: a non-zero exit code, or an error's words." },
  address: { kind: "text", doc: "The first address that the name resolved to." },
  addresses: { kind: "count", doc: "How many different addresses the name resolved to." },
} satisfies FactSpecs;

const FAILURE =
  /Name or service not known|Temporary failure in name resolution|Name does not resolve|No address associated|NXDOMAIN|SERVFAIL|no servers could be reached|Host not found|Unknown host|can't find|could not resolve|status: REFUSED/i;

/**
 * The look-up of the database's name: `getent hosts` or `ahosts` with its exit code and the name servers; `dig`, `host` and `nslookup` are
 * understood too. A name server is no answer, and where neither an address nor an exit code stands nothing is said.
 */
export const dbResolve: Parser = {
  facts,
  parse(text) {
    const lines = plainLines(text);
    const found = new Set(lines.flatMap((line) => addressOf(line) ?? []));
    const exit = exitCodeOf(lines.slice(0, -1));
    if (neverRan(exit)) return undefined;
    const failed = found.size === 0 && ((exit !== undefined && exit !== 0) || lines.some((line) => FAILURE.test(line)));
    const readable = found.size > 0 || failed || exit !== undefined || lines.some((line) => /^(?:nameserver|search|options) \S/.test(line));
    if (!readable) return undefined;
    const [address] = found;
    const whole = endsWhole(text);
    if (address !== undefined) return { facts: { resolved: true, failed: false, address, addresses: found.size }, whole };
    return { facts: failed ? { resolved: false, failed: true, addresses: 0 } : {}, whole };
  },
};

function addressOf(line: string): string | undefined {
  if (/^(?:nameserver|Server:|search|options)|#53\b/.test(line)) return undefined;
  const named = /(?: has (?:IPv6 )?address |^Address(?: \d+)?: +)(\S+)/.exec(line)?.[1];
  const first = named ?? /^(\S+)/.exec(line)?.[1] ?? "";
  const answer = named === undefined && isIP(first) === 0 ? /\sIN\s+A{1,4}\s+(\S+)/.exec(line)?.[1] : first;
  return answer !== undefined && isIP(answer) !== 0 ? answer : undefined;
}
