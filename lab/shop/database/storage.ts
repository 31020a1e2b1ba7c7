import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** What was free on the database's disk when the shop began (the founding incident's figure), and how much larger the shop's data are than these. */
export const FREE_AT_START = 27.0262e9;
const SCALE = 85;

/** Measures what is free on the database's disk, from how the real folder of its data grows. */
export function storageOf(dataDir: string): () => Promise<number> {
  let first: number | undefined;
  return async () => {
    const size = await sizeOf(dataDir);
    first ??= size;
    return Math.max(0, FREE_AT_START - SCALE * (size - first));
  };
}

async function sizeOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}
