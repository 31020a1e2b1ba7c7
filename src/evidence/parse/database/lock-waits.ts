import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import type { LogEntry } from "./postgres-log.ts";

/** What a log says of waits for locks (log_lock_waits): waits longer than deadlock_timeout, 1 s by default. */
export const lockWaitFacts = {
  lockWaits: {
    kind: "count",
    doc: "Waits for a lock that outlasted deadlock_timeout (1 s by default); the start and the end of one wait count once.",
  },
  longestLockWaitMs: {
    kind: "number",
    unit: "ms",
    doc: "The longest such wait, as far as the log tells; one whose end it does not tell lasts until the log's last message.",
  },
  lockHolders: { kind: "count", doc: "Different processes named as holders of those locks." },
} satisfies FactSpecs;

const WAIT =
  /^process (\d{1,10}) (?:still waiting for|acquired|avoided deadlock for) (\S{1,40}) on (.{1,120}?) after (\d{1,12}(?:\.\d{1,6})?) ms/;
const HOLDERS = /Process(?:es)? holding the lock: ([\d, ]{1,400})/;

/** The facts of `lockWaitFacts` from the messages of the incident. */
export function lockWaitsIn(entries: readonly LogEntry[]): Record<string, FactValue | undefined> {
  const waits = new Set<string>();
  const holders = new Set<string>();
  const lastMs = entries.findLast(({ ms }) => ms !== undefined)?.ms;
  const newestOf = new Map(entries.map((entry) => [entry.pid, entry]));
  let longestMs: number | undefined;
  for (const entry of entries) {
    const { message, detail, pid, ms } = entry;
    const wait = WAIT.exec(message);
    if (!wait) continue;
    waits.add(`${wait[1]} ${wait[2]} ${wait[3]}`);
    // A process that said nothing after "still waiting" waits on: PostgreSQL tells of the end of every wait that it told the beginning of.
    const waitsOn = pid !== undefined && newestOf.get(pid) === entry && message.includes(" still waiting ");
    const sinceMs = waitsOn && ms !== undefined && lastMs !== undefined ? lastMs - ms : 0;
    longestMs = Math.max(longestMs ?? 0, Number(wait[4]) + sinceMs);
    for (const [pid] of (HOLDERS.exec(detail)?.[1] ?? "").matchAll(/\d{1,10}/g)) holders.add(pid);
  }
  return { lockWaits: waits.size, longestLockWaitMs: longestMs, lockHolders: holders.size };
}
