import type { Delivery } from "../../src/alarm/alarm.ts";
import type { Desk, KnownAlarm, Ledger, Mute, Proving, WantedDiagnosis } from "../../src/alarm/ledger.ts";
import { isOpen, type Incident } from "../../src/incident/incident.ts";
import type { TimelineEntry } from "../../src/incident/timeline-entry.ts";

/** Everything that a ledger holds, for tests to look at and to fill. `verdicts` are of each incident's last diagnosis. */
type Held = {
  seen: Set<string>;
  alarms: Map<string, KnownAlarm>;
  incidents: Map<number, Incident>;
  timeline: TimelineEntry[];
  wanted: WantedDiagnosis[];
  verdicts: Map<number, { endedAt: Date; verdict: string }>;
  mutes: Map<string, Mute>;
  /** How repairs stand, by incident. */
  proving: Map<number, Proving>;
};

/** A ledger of plain objects: one decision after the other, each kept whole or not at all. */
export function ledgerInMemory() {
  const held: Held = {
    seen: new Set(),
    alarms: new Map(),
    incidents: new Map(),
    timeline: [],
    wanted: [],
    verdicts: new Map(),
    mutes: new Map(),
    proving: new Map(),
  };
  const unmatched: Delivery[] = [];
  const refused: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const ledger: Ledger = {
    decide: async (environment, work) => {
      const decided = last.then(async () => {
        const before = structuredClone(held);
        return work(deskOver(held, environment)).catch((error: unknown) => {
          Object.assign(held, before);
          throw error;
        });
      });
      last = decided.catch(() => undefined);
      return decided;
    },
    whose: async (keys) =>
      new Map(keys.flatMap((key) => (held.alarms.has(key) ? [[key, held.alarms.get(key)!.environment] as const] : []))),
    unmatched: async (delivery) => void (held.seen.has(delivery.id) || (held.seen.add(delivery.id) && unmatched.push(delivery))),
    refused: async (source, because) => void refused.push(`${source}: ${because}`),
  };
  return { ledger, held, unmatched, refused };
}

function deskOver(held: Held, environment: string): Desk {
  const keep = (incident: Incident) => {
    held.incidents.set(incident.id, incident);
    return incident;
  };
  return {
    isFirst: async ({ id }) => !held.seen.has(id) && held.seen.add(id) !== undefined,
    alarm: async (key) => held.alarms.get(key),
    keepAlarm: async (alarm) => void held.alarms.set(alarm.key, alarm),
    alarmsOf: async (incident) => [...held.alarms.values()].filter((alarm) => alarm.incident === incident),
    incidents: async (since) =>
      [...held.incidents.values()]
        .filter((one) => one.environment === environment && (isOpen(one) || (one.endedAt !== undefined && one.endedAt > since)))
        .toSorted((a, b) => b.id - a.id),
    open: async (incident) => keep({ ...incident, id: held.incidents.size + 1, version: 1 }),
    keep: async (incident) => keep({ ...incident, version: (held.incidents.get(incident.id)?.version ?? 0) + 1 }),
    note: async (incident, at, heardAt, what) => void held.timeline.push({ incident, at, heardAt, what }),
    want: async (wanted) => {
      const same = (one: WantedDiagnosis) => one.incident === wanted.incident && one.runbook === wanted.runbook && one.why === wanted.why;
      if (!held.wanted.some(same)) held.wanted.push(wanted);
    },
    unwant: async (incident, why) => void (held.wanted = held.wanted.filter((one) => one.incident !== incident || one.why !== why)),
    lastDiagnosis: async (incident) => held.verdicts.get(incident),
    mute: async () => held.mutes.get(environment),
    prove: async ({ incident }) => held.proving.get(incident) ?? "none",
  };
}
