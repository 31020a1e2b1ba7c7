import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { bytesOf } from "../text/byte-sizes.ts";
import { type FileSystem, fileSystemsOf, fullestOf, holdsAppFiles } from "./file-systems.ts";

const facts: FactSpecs = {
  fullest: { kind: "count", unit: "%", doc: "use of the fullest real file system; from a cut table the fullest one seen" },
  fullestMount: { kind: "text", doc: "where that file system is mounted" },
  rootUse: { kind: "number", unit: "%", doc: "use of the root file system" },
  full: {
    kind: "flag",
    doc: "no space is left on / or on a file system for logs, data or homes: nothing available, or 99 % used and less than 1 GiB left",
  },
  nearlyFull: { kind: "flag", doc: "/ or a file system for logs, data or homes is at least 95 % used" },
  mounts: { kind: "count", doc: "real file systems of the host" },
};

/** From 99 % on df's rounding hides what is left, so a large file system counts as full only below this. */
const LEFT_BYTES = 1024 ** 3;

/** Reads `df -h`, `-k` and `-P`: how full the host's real file systems are. */
export const diskSpace: Parser = {
  facts,
  parse(text) {
    const found = fileSystemsOf(text);
    if (!found) return undefined;
    const fullest = fullestOf(found.rows);
    const ours = found.rows.filter(holdsAppFiles);
    return {
      facts: {
        ...(fullest && { fullest: fullest.use, fullestMount: fullest.mount.slice(0, 200) }),
        ...(found.root && { rootUse: found.root.use }),
        full: ours.some(isFull),
        nearlyFull: ours.some((row) => row.use >= 95 || isFull(row)),
        mounts: found.rows.length,
      },
      whole: endsWhole(text) && found.header && found.root !== undefined,
    };
  },
};

function isFull(row: FileSystem): boolean {
  const free = bytesOf(row.free, 1024);
  return bytesOf(row.size) !== 0 && (free === 0 || (row.use >= 99 && (free === undefined || free < LEFT_BYTES)));
}
