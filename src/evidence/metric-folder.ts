import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { reason } from "../words/because.ts";
import type { ReadMetrics } from "./gather.ts";

/** Metrics from a folder of series, one file each (`lightsail-database.DiskQueueDepth.json`), whichever are there. */
export function metricsInFolder(dir: string): ReadMetrics {
  return async () => {
    const names = await readdir(dir).catch(() => []);
    const texts = new Map<string, string>();
    for (const name of names.filter((each) => each.endsWith(".json")))
      texts.set(basename(name, ".json"), await readFile(join(dir, name), "utf8"));
    return texts.size > 0 ? { kind: "series", texts } : { kind: "unknown", because: reason("noMetricFiles", dir) };
  };
}

/** Where no metrics are configured: nobody asked, and the diagnosis says what that leaves open. */
export const noMetrics: ReadMetrics = async () => ({ kind: "unknown", because: reason("noMetrics"), unasked: true });
