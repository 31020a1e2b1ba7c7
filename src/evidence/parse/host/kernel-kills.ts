import type { Reading } from "../../parser.ts";
import { journalLines, textLines } from "../text/journal.ts";
import { stampOf } from "../text/stamps.ts";

/** One line of a kernel log: `ms` is its wall-clock time, `uptime` says that it has only the time since boot. */
export type KernelLine = { text: string; ms?: number; uptime?: true };

/** One process killed for memory, or one unit killed by systemd-oomd. `cgroup` is the victim's memory cgroup where the log says it. */
export type Kill = {
  by: "kernel" | "oomd";
  scope?: "global" | "cgroup";
  pid?: number;
  comm?: string;
  cgroup?: string;
  rssKb?: number;
  ms?: number;
  uptime?: true;
};

/** The lines of `dmesg` (any time format), `journalctl -k` (any output mode) or a syslog, with their times. */
export function kernelLines(text: string, reading: Pick<Reading, "at" | "timezone">): KernelLine[] {
  if (/^\s{0,9}\{"|^__[A-Z_]{1,40}=/.test(text)) {
    return journalLines(text, reading).map(({ message, ms }) => ({ text: message, ...(ms !== undefined && { ms }) }));
  }
  return textLines(text).map((line) => {
    const stamp = stampOf(line, reading.at, reading.timezone);
    if (stamp) return { text: stamp.rest, ms: stamp.ms };
    return /^(?:<\d{1,3}>)?\[ {0,8}\d{1,9}\.\d{3,9}\]/.test(line) ? { text: line, uptime: true as const } : { text: line };
  });
}

const CHOSEN = /\boom-kill:constraint=/;
const CHOSEN_TASK = /,task=(.{0,40}?),pid=(\d{1,10})(?=,)/;
const KILLED = /\bKilled process (\d{1,10}),?(?: UID \d{1,10},)? \((.{0,40})\)(?=[ ,]|$)/;
const ANNOUNCED = /\b(Memory cgroup out of memory|Out of memory)(?: \([^)]{0,60}\))?: Kill process (\d{1,10}) \((.{0,40})\) score\b/;
const REAPED = /\boom_reaper: reaped process (\d{1,10}) \((.{0,40})\), now\b/;
const LIMITED = /\bTask in (\S{1,1000}) killed as a result of limit of \S|\bMemory cgroup stats for (\S{1,1000}?):(?: |$)/;
const GROUP = /\bTasks in (\S{1,1000}) are going to be killed due to memory\.oom\.group set/;
const OOMD = /\b(?:Killed|Marked) (\/\S{1,1000}) (?:due to|for killing due to)\b/;
const OOMD_UNIT = /(?:^|\s)(\S{1,255}\.(?:service|scope|slice|socket)): systemd-oomd killed \d{1,9} process/;
const RSS = /\b(?:anon|file|shmem)-rss:(\d{1,12})kB/g;

/** Two lines about one pid (or one unit) belong to one kill when they are at most this far apart. */
const SAME_MS = 60_000;
/** A report's lines are printed at once; what names the cgroup counts for the kill that follows within this time. */
const REPORT_MS = 2_000;

/**
 * The kills for memory in a kernel log, oldest first. The lines of one kill (chosen, killed, reaped; before kernel 5.0 announced and killed,
 * where the victim may be a child of the process announced) make one kill, so a lost line loses no kill while another of its lines is there.
 */
export function killsOf(lines: readonly KernelLine[]): Kill[] {
  const kills: Kill[] = [];
  const report: Report = {};
  for (const line of lines) {
    if (line.text.includes("oom") || line.text.includes("ill") || line.text.includes("cgroup")) readLine(line, kills, report);
  }
  if (report.announced) kills.push(report.announced);
  return kills.toSorted((a, b) => (a.ms ?? 0) - (b.ms ?? 0));
}

/** What the lines above say of the kill to come: its cgroup, the group that dies with it, the old kernels' announcement. */
type Report = { announced?: Kill | undefined; cgroup?: Named | undefined; group?: Named | undefined };
type Named = { path: string; line: KernelLine };

