import { readFileSync } from "node:fs";

/** What /proc tells of a process: processor time used since it began (with `reaped`, that of the children it has waited for), memory, state. */
export type Process = {
  pid: number;
  state: string;
  sid: number;
  cpuS: number;
  reapedS: number;
  rssBytes: number;
  startedS: number;
  command: string;
};

/** Linux counts processor time in hundredths of a second for programs (USER_HZ, proc(5)), and memory in pages. */
const TICKS_PER_S = 100;
const PAGE_BYTES = 4_096;

/** One process by its number; nothing where it has ended or there is no /proc. */
export function processOf(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name stands in brackets and may hold anything; the fields after it begin with the third.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (nth: number): number => Number(fields[nth - 3]);
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return {
      pid,
      state: fields[0] ?? "S",
      sid: field(6),
      cpuS: (field(14) + field(15)) / TICKS_PER_S,
      reapedS: (field(16) + field(17)) / TICKS_PER_S,
      startedS: field(22) / TICKS_PER_S,
      rssBytes: field(24) * PAGE_BYTES,
      command,
    };
  } catch {
    return undefined;
  }
}

/** The direct children of a process; none where the kernel does not tell. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Seconds that the machine has been up; 0 where there is no /proc. */
export function uptimeS(): number {
  try {
    return Number(readFileSync("/proc/uptime", "latin1").split(" ", 1)[0]);
  } catch {
    return 0;
  }
}
