import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import type { LogEntry } from "./postgres-log.ts";

/** What a log says of waits for locks (log_lock_waits): waits longer than deadlock_timeout, 1 s by default. */
export const lockWaitFacts = {
  lockWaits: {
    kind: "count",
    doc: "Waits for a lock that outlasted deadlock_timeout (1 s by default); the start and the end of one wait count once.",
  },
  longestLockWaitMs: { kind: "number", unit: "ms", doc: "The longest such wait, as far as the log tells." },
  lockHolders: { kind: "count", doc: "Different processes named as holders of those locks." },
} satisfies FactSpecs;

const WAIT =
  /^process (\d{1,10}) (?:still waiting for|acquired|avoided deadlock for) (\S{1,40}) on (.{1,120}?) after (\d{1,12}(?:\.\d{1,6})?) ms/;
const HOLDERS = /Process(?:es)? holding the lock: ([\d, ]{1,400})/;

/** The facts of `lockWaitFacts` from the messages of the incident. */
export function lockWaitsIn(entries: readonly LogEntry[]): Record<string, FactValue | undefined> {
  const waits = new Set<string>();
  const holders = new Set<string>();
  let longestMs: number | undefined;
  for (const { message, detail } of entries) {
    const wait = WAIT.exec(message);
    if (!wait) continue;
    waits.add(`${wait[1]} ${wait[2]} ${wait[3]}`);
    longestMs = Math.max(longestMs ?? 0, Number(wait[4]));
    for (const [pid] of (HOLDERS.exec(detail)?.[1] ?? "").matchAll(/\d{1,10}/g)) holders.add(pid);
  }
  return { lockWaits: waits.size, longestLockWaitMs: longestMs, lockHolders: holders.size };
}
