import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { medianOf } from "../text/figures.ts";
import { settledLines } from "../text/settled-lines.ts";
import { reason } from "../../../words/because.ts";

const facts: FactSpecs = {
  runQueue: { kind: "number", doc: "processes running or waiting for a processor, median of the samples" },
  blocked: { kind: "number", doc: "processes waiting for a disk, median" },
  user: { kind: "number", unit: "%", doc: "processor time in programs, median (100 is all processors)" },
  system: { kind: "number", unit: "%", doc: "processor time in the kernel, median" },
  idle: { kind: "number", unit: "%", doc: "idle processor time, median" },
  wait: { kind: "number", unit: "%", doc: "idle processor time with a disk request outstanding, median" },
  steal: { kind: "number", unit: "%", doc: "processor time taken by the hypervisor, median" },
  busy: { kind: "number", unit: "%", doc: "processor time neither idle nor waiting for a disk, median" },
  swapIn: { kind: "number", doc: "KiB a second read back from swap, median" },
  swapOut: { kind: "number", doc: "KiB a second written to swap, median" },
  samples: { kind: "count", doc: "samples used: all but the first, which is the average since the start of the host" },
};

const COLUMNS: readonly (readonly [fact: string, column: string])[] = [
  ["runQueue", "r"],
  ["blocked", "b"],
  ["user", "us"],
  ["system", "sy"],
  ["idle", "id"],
  ["wait", "wa"],
  ["steal", "st"],
  ["swapIn", "si"],
  ["swapOut", "so"],
];
const USUAL = "r b swpd free buff cache si so bi bo in cs us sy id wa st".split(" ");

/** Reads `vmstat 1 N`: medians over the samples. A single row is the average since the host's start, and says nothing of now. */
export const vmstat: Parser = {
  facts,
  parse(text) {
    const rows: number[][] = [];
    let header: string[] | undefined;
    for (const line of settledLines(text)) {
      const cells = line.trim().split(/\s+/, 40);
      if (cells.includes("us") && cells.includes("id")) header ??= cells;
      else if (cells.length >= 15 && cells.slice(0, 15).every((cell) => /^\d{1,15}$/.test(cell))) rows.push(cells.map(Number));
    }
    if (rows.length === 0) return undefined;
    const samples = rows.slice(1);
    if (samples.length === 0) return { facts: { samples: 0 }, whole: false, because: reason("onlySinceBoot") };
    return { facts: { ...medians(samples, header ?? USUAL), samples: samples.length }, whole: endsWhole(text) && header !== undefined };
  },
};

function medians(samples: readonly number[][], header: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [fact, column] of COLUMNS) {
    const at = header.indexOf(column);
    const value = at === -1 ? undefined : medianHere(samples.map((row) => row[at]));
    if (value !== undefined) found[fact] = value;
  }
  const [idle, wait] = [header.indexOf("id"), header.indexOf("wa")];
  const busy = medianHere(samples.map((row) => 100 - (row[idle] ?? Number.NaN) - (row[wait] ?? 0)));
  return { ...found, ...(busy !== undefined && { busy }) };
}

/** The median of the samples that have the column. */
function medianHere(values: readonly (number | undefined)[]): number | undefined {
  return medianOf(values.filter((value): value is number => value !== undefined && Number.isFinite(value)));
}
