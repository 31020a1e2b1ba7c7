import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

const ROOT = "/sys/fs/cgroup";

/** The hierarchies of cgroup v1 that a group is made in; nspawn puts the container's units below the first two. */
const V1_CONTROLLERS = ["unified", "systemd", "memory", "blkio", "cpu", "cpuacct", "pids"];

/** The version that controls resources on this machine; a hybrid machine counts as 1. */
export const cgroupVersion: 1 | 2 = existsSync(`${ROOT}/cgroup.controllers`) ? 2 : 1;

/** A limit on reads from one block device (`major:minor`). */
type ReadLimit = { device: string; perS: number; bytesPerS: number };

/** One control group, under the same path in every hierarchy it needs. */
export type Cgroup = {
  path: string;
  /** Moves a process in; its later children follow. */
  join: (pid: number) => void;
  /** Process ids as the caller's pid namespace sees them; of this group only, not of the groups below it. */
  pids: () => number[];
  limitMemory: (bytes: number | "none") => void;
  limitReads: (limit: ReadLimit | { device: string; perS: "none" }) => void;
  /** CPU time used since the group was made, in seconds. */
  cpuS: () => number;
};

/** Makes the group `path` (such as `gumshoe-real-7/database`) and returns it; a group that exists is taken as it is. */
export function makeCgroup(path: string): Cgroup {
  return cgroupVersion === 2 ? makeV2(path) : makeV1(path);
}

function makeV1(path: string): Cgroup {
  const file = (controller: string, name: string) => `${ROOT}/${controller}/${path}/${name}`;
  const controllers = V1_CONTROLLERS.filter((controller) => existsSync(`${ROOT}/${controller}`));
  for (const controller of controllers) mkdirSync(file(controller, ""), { recursive: true });
  return {
    path,
    join: (pid) => controllers.forEach((controller) => writeFileSync(file(controller, "cgroup.procs"), String(pid))),
    pids: () => pidsIn(file("memory", "cgroup.procs")),
    limitMemory: (bytes) => writeFileSync(file("memory", "memory.limit_in_bytes"), String(bytes === "none" ? -1 : bytes)),
    limitReads: (limit) => {
      const [perS, bytesPerS] = limit.perS === "none" ? [0, 0] : [limit.perS, limit.bytesPerS];
      writeFileSync(file("blkio", "blkio.throttle.read_iops_device"), `${limit.device} ${perS}`);
      writeFileSync(file("blkio", "blkio.throttle.read_bps_device"), `${limit.device} ${bytesPerS}`);
    },
    cpuS: () => Number(readFileSync(file("cpuacct", "cpuacct.usage"), "utf8")) / 1e9,
  };
}

function makeV2(path: string): Cgroup {
  const parent = `${ROOT}/${path.split("/")[0]}`;
  mkdirSync(`${ROOT}/${path}`, { recursive: true });
  for (const group of [ROOT, parent]) writeFileSync(`${group}/cgroup.subtree_control`, "+cpu +io +memory +pids");
  const file = (name: string) => `${ROOT}/${path}/${name}`;
  return {
    path,
    join: (pid) => writeFileSync(file("cgroup.procs"), String(pid)),
    pids: () => pidsIn(file("cgroup.procs")),
    limitMemory: (bytes) => writeFileSync(file("memory.max"), String(bytes === "none" ? "max" : bytes)),
    limitReads: (limit) => {
      const [perS, bytesPerS] = limit.perS === "none" ? ["max", "max"] : [limit.perS, limit.bytesPerS];
      writeFileSync(file("io.max"), `${limit.device} riops=${perS} rbps=${bytesPerS}`);
    },
    cpuS: () => Number(/usage_usec (\d+)/.exec(readFileSync(file("cpu.stat"), "utf8"))?.[1] ?? 0) / 1e6,
  };
}

/** The processes of a unit of the container in `host`, as the caller's pid namespace sees them; none where the unit is down. */
function pidsOfUnit(host: string, unit: string): number[] {
  const places = [ROOT, `${ROOT}/unified`, `${ROOT}/systemd`].map((top) => `${top}/${unitPath(host, unit)}/cgroup.procs`);
  const found = places.find((place) => existsSync(place));
  return found ? pidsIn(found) : [];
}

/** Limits the memory of a unit of the container in `host`; on cgroup v1 its processes of this moment and their later children. */
export function limitUnitMemory(host: string, unit: string, bytes: number | "none"): void {
  if (cgroupVersion === 2) return writeFileSync(`${ROOT}/${unitPath(host, unit)}/memory.max`, String(bytes === "none" ? "max" : bytes));
  const group = `${ROOT}/memory/${host}/system.slice/${unit}.service`;
  mkdirSync(group, { recursive: true });
  writeFileSync(`${group}/memory.limit_in_bytes`, String(bytes === "none" ? -1 : bytes));
  for (const pid of pidsOfUnit(host, unit)) writeFileSync(`${group}/cgroup.procs`, String(pid));
}

function unitPath(host: string, unit: string): string {
  return `${host}/payload/system.slice/${unit}.service`;
}

function pidsIn(file: string): number[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number);
}

/** Removes the group `name` at the top and all below it in every hierarchy; what still holds a process stays. */
export function removeCgroups(name: string): void {
  const groups = globSync([`${ROOT}/${name}/**/`, `${ROOT}/*/${name}/**/`]);
  for (const group of groups.toSorted((a, b) => b.length - a.length)) {
    try {
      rmdirSync(group);
    } catch {
      // busy: its processes are still ending, and the next run removes it
    }
  }
}
