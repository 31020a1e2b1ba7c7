import { describe, expect, it } from "vitest";
import { changes } from "../../../../src/evidence/parse/host/changes.ts";
import { cpuCount } from "../../../../src/evidence/parse/host/cpu-count.ts";
import { cpuPressure } from "../../../../src/evidence/parse/host/cpu-pressure.ts";
import { diskInodes } from "../../../../src/evidence/parse/host/disk-inodes.ts";
import { diskSpace } from "../../../../src/evidence/parse/host/disk-space.ts";
import { diskUsage } from "../../../../src/evidence/parse/host/disk-usage.ts";
import { kernelLog } from "../../../../src/evidence/parse/host/kernel-log.ts";
import { load } from "../../../../src/evidence/parse/host/load.ts";
import { memoryCgroup } from "../../../../src/evidence/parse/host/memory-cgroup.ts";
import { memory } from "../../../../src/evidence/parse/host/memory.ts";
import { mpstat } from "../../../../src/evidence/parse/host/mpstat.ts";
import { processes } from "../../../../src/evidence/parse/host/processes.ts";
import { databaseSockets, listeningSockets } from "../../../../src/evidence/parse/host/sockets.ts";
import { top } from "../../../../src/evidence/parse/host/top.ts";
import { vmstat } from "../../../../src/evidence/parse/host/vmstat.ts";
import type { Parser } from "../../../../src/evidence/parser.ts";
import { hostFixture, hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T12:55:50Z", "2026-11-22T12:55:00Z");
const df =
  "Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1   59G   17G   40G  30% /\n/dev/vdb   20G   20G   0  100% /var/log\n";
const row = " 3  1      0 13382952  97980 9968064    0    0  2276  8617  741 2464 32 13 40 14  1\n";
const legacy =
  "[Sun Nov 22 12:55:10 2026] Out of memory: Kill process 41 (java) score 950 or sacrifice child\n[Sun Nov 22 12:55:10 2026] Killed process 42 (java) total-vm:1kB, anon-rss:1kB, file-rss:0kB\n[Sun Nov 22 12:55:11 2026] oom_reaper: reaped process 42 (java), now anon-rss:0kB\n";

const samples: readonly (readonly [name: string, parser: Parser, text: string])[] = [
  ["kernel-log", kernelLog, hostFixture("memcg-kills.txt") + legacy],
  [
    "memory",
    memory,
    "     total  used  free  shared  buff/cache  available\nMem:   1916   842   215   4   859   913\nSwap:   1023   12   1011\n",
  ],
  ["disk-space", diskSpace, df],
  ["disk-inodes", diskInodes, df],
  ["disk-usage", diskUsage, "4.9G\t/\n4.2G\t/var\n/var:\n-rw-r--r--   1 root     root  4229398528 Nov 22 13:01 app.log\n"],
  ["load", load, " 12:55:46 up 49 min,  0 user,  load average: 4.72, 4.68, 4.05\n"],
  ["cpu-count", cpuCount, "2\n"],
  ["vmstat", vmstat, `procs\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n${row}${row}${row}`],
  ["mpstat", mpstat, "13:37:29     CPU    %usr   %nice    %sys   %idle\n13:37:30     all   75.86    0.00   22.66    0.00\n"],
  ["processes", processes, hostFixture("processes-hog.txt")],
  ["top", top, hostFixture("top-hog.txt")],
  ["cpu-pressure", cpuPressure, "some avg10=95.39 avg60=93.11 avg300=71.81 total=1558359962\n"],
  ["memory-cgroup", memoryCgroup, "memory.max 1000\nmemory.current 900\noom_kill 18\n"],
  ["listening-sockets", listeningSockets, hostFixture("sockets.txt")],
  ["database-sockets", databaseSockets, hostFixture("sockets.txt")],
  [
    "changes",
    changes,
    "== boots ==\n2026-11-22 12:50:01\n== packages ==\n2026-11-22 12:00:01 upgrade caddy:amd64 2.6.2 2.7.1\n== files ==\n2026-11-22T12:55:00+0000 /srv/x.py\n",
  ],
];

describe.each(samples)("the parser of %s", (_, parser, text) => {
  it("reads its sample whole and declares every fact", () => {
    const parsed = parser.parse(text, reading);
    expect(parsed?.whole).toBe(true);
    for (const [name, value] of Object.entries(parsed?.facts ?? {})) {
      expect(parser.facts, name).toHaveProperty(name);
      expect(typeof value, name).toBe(
        { count: "number", number: "number", time: "number", flag: "boolean", text: "string" }[parser.facts[name]?.kind ?? "flag"],
      );
      expect(Number.isNaN(value), name).toBe(false);
    }
  });

  it("never claims more when its text is cut anywhere at the end", () => {
    const whole = parser.parse(text, reading)?.facts ?? {};
    for (let length = 0; length < text.length; length++) {
      const cut = parser.parse(text.slice(0, length), reading);
      for (const [name, value] of Object.entries(cut?.facts ?? {})) {
        const kind = parser.facts[name]?.kind;
        if (kind === "count") expect(Number(value), `${name} of ${length} characters`).toBeLessThanOrEqual(Number(whole[name]));
        if (kind === "flag" && value === true) expect(whole[name], `${name} of ${length} characters`).toBe(true);
      }
    }
  });

  it("survives any mangling", () => {
    const random = randomOf(parser.facts === kernelLog.facts ? 7 : Object.keys(parser.facts).length);
    for (let i = 0; i < 300; i++) expect(() => parser.parse(mangled(text, random), reading)).not.toThrow();
  });

  it.each([
    ["blanks", " ".repeat(1_000_000)],
    ["one letter", "a".repeat(1_000_000)],
    ["stamps", "[Sun Nov 22 12:55:10 2026] ".repeat(40_000)],
    ["kernel words", "oom-kill:constraint=,task=,pid=Killed process 1 (".repeat(20_000)],
    ["slashes and percents", "9% /a ".repeat(150_000)],
    ["owners", '("a",pid=1'.repeat(90_000)],
    ["NULs", "\0".repeat(1_000_000)],
    ["empty lines", "\n".repeat(200_000)],
    ["sections", "== files ==\n".repeat(50_000)],
  ])("survives a million characters of %s", (__, flood) => {
    expect(() => parser.parse(flood, reading)).not.toThrow();
    expect(() => parser.parse(text + flood, reading)).not.toThrow();
  });
});

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const JUNK = ["\0", "\r", "\u001b[31m", "\ufffd", "%", "-", "999999999999999999999", "é", "  ", "\n", "{", '"', "/", "(", "users:(("];

function mangled(text: string, random: () => number): string {
  const lines = text.split("\n").filter(() => random() > 0.2);
  const kept = lines.map((line) =>
    random() > 0.7
      ? line.slice(0, Math.floor(random() * line.length)) +
        (JUNK[Math.floor(random() * JUNK.length)] ?? "") +
        line.slice(Math.floor(random() * line.length))
      : line,
  );
  return kept.join(random() > 0.5 ? "\n" : "\r\n") + (random() > 0.5 ? "\n" : "");
}
