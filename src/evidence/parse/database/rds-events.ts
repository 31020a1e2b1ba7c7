import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { inWindow } from "../../../incident/window.ts";
import type { Moment } from "../../finding.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { clipped } from "../text/plain-lines.ts";
import { toldFacts } from "../text/told-facts.ts";

const facts = {
  events: { kind: "count", doc: "Events of the instance in the incident." },
  failoverStarted: { kind: "count", doc: "Failovers that began in the incident." },
  failoverCompleted: { kind: "count", doc: "Failovers that ended in the incident." },
  restarts: { kind: "count", doc: "Restarts, shutdowns and recoveries of the instance in the incident." },
  storageFull: { kind: "count", doc: "Warnings in the incident that storage is used up or nearly so." },
  storageGrown: { kind: "count", doc: "Changes of the storage that were finished in the incident." },
  backups: { kind: "count", doc: "Backups and snapshots in the incident." },
  maintenance: { kind: "count", doc: "Maintenance, patches and upgrades in the incident." },
  parameterChanges: { kind: "count", doc: "Changes of parameters in the incident." },
  credentialResets: { kind: "count", doc: "Resets of the master password in the incident." },
  lastEvent: { kind: "text", doc: "The newest event's words, whenever it was, at most 160 characters." },
  lastEventAtMs: { kind: "time", doc: "When that was." },
  historyFailovers: { kind: "count", doc: "Failovers that began or ended before the incident." },
  historyRestarts: { kind: "count", doc: "Restarts before the incident." },
  historyStorageFull: { kind: "count", doc: "Warnings of storage before the incident." },
} satisfies FactSpecs;

type Event = { message: string; categories: string; at: number | undefined };

/** By the words of RDS's messages (user guide, event categories and messages); an event may be of several kinds. */
const KINDS = {
  failoverStarted: /failover (?:to standby )?started|activation started|failover in progress/i,
  failoverCompleted: /failover (?:to standby )?(?:complete|completed)|activation completed|recovered from partial failover/i,
  restarts: /instance (?:has been )?(?:restarted|shutdown|stopped|started|rebooted)|recovery of the db instance|restarting|crash/i,
  storageFull: /storage-full|storage has been exhausted|free storage capacity|low on (?:free )?storage|unable to .{1,60} storage/i,
  storageGrown: /finished applying (?:autoscaling-initiated )?modification to (?:allocated )?storage/i,
  backups: /backing up|backup|snapshot/i,
  maintenance: /maintenance|patch|upgrade/i,
  parameterChanges: /parameter/i,
  credentialResets: /reset master (?:credentials|password)|master user password/i,
} as const;
type Kind = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

/** What RDS's own categories say where the words do not. */
const BY_CATEGORY: Partial<Record<Kind, RegExp>> = { storageFull: /low storage/i, backups: /\bbackup\b/i, maintenance: /maintenance/i };

/** `DescribeEvents` as the API returns it, or the bare list of its events. Cut or malformed JSON is no answer; no events is one. */
export const rdsEvents: Parser = {
  facts,
  parse(text, reading) {
    const events = eventsIn(text);
    if (!events) return undefined;
    const began = reading.window.from.getTime();
    const inside = events.filter(({ at }) => at !== undefined && inWindow(reading.window, at));
    const earlier = events.filter(({ at }) => at !== undefined && at < began);
    const newest = events
      .filter(({ at }) => at !== undefined)
      .toSorted((a, b) => Number(a.at) - Number(b.at))
      .at(-1);
    const told: Record<string, FactValue | undefined> = {
      events: inside.length,
      ...Object.fromEntries(KIND_NAMES.map((kind) => [kind, countOf(inside, kind)])),
      historyFailovers: Math.max(countOf(earlier, "failoverStarted"), countOf(earlier, "failoverCompleted")),
      historyRestarts: countOf(earlier, "restarts"),
      historyStorageFull: countOf(earlier, "storageFull"),
      lastEvent: newest && clipped(newest.message, 160),
      lastEventAtMs: newest?.at,
    };
    return { facts: toldFacts(told), whole: endsWhole(text) || /[}\]]\s*$/.test(text.slice(-100)), moments: momentsIn(inside) };
  },
};

function eventsIn(text: string): Event[] | undefined {
  try {
    const said: unknown = JSON.parse(text);
    const list = Array.isArray(said) ? said : isObject(said) ? (said["Events"] ?? said["events"]) : undefined;
    return Array.isArray(list) ? list.filter(isObject).map(eventOf) : undefined;
  } catch {
    return undefined;
  }
}

function eventOf(said: Record<string, unknown>): Event {
  const message = said["Message"] ?? said["message"];
  const categories = said["EventCategories"] ?? said["eventCategories"];
  return {
    message: typeof message === "string" ? message.slice(0, 1_000) : "",
    categories: Array.isArray(categories)
      ? categories
          .filter((one) => typeof one === "string")
          .join(", ")
          .slice(0, 200)
      : "",
    at: instantOf(said["Date"] ?? said["date"]),
  };
}

function countOf(events: readonly Event[], kind: Kind): number {
  return events.filter(({ message, categories }) => KINDS[kind].test(message) || BY_CATEGORY[kind]?.test(categories) === true).length;
}

function momentsIn(events: readonly Event[]): Moment[] {
  return events
    .flatMap(({ at, message }): Moment[] => (at === undefined ? [] : [{ what: "changed", at, text: clipped(message, 200), of: "rds" }]))
    .slice(-200);
}

function instantOf(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return value < 1e11 ? value * 1000 : value;
  const ms = typeof value === "string" ? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
