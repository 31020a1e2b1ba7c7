import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { textLines } from "../text/journal.ts";

const facts: FactSpecs = {
  some10: { kind: "number", unit: "%", doc: "share of the last 10 s in which some process waited for a processor" },
  some60: { kind: "number", unit: "%", doc: "the same over 60 s" },
  some300: { kind: "number", unit: "%", doc: "the same over 300 s" },
};

/** Reads /proc/pressure/cpu (kernel 4.20+ with pressure accounting). */
export const cpuPressure: Parser = {
  facts,
  parse(text) {
    const line = textLines(text).find((candidate) => candidate.startsWith("some avg10="));
    if (line === undefined) return undefined;
    const over = (seconds: number): number | undefined => {
      const digits = new RegExp(`\\bavg${seconds}=(\\d{1,3}\\.\\d\\d) `).exec(line)?.[1];
      return digits === undefined ? undefined : Number(digits);
    };
    const [some10, some60, some300] = [over(10), over(60), over(300)];
    return {
      facts: {
        ...(some10 !== undefined && { some10 }),
        ...(some60 !== undefined && { some60 }),
        ...(some300 !== undefined && { some300 }),
      },
      whole: endsWhole(text),
    };
  },
};
