import { FREE_AT_START } from "../database/storage.ts";
import type { Gauge, Meter } from "../meter.ts";
import { between } from "./noise.ts";

/** What a gauge shows in ordinary service, and at a choked disk; where it is the same then, only the first. */
type Levels = { gauge: Gauge; ordinary: readonly [number, number]; choked?: readonly [number, number] };

// As the living shop measures them.
const LEVELS: readonly Levels[] = [
  { gauge: "DiskQueueDepth", ordinary: [0.4, 0.9], choked: [26.5, 31] },
  { gauge: "DatabaseConnections", ordinary: [0.3, 0.9], choked: [3, 7] },
  { gauge: "DatabaseCPU", ordinary: [3, 7], choked: [0.1, 0.4] },
  { gauge: "ReadIOPS", ordinary: [620, 720], choked: [18, 28] },
  { gauge: "WriteIOPS", ordinary: [250, 300], choked: [72, 84] },
  { gauge: "NetworkReceiveThroughput", ordinary: [2_400, 3_200], choked: [60, 160] },
  { gauge: "NetworkTransmitThroughput", ordinary: [44_000, 56_000], choked: [100, 900] },
  { gauge: "InstanceCPU", ordinary: [2.5, 5.5], choked: [0.2, 0.8] },
  { gauge: "BurstCapacityPercentage", ordinary: [100, 100] },
  { gauge: "StatusCheckFailed", ordinary: [0, 0] },
];

/** Measurements of the past are this far apart. */
const APART_MS = 5_000;

/** Seconds in which most of the climb is done: the minutes show about 12, 23, 27 and then 28 waiting operations. */
const CLIMB_S = 55;

/** Measure the past: ordinary until `chokedAt`, then the climb. The noise is the same every time. */
export function measureThen(meter: Meter, { from, to, chokedAt }: { from: number; to: number; chokedAt: number }): void {
  for (let at = from; at < to; at += APART_MS) {
    const nth = Math.round((to - at) / APART_MS);
    const climbed = at < chokedAt ? 0 : 1 - Math.exp(-(at - chokedAt) / 1000 / CLIMB_S);
    LEVELS.forEach(({ gauge, ordinary, choked = ordinary }, index) => {
      const value = between(...ordinary, nth, index) * (1 - climbed) + between(...choked, nth, index, 1) * climbed;
      meter.add(gauge, at, value, value * between(1, 1.3, nth, index, 2));
    });
    // An import grows it by what one call an insert writes.
    meter.add("FreeStorageSpace", at, FREE_AT_START + ((to - at) / 60_000) * 2.1e6);
  }
}
