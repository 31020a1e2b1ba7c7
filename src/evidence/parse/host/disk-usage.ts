import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { bytesOf } from "../text/byte-sizes.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = {
  largest: { kind: "text", doc: "the deepest folder or file that holds at least half of what the largest one above it holds" },
  largestBytes: { kind: "number", unit: "bytes", doc: "its size, as du or ls print it" },
};

type Entry = { path: string; bytes: number };

const DU = /^(\d[\d.,]{0,19}[KMGTP]?)\s+(\/.{0,1000})$/;
const FOLDER = /^(\/.{0,1000}):$/;
const FILE =
  /^-[rwxsStT-]{9}[.+@]?\s+\d{1,9}\s+\S{1,64}\s+\S{1,64}\s+(\d[\d.,]{0,19}[KMGTP]?)\s+\S{1,12}\s+\S{1,12}\s+\S{1,8}\s+(\S.{0,300})$/;

/** Reads `du` (any unit) and, where it follows, `ls -l` of folders: what takes the space. A bare number of du counts KiB, bytes when it could be no disk of this age. */
export const diskUsage: Parser = {
  facts,
  parse(text) {
    const entries = entriesOf(settledLines(text));
    const largest = deepest(entries);
    if (!largest) return undefined;
    return { facts: { largest: largest.path.slice(0, 200), largestBytes: largest.bytes }, whole: endsWhole(text) };
  },
};

function entriesOf(lines: readonly string[]): Entry[] {
  const unit = lines.some((line) => Number(DU.exec(line)?.[1]) > 2 ** 35) ? 1 : 1024;
  const entries: Entry[] = [];
  let folder: string | undefined;
  for (const line of lines) {
    folder = FOLDER.exec(line)?.[1] ?? folder;
    const du = DU.exec(line);
    const file = FILE.exec(line);
    const bytes = du ? bytesOf(du[1] ?? "", unit) : bytesOf(file?.[1] ?? "");
    const path = du ? du[2] : folder && file?.[2] && `${folder === "/" ? "" : folder}/${file[2]}`;
    if (path && bytes !== undefined) entries.push({ path, bytes });
  }
  return entries;
}

function deepest(entries: readonly Entry[]): Entry | undefined {
  const bySize = entries.toSorted((a, b) => b.bytes - a.bytes || a.path.length - b.path.length);
  let best = bySize[0];
  for (const entry of bySize) {
    if (best && isBelow(entry.path, best.path) && entry.bytes * 2 >= best.bytes) best = entry;
  }
  return best;
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
