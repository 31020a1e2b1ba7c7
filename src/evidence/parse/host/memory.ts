import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs, Facts } from "../../../runbook/facts.ts";
import { bytesOf } from "../text/byte-sizes.ts";
import { settledLines } from "../text/settled-lines.ts";

const MIB = 1024 * 1024;

const facts: FactSpecs = {
  totalMb: { kind: "number", doc: "memory of the host in MiB; in a container that of its machine" },
  usedMb: { kind: "number", doc: "memory in use in MiB, as free counts it" },
  availableMb: { kind: "number", doc: "memory that programs could still get without swapping, in MiB" },
  availableShare: { kind: "number", unit: "ratio", doc: "available memory as a share of all memory" },
  swapTotalMb: { kind: "number", doc: "swap space in MiB; 0 where there is none" },
  swapUsedMb: { kind: "number", doc: "swap in use in MiB" },
  swapUsedShare: { kind: "number", unit: "ratio", doc: "used swap as a share of all swap; 0 where there is none" },
};

/**
 * Reads `free` in any unit. Its header does not tell the unit of bare numbers, so the size does: a total below 400,000 is MiB (400 GB),
 * below 400,000,000 KiB, above that bytes; suffixes (`free -h`) say it themselves.
 */
export const memory: Parser = {
  facts,
  parse(text) {
    const lines = settledLines(text);
    const at = lines.findIndex((line) => rowOf(line).length >= 6);
    if (at === -1) return undefined;
    const row = rowOf(lines[at] ?? "");
    const swap = lines
      .slice(at + 1)
      .map(rowOf)
      .find((cells) => cells.length === 3);
    const unit = unitOf(row[0] ?? "");
    const header = lines.slice(0, at).some((line) => /[a-z]\s+[a-z]/i.test(line));
    const oldStyle = lines.some((line) => /\bcached\s*$/.test(line));
    return {
      facts: { ...memoryFacts(numbersOf(row, unit), oldStyle), ...(swap && swapFacts(numbersOf(swap, unit))) },
      whole: endsWhole(text) && header && swap !== undefined,
    };
  },
};

/** The cells of a row such as `Mem:  1916  842 …`; none for other lines. */
function rowOf(line: string): string[] {
  const m = /^[^\s:]{1,20}: {0,60}(\d[\d\s.,KMGTBi]{0,200})$/.exec(line);
  return m?.[1]?.trim().split(/\s+/) ?? [];
}

function unitOf(total: string): number {
  const value = Number(total);
  if (value < 400_000) return MIB;
  return value < 400_000_000 ? 1024 : 1;
}

function numbersOf(row: readonly string[], unit: number): number[] {
  return row.map((cell) => bytesOf(cell, unit) ?? Number.NaN);
}

/** `oldStyle` is free before procps 3.3.10: no column of available memory, but buffers and page cache apart. */
function memoryFacts([total, used, free, , fifth, sixth]: readonly number[], oldStyle: boolean): Facts {
  if (total === undefined || used === undefined || !(total > 0)) return {};
  const available = oldStyle ? (free ?? Number.NaN) + (fifth ?? 0) + (sixth ?? 0) : (sixth ?? Number.NaN);
  return {
    totalMb: mb(total),
    ...(Number.isFinite(used) && { usedMb: mb(used) }),
    ...(Number.isFinite(available) && available <= total && { availableMb: mb(available), availableShare: share(available, total) }),
  };
}

function swapFacts([total, used]: readonly number[]): Facts {
  if (total === undefined || used === undefined || !Number.isFinite(total + used)) return {};
  return { swapTotalMb: mb(total), swapUsedMb: mb(used), swapUsedShare: share(used, total) };
}

function mb(bytes: number): number {
  return Math.round(bytes / MIB);
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.round((part / whole) * 1000) / 1000 : 0;
}
