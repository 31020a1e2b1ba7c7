import type { FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { exitCodeOf, realSecondsOf } from "../text/command-end.ts";
import { plainLines } from "../text/plain-lines.ts";

const facts = {
  accepting: {
    kind: "flag",
    doc: "pg_isready was answered. It says so for used-up connections and wrong passwords too: alone it proves no health.",
  },
  rejecting: { kind: "flag", doc: "The server answered that it takes no connections now (starting up, shutting down, in recovery)." },
  noResponse: { kind: "flag", doc: "No answer: refused, timed out and unresolvable all read the same here." },
  seconds: { kind: "number", unit: "s", doc: "How long pg_isready took, as the shell's `time` told." },
} satisfies FactSpecs;

const WORDS = [
  ["accepting", / - accepting connections|^accepting connections/],
  ["rejecting", / - rejecting connections|^rejecting connections/],
  ["noResponse", / - no response|^no response/],
] as const;

/** `pg_isready`: its words, or its exit codes (0 accepting, 1 rejecting, 2 no response; PostgreSQL's manual) where it was told to be quiet. */
export const dbIsready: Parser = {
  facts,
  parse(text) {
    const lines = plainLines(text);
    const ended = lines.slice(0, -1);
    const said = WORDS.find(([, words]) => lines.some((line) => words.test(line)))?.[0];
    const outcome = said ?? WORDS[exitCodeOf(ended) ?? -1]?.[0];
    const seconds = realSecondsOf(ended);
    if (outcome === undefined) return undefined;
    const flags = Object.fromEntries(WORDS.map(([name]) => [name, name === outcome]));
    return { facts: { ...flags, ...(seconds === undefined ? {} : { seconds }) }, whole: endsWhole(text) };
  },
};
