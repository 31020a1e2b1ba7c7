import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { bytesOf } from "../text/byte-sizes.ts";
import { type FileSystem, fileSystemsOf, fullestOf, holdsAppFiles } from "./file-systems.ts";

const facts: FactSpecs = {
  fullest: { kind: "count", unit: "%", doc: "inode use of the real file system with the fewest left; from a cut table the highest seen" },
  fullestMount: { kind: "text", doc: "where that file system is mounted" },
  full: {
    kind: "flag",
    doc: "no inodes are left on / or on a file system for logs, data or homes: none free, or 99 % used and fewer than 1,000 left",
  },
};

/** Reads `df -i`: how many of the host's inodes are used. File systems without a fixed number of them (btrfs, some network ones) do not count. */
export const diskInodes: Parser = {
  facts,
  parse(text) {
    const found = fileSystemsOf(text);
    if (!found) return undefined;
    const fullest = fullestOf(found.rows);
    return {
      facts: {
        ...(fullest && { fullest: fullest.use, fullestMount: fullest.mount.slice(0, 200) }),
        full: found.rows.filter(holdsAppFiles).some(isFull),
      },
      whole: endsWhole(text) && found.header && found.root !== undefined,
    };
  },
};

function isFull(row: FileSystem): boolean {
  const free = bytesOf(row.free);
  return bytesOf(row.size) !== 0 && (free === 0 || (row.use >= 99 && (free === undefined || free < 1_000)));
}
