import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { medianOf } from "../text/figures.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = {
  idle: { kind: "number", unit: "%", doc: "idle processor time over all processors" },
  steal: { kind: "number", unit: "%", doc: "processor time taken by the hypervisor" },
  iowait: { kind: "number", unit: "%", doc: "idle processor time with a disk request outstanding" },
  user: { kind: "number", unit: "%", doc: "processor time in programs, niced ones included" },
};

type Row = { average: boolean; cells: ReadonlyMap<string, number> };

/** Reads `mpstat`: the average row over all processors, else the median of the samples' rows. */
export const mpstat: Parser = {
  facts,
  parse(text) {
    const rows = rowsOf(settledLines(text));
    if (rows.length === 0) return undefined;
    const averages = rows.filter((row) => row.average);
    const used = averages.length > 0 ? averages.slice(-1) : rows;
    const over = (...columns: readonly string[]): number | undefined =>
      medianOf(used.flatMap(({ cells }) => sumOf(columns.map((column) => cells.get(column))) ?? []));
    const [idle, steal, iowait, user] = [over("idle"), over("steal"), over("iowait"), over("usr", "nice") ?? over("user", "nice")];
    return {
      facts: {
        ...(idle !== undefined && { idle }),
        ...(steal !== undefined && { steal }),
        ...(iowait !== undefined && { iowait }),
        ...(user !== undefined && { user }),
      },
      whole: endsWhole(text),
    };
  },
};

/** The rows over all processors; their columns are those of the header above, counted from the word that ends the stamp (CPU / all). */
function rowsOf(lines: readonly string[]): Row[] {
  const rows: Row[] = [];
  let columns: string[] = [];
  for (const line of lines) {
    const words = line.trim().split(/\s+/, 40);
    const cpu = words.indexOf("CPU");
    if (cpu !== -1 && words.includes("%idle")) columns = words.slice(cpu + 1).map((word) => word.replace("%", ""));
    const all = words.indexOf("all");
    if (all === -1 || columns.length === 0) continue;
    const numbers = words.slice(all + 1).map((word) => Number(word.replace(",", ".")));
    if (numbers.length < columns.length || numbers.some((number) => !Number.isFinite(number))) continue;
    rows.push({ average: /^\D+:$/.test(words[0] ?? ""), cells: new Map(columns.map((column, i) => [column, numbers[i] ?? Number.NaN])) });
  }
  return rows;
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const [first, ...rest] = values;
  if (first === undefined) return undefined;
  return Math.round(rest.reduce<number>((sum, value) => sum + (value ?? 0), first) * 100) / 100;
}