function readLine(line: KernelLine, kills: Kill[], report: Report): void {
  const oomd = OOMD.exec(line.text)?.[1] ?? OOMD_UNIT.exec(line.text)?.[1];
  if (oomd !== undefined) return addOomd(kills, { by: "oomd", cgroup: oomd, ...timeOf(line) });
  const group = GROUP.exec(line.text)?.[1];
  if (group !== undefined) report.group = { path: group, line };
  const limited = LIMITED.exec(line.text);
  if (limited) report.cgroup = { path: limited[1] ?? limited[2] ?? "", line };
  const announced = ANNOUNCED.exec(line.text);
  if (announced) {
    if (report.announced) kills.push(report.announced);
    report.announced = { ...victim(announced[2], announced[3]), ...scopeOf(line.text), ...cgroupFrom(report, line), ...timeOf(line) };
    return;
  }
  const kill = kernelKill(line, report);
  if (kill) addKernel(kills, kill);
}

function kernelKill(line: KernelLine, report: Report): Kill | undefined {
  const chosen = CHOSEN.test(line.text) ? CHOSEN_TASK.exec(line.text) : null;
  if (chosen) {
    const cgroup = /,task_memcg=([^,]{1,1000})/.exec(line.text)?.[1];
    return { ...victim(chosen[2], chosen[1]), ...scopeOf(line.text), ...(cgroup && { cgroup }), ...timeOf(line) };
  }
  const announced = report.announced && isNear(report.announced, line, REPORT_MS) ? report.announced : undefined;
  const killed = KILLED.exec(line.text);
  const reaped = killed ? null : REAPED.exec(line.text);
  if (!killed && !reaped) return undefined;
  if (announced) report.announced = undefined;
  if (reaped) return { ...announced, ...victim(reaped[1], reaped[2]), ...timeOf(line) };
  return {
    ...announced,
    ...cgroupFrom(report, line),
    ...scopeOf(line.text),
    ...victim(killed?.[1], killed?.[2]),
    ...rssOf(line.text),
    ...timeOf(line),
  };
}

function victim(pid: string | undefined, comm: string | undefined): Kill {
  return { by: "kernel", pid: Number(pid), ...(comm && { comm }) };
}

function timeOf({ ms, uptime }: KernelLine): Pick<Kill, "ms" | "uptime"> {
  return { ...(ms !== undefined && { ms }), ...(uptime && { uptime }) };
}

function scopeOf(text: string): Pick<Kill, "scope"> {
  if (/Memory cgroup out of memory|CONSTRAINT_MEMCG/.test(text)) return { scope: "cgroup" };
  return /Out of memory|global_oom|CONSTRAINT_NONE/.test(text) ? { scope: "global" } : {};
}

function rssOf(text: string): Pick<Kill, "rssKb"> {
  const parts = [...text.matchAll(RSS)].map((m) => Number(m[1]));
  return parts.length > 0 ? { rssKb: parts.reduce((sum, part) => sum + part, 0) } : {};
}

/** The cgroup that the report above names; it is spent by the kill that it announced, except where a whole group dies. */
function cgroupFrom(report: Report, line: KernelLine): Pick<Kill, "cgroup"> {
  const named = report.cgroup && isNear(report.cgroup.line, line, REPORT_MS) ? report.cgroup : undefined;
  report.cgroup = undefined;
  const group = report.group && isNear(report.group.line, line, REPORT_MS) ? report.group : undefined;
  const path = (line.text.includes("Memory cgroup out of memory") ? (named ?? group) : undefined)?.path;
  return path === undefined ? {} : { cgroup: path };
}

function addKernel(kills: Kill[], kill: Kill): void {
  const at = kills.findLastIndex((known) => known.by === "kernel" && known.pid === kill.pid && isNear(known, kill, SAME_MS));
  if (at === -1) kills.push(kill);
  else kills[at] = { ...kill, ...kills[at], ...(kill.rssKb !== undefined && !kills[at]?.rssKb && { rssKb: kill.rssKb }) };
}

function addOomd(kills: Kill[], kill: Kill): void {
  const unit = unitIn(kill.cgroup);
  const at = kills.findLastIndex((known) => known.by === "oomd" && unitIn(known.cgroup) === unit && isNear(known, kill, SAME_MS));
  const known = kills[at];
  if (!known) kills.push(kill);
  else if ((kill.cgroup ?? "").length > (known.cgroup ?? "").length) kills[at] = { ...known, cgroup: kill.cgroup ?? "" };
}

function unitIn(path: string | undefined): string | undefined {
  return path?.slice(path.lastIndexOf("/") + 1);
}

function isNear(a: { ms?: number; uptime?: true }, b: { ms?: number; uptime?: true }, limitMs: number): boolean {
  return a.ms === undefined || b.ms === undefined ? a.ms === b.ms : Math.abs(a.ms - b.ms) <= limitMs;
}
