import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = { cpus: { kind: "number", doc: "processors that programs on the host may use" } };

/** Reads `nproc` (or the line `CPU(s):` of lscpu). */
export const cpuCount: Parser = {
  facts,
  parse(text) {
    const lines = settledLines(text);
    const found = lines.map((line) => /^(?:CPU\(s\):)?\s{0,40}(\d{1,4})\s{0,8}$/.exec(line)?.[1]).find((digits) => digits !== undefined);
    const cpus = Number(found ?? 0);
    return cpus > 0 ? { facts: { cpus }, whole: endsWhole(text) } : undefined;
  },
};
