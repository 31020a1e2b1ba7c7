import { availableParallelism } from "node:os";
import { processOf, uptimeS, type Process } from "../processes.ts";
import type { Seen } from "./seen.ts";

/** The host's memory (a 2 GB plan), and what its system takes of it beside the shop's processes, in MiB. */
const MEMORY = { totalMb: 1916, systemMb: 240, cacheMb: 620 };

/** Samples of processor use in a second. */
const PER_S = 2;

/** What `ps` knows of each of the host's processes. */
type Row = Process & { user: string; elapsedS: number; ppid: number; name: string };

/** The host's processes; those of units run since the host was booted, whatever they really are since. */
function rowsOf({ pids, now, bootedAt }: Seen): Row[] {
  const sinceBootS = Math.round((now.getTime() - bootedAt.getTime()) / 1000);
  const up = uptimeS();
  const row = (pid: number, user: string, name: string, ppid: number, elapsedS?: number): Row[] => {
    const process = processOf(pid);
    return process ? [{ ...process, user, name, ppid, elapsedS: elapsedS ?? Math.max(1, Math.round(up - process.startedS)) }] : [];
  };
  return [
    ...row(pids.proxy, "caddy", "caddy", 1, sinceBootS),
    ...row(pids.arbiter, "www-data", "gunicorn", 1, sinceBootS),
    ...pids.workers.flatMap((pid) => row(pid, "www-data", "gunicorn", pids.arbiter)),
  ];
}

/** `ps -eo sid,pid,ppid,user,stat,pcpu,pmem,rss,etimes,wchan:20,args`; processor use over each process's life. */
export function processTable(seen: Seen): string {
  const rows = rowsOf(seen).map((row) => {
    const [cpu, share] = [(row.cpuS / row.elapsedS) * 100, (megabytes(row) / MEMORY.totalMb) * 100];
    const numbers = [cpu.toFixed(1).padStart(4), share.toFixed(1).padStart(4), String(Math.round(row.rssBytes / 1024)).padStart(6)];
    return `${pad(row.pid, 7)} ${pad(row.pid, 7)} ${pad(row.ppid, 7)} ${row.user.padEnd(8)} ${`${row.state}s`.padEnd(4)} ${numbers.join(" ")} ${pad(row.elapsedS, 9)} ${"-".padEnd(20)} ${row.command}`;
  });
  const header = "    SID     PID    PPID USER     STAT %CPU %MEM    RSS   ELAPSED WCHAN                COMMAND";
  return lines([header, ...rows]);
}

/** `top -b -n 2`: twice the same table, of the newest second. */
export function topTable(seen: Seen): string {
  const [busy, rows] = [busyShare(seen, 1), rowsOf(seen)];
  const running = rows.filter(({ state }) => state === "R").length;
  const { used, free, cache, available } = memoryOf(rows);
  const screen = [
    `top -${uptimeLine(seen)}`,
    `Tasks: ${pad(rows.length, 3)} total, ${pad(running, 3)} running, ${pad(rows.length - running, 3)} sleeping,   0 stopped,   0 zombie`,
    `%Cpu(s): ${busy.toFixed(1).padStart(4)} us,  0.0 sy,  0.0 ni, ${(100 - busy).toFixed(1).padStart(4)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st`,
    `MiB Mem : ${fixed(MEMORY.totalMb)} total, ${fixed(free)} free, ${fixed(used)} used, ${fixed(cache)} buff/cache`,
    `MiB Swap: ${fixed(0)} total, ${fixed(0)} free, ${fixed(0)} used. ${fixed(available)} avail Mem`,
    "",
    "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ...rows.map((row) => topRow(row, (busy * availableParallelism()) / Math.max(rows.length, 1))),
    "",
  ];
  return lines([...screen, ...screen]);
}

/** What was used is known of all together; each gets an equal part of it. */
function topRow({ pid, user, state, cpuS, rssBytes, name }: Row, cpu: number): string {
  const time = `${Math.floor(cpuS / 60)}:${(cpuS % 60).toFixed(2).padStart(5, "0")}`;
  const [kb, share] = [Math.round(rssBytes / 1024), (rssBytes / 1_048_576 / MEMORY.totalMb) * 100];
  return `${pad(pid, 7)} ${user.padEnd(8)}  20   0 ${pad(kb * 2, 7)} ${pad(kb, 6)} ${pad(0, 6)} ${state} ${cpu.toFixed(1).padStart(5)} ${share.toFixed(1).padStart(5)} ${time.padStart(9)} ${name}`;
}

/** `vmstat 1 3`: since the host's start, then the two newest seconds. */
export function vmstatTable(seen: Seen): string {
  const { free, cache } = memoryOf(rowsOf(seen));
  const row = (busy: number): string => {
    const us = Math.round(busy);
    return ` ${busy > 50 ? 2 : 0}  0      0 ${pad(free * 1024, 6)}  48000 ${pad(cache * 1024, 6)}    0    0     0     8  220  410 ${pad(us, 2)}  0 ${pad(100 - us, 2)}  0  0`;
  };
  return lines([
    "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----",
    " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st",
    row(busyShare(seen, 900)),
    row(busyShare(seen, 2)),
    row(busyShare(seen, 1)),
  ]);
}

/** `free -m`. */
export function memoryTable(seen: Seen): string {
  const { used, free, cache, available } = memoryOf(rowsOf(seen));
  const row = (name: string, numbers: readonly number[]) => name.padEnd(8) + numbers.map((number) => pad(number, 12)).join("");
  return lines([
    "               total        used        free      shared  buff/cache   available",
    row("Mem:", [MEMORY.totalMb, used, free, 4, cache, available]),
    row("Swap:", [0, 0, 0]),
  ]);
}

/** `uptime`; the load is what the host's processes used of the processors in the last 1, 5 and 15 minutes. */
export function uptimeTable(seen: Seen): string {
  return lines([uptimeLine(seen)]);
}

function uptimeLine(seen: Seen): string {
  const days = Math.floor((seen.now.getTime() - seen.bootedAt.getTime()) / 86_400_000);
  const load = [60, 300, 900].map((seconds) => ((busyShare(seen, seconds) / 100) * availableParallelism()).toFixed(2));
  return ` ${seen.now.toISOString().slice(11, 19)} up ${days} days,  0:05,  0 users,  load average: ${load.join(", ")}`;
}

/** The memory of gunicorn's processes together, in bytes. */
export function gunicornBytes(seen: Seen): number {
  return rowsOf(seen).reduce((sum, row) => sum + (row.name === "gunicorn" ? row.rssBytes : 0), 0);
}

function memoryOf(rows: readonly Row[]): { used: number; free: number; cache: number; available: number } {
  const used = MEMORY.systemMb + Math.round(rows.reduce((sum, row) => sum + megabytes(row), 0));
  const free = Math.max(0, MEMORY.totalMb - used - MEMORY.cacheMb);
  return { used, free, cache: MEMORY.cacheMb, available: free + MEMORY.cacheMb };
}

function megabytes({ rssBytes }: Process): number {
  return rssBytes / 1_048_576;
}

/** The mean of the newest seconds, in percent of all processors. */
function busyShare({ hostCpu }: Seen, seconds: number): number {
  const newest = hostCpu.slice(-seconds * PER_S);
  return newest.length === 0 ? 0 : newest.reduce((sum, share) => sum + share, 0) / newest.length;
}

function pad(number: number, width: number): string {
  return String(number).padStart(width);
}

function fixed(number: number): string {
  return number.toFixed(1).padStart(8);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
