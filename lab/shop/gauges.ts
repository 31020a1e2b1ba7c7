import { availableParallelism } from "node:os";
import type { Disk } from "./database/disk.ts";
import { FREE_AT_START, storageOf } from "./database/storage.ts";
import type { Link } from "./database/link.ts";
import type { Meter } from "./meter.ts";
import { childrenOf, processOf } from "./processes.ts";

/** What is measured, and where it is kept. */
export type Measured = {
  meter: Meter;
  disk: Disk;
  link: Link;
  /** The process that leads PostgreSQL, and the folder of its data. */
  database: { pid: number; dataDir: string };
  /** The processes of the application's host as they are now. */
  hostPids: () => readonly number[];
};

/** Shares of all processors that the host's processes used: the newest measurement last, two a second. */
export type Gauges = { hostCpu: readonly number[]; stop: () => void };

const SAMPLE_MS = 500;

/** The folder grows by kilobytes, so it is looked at once in so many samples. */
const STORAGE_EVERY = 60;

/** Kept of the host's processor use: 15 minutes, as long as a load average reaches back. */
const KEPT = (15 * 60_000) / SAMPLE_MS;

/** A Lightsail plan earns processor credit below so many percent, and spends it above (its baseline; 2 GB plan: 20 %). Full after a day. */
const BASELINE_CPU = 20;
const DAY_SAMPLES = 86_400_000 / SAMPLE_MS;

/** Measures everything twice a second, from now on until stopped. */
export function startGauges({ meter, disk, link, database, hostPids }: Measured): Gauges {
  const hostCpu: number[] = [];
  const cpuOf = { database: cpuMeter(() => databaseCpuS(database.pid)), host: cpuMeter(() => hostCpuS(hostPids())) };
  let [samples, credit, free] = [0, 100, FREE_AT_START];
  const freeBytes = storageOf(database.dataDir);
  const sample = (): void => {
    const at = Date.now();
    const { queueDepth, deepest, readsPerS, writesPerS } = disk.read();
    const { received, transmitted, connections } = link.read();
    const cpu = cpuOf.host();
    hostCpu.push(cpu);
    if (hostCpu.length > KEPT) hostCpu.shift();
    credit = Math.min(100, Math.max(0, credit + ((BASELINE_CPU - cpu) / BASELINE_CPU) * (100 / DAY_SAMPLES)));
    meter.add("DiskQueueDepth", at, queueDepth, deepest);
    meter.add("ReadIOPS", at, readsPerS);
    meter.add("WriteIOPS", at, writesPerS);
    meter.add("DatabaseConnections", at, connections);
    meter.add("NetworkReceiveThroughput", at, (received * 1000) / SAMPLE_MS);
    meter.add("NetworkTransmitThroughput", at, (transmitted * 1000) / SAMPLE_MS);
    meter.add("DatabaseCPU", at, cpuOf.database());
    meter.add("InstanceCPU", at, cpu);
    meter.add("BurstCapacityPercentage", at, credit);
    meter.add("StatusCheckFailed", at, 0);
    if (samples++ % STORAGE_EVERY === 0) void freeBytes().then((bytes) => (free = bytes));
    meter.add("FreeStorageSpace", at, free);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return { hostCpu, stop: () => clearInterval(timer) };
}

/** The share of all processors that was used since it was last asked, in percent; processes that have ended since take nothing away. */
function cpuMeter(usedS: () => number): () => number {
  let [used, at] = [usedS(), performance.now()];
  return () => {
    const [usedNow, now] = [usedS(), performance.now()];
    const share = (Math.max(0, usedNow - used) / (Math.max(now - at, 1) / 1000) / availableParallelism()) * 100;
    [used, at] = [usedNow, now];
    return Math.min(100, share);
  };
}

/** Sessions end, and their time then counts in the process that led them. */
function databaseCpuS(pid: number): number {
  const leader = processOf(pid);
  const sessions = childrenOf(pid).reduce((sum, child) => sum + (processOf(child)?.cpuS ?? 0), 0);
  return (leader?.cpuS ?? 0) + (leader?.reapedS ?? 0) + sessions;
}

function hostCpuS(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (processOf(pid)?.cpuS ?? 0), 0);
}
