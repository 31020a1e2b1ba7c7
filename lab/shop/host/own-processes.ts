import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Pids } from "../app/application.ts";

/** What of a process is the machine's own. */
const REAL = ["environ", "cmdline", "comm"];

/** Shows the shop's processes, and no others, as /proc does; each with the unit that it belongs to on its host. */
export function showProcesses(dir: string, { proxy, arbiter, workers }: Pids): void {
  rmSync(dir, { recursive: true, force: true });
  const of = [[proxy, "caddy"] as const, ...[arbiter, ...workers].map((pid) => [pid, "gunicorn"] as const)];
  for (const [pid, unit] of of) {
    if (pid === 0) continue;
    const own = join(dir, String(pid));
    mkdirSync(own, { recursive: true });
    for (const name of REAL) symlinkSync(`/proc/${pid}/${name}`, join(own, name));
    writeFileSync(join(own, "cgroup"), `0::/system.slice/${unit}.service\n`);
  }
  mkdirSync(dir, { recursive: true });
}

/** Ends what scripts have left running on the host by itself, and what a copy has in memory: each has the folder of its state in its environment. */
export function endLeftBehind(state: string): void {
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      if (pid !== process.pid && readFileSync(`/proc/${pid}/environ`, "latin1").includes(`=${state}`)) process.kill(pid, "SIGKILL");
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
  for (const name of existsSync(state) ? readdirSync(state) : []) {
    const file = join(state, name, "mem");
    const memory = name.startsWith("copy-") && existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    if (/^\/(dev\/shm|run)\/gumshoe-copy\.\w+$/.test(memory)) rmSync(memory, { recursive: true, force: true });
  }
}
