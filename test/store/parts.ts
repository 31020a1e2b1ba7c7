import type { KnownAlarm } from "../../src/alarm/ledger.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { Database } from "../../src/store/database/connect.ts";
import { storeOf, type StoreParts } from "../../src/store/store.ts";
import { freshDatabase } from "./fresh-store.ts";

/** 03:00 and some minutes, on the day of all these tests. */
export const at = (minute: number) => new Date(Date.parse("2026-11-26T03:00:00Z") + minute * 60_000);

export type Post = { key: string; channel: string; message: string };
export type Outcome = { ts: string } | { refused: string };
export type Parts = StoreParts<Post, string, Outcome> & { db: Database; alive: Set<string> };

/** The parts of a store as a copy has them. Copies live as long as they are in `alive`; diagnoses are numbered d-1, d-2, … */
export async function freshParts(): Promise<Parts & { copy: (id: string) => Parts }> {
  const { db } = await freshDatabase();
  const alive = new Set(["a"]);
  let ids = 0;
  const copy = (id: string): Parts => {
    alive.add(id);
    const copies = { id, isAlive: async (other: string) => alive.has(other) };
    return { db, alive, ...storeOf<Post, string, Outcome>({ db, copies, now: () => at(0), newId: () => `d-${++ids}` }) };
  };
  return { ...copy("a"), copy };
}

/** An incident of "prod" that an alarm opened, but for what is given. */
export function opening(given: Partial<Incident> = {}): Omit<Incident, "id" | "version"> {
  return {
    environment: "prod",
    state: "open",
    severity: "critical",
    openedBy: { kind: "alarm", alarm: "arn:disk" },
    openedAt: at(0),
    lastHeardAt: at(0),
    alarms: 1,
    reopened: 0,
    runbooks: ["web"],
    home: { channel: "C1" },
    ...given,
  };
}

/** What is remembered of an alarm that fires. */
export function firing(key: string, given: Partial<KnownAlarm> = {}): KnownAlarm {
  return {
    key,
    name: key,
    environment: "prod",
    state: "alarm",
    changedAt: at(0),
    firings: 1,
    changes: [at(0)],
    reason: "97 is above 90",
    watches: ["AWS/RDS/DiskQueueDepth"],
    ...given,
  };
}
