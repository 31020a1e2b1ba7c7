import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST_NAME, type Journal } from "../journal.ts";
import type { Seen } from "./seen.ts";
import { listeningTable, socketTable } from "./sockets.ts";
import { memoryTable, processTable, topTable, uptimeTable, vmstatTable } from "./tables.ts";
import { unitTexts } from "./units.ts";

/** Writes down what the host's programs print, as things are now. */
export async function writeAnswers(dir: string, seen: Seen, journal: Journal): Promise<void> {
  const texts: Record<string, string> = {
    ...unitTexts(seen, journal),
    dmesg: kernelLines(seen.bootedAt)
      .map(([at, text]) => `[${at.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, "$1 $3 $2 $5 $4")}] ${text}\n`)
      .join(""),
    boot: `         system boot  ${seen.bootedAt.toISOString().slice(0, 16).replace("T", " ")}\n`,
    "listening-sockets": listeningTable(seen),
    sockets: socketTable(seen),
    processes: processTable(seen),
    top: topTable(seen),
    vmstat: vmstatTable(seen),
    memory: memoryTable(seen),
    load: uptimeTable(seen),
  };
  await mkdir(dir, { recursive: true });
  await Promise.all(Object.entries(texts).map(async ([name, text]) => replace(join(dir, name), text)));
}

let written = 0;

/** Another script may be reading the old text: it goes on reading that. */
async function replace(path: string, text: string): Promise<void> {
  const fresh = `${path}.${written++}`;
  await writeFile(fresh, text);
  await rename(fresh, path);
}

/** The kernel's lines: the host's boot and nothing since. */
export function kernelLines(bootedAt: Date): [Date, string][] {
  const after = (ms: number) => new Date(bootedAt.getTime() + ms);
  return [
    [after(0), "Linux version 6.1.0-13-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1"],
    [after(0), `Hostname: ${HOST_NAME}`],
    [after(3_000), "EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode. Quota mode: none."],
    [after(5_000), "ena 0000:00:05.0 ens5: Link is Up"],
  ];
}

/** What stands in the host's Caddyfile. */
export function caddyfile(ports: { site: number; app: number }, accessLog: string): string {
  return `http://shop.example:${ports.site} {\n\tbind 127.0.0.1\n\tlog {\n\t\toutput file ${accessLog}\n\t}\n\treverse_proxy 127.0.0.1:${ports.app}\n}\n`;
}
