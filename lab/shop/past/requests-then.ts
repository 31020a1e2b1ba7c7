import type { Served } from "../app/access-line.ts";
import { CLIENT, PATIENCE, pauseAfter, requestAt, type ShopRequest } from "../requests.ts";
import { between } from "./noise.ts";

/** What happened to one of gunicorn's workers: given up, killed, or booted in the place of a killed one (`slot` 0, 1 or 2). */
export type WorkerMoment = { what: "timeout" | "killed" | "booted"; at: number; slot: number };

/** The requests of a stretch of the past in the order in which they ended, what it did to the workers, and how many requests were sent. */
export type Then = { served: Served[]; moments: WorkerMoment[]; sent: number };

/** When the stretch begins and ends, and when the database's disk choked within it; milliseconds. */
export type Stretch = { from: number; to: number; chokedAt: number };

/** Seconds that a page takes: in ordinary service, and what is left of a page that the choked disk still serves. */
const ORDINARY_S: Readonly<Record<ShopRequest["kind"], readonly [number, number]>> = {
  list: [0.17, 0.4],
  create: [0.14, 0.36],
  detail: [0.06, 0.16],
};
const CHOKED_DETAIL_S = [7.5, 10.5] as const;

/** gunicorn's time-out, and its arbiter's looks once a second; a new worker is there after a moment. */
const TIMEOUT_MS = 30_000;
const LOOK_MS = 1_000;
const BOOT_MS = 250;

const WORKERS = 3;

/**
 * What the shop's clients sent in the past and what came of it, as it goes in the living shop: three workers, one request each, the others wait;
 * on a choked disk a list or an insert takes longer than gunicorn waits, and its worker is killed about a second after.
 */
export function requestsThen(stretch: Stretch): Then {
  const then: Then = { served: [], moments: [], sent: 0 };
  const nextAt = Array.from({ length: PATIENCE.clients }, (_, client) => stretch.from + (client * PATIENCE.thinkMs) / PATIENCE.clients);
  const freeAt = Array.from({ length: WORKERS }, () => stretch.from);
  for (;;) {
    const client = indexOfLeast(nextAt);
    const arrivedAt = nextAt[client] ?? Infinity;
    if (arrivedAt >= stretch.to) return { ...then, served: then.served.toSorted((a, b) => a.at.getTime() - b.at.getTime()) };
    const nth = then.sent++;
    const slot = indexOfLeast(freeAt);
    const acceptedAt = Math.max(arrivedAt, freeAt[slot] ?? 0);
    const { endedAt, status } = outcomeOf(nth, acceptedAt, stretch);
    freeAt[slot] = endedAt + (status === 502 ? BOOT_MS : 1);
    nextAt[client] = endedAt + pauseAfter(nth, status === 502);
    if (endedAt + BOOT_MS >= stretch.to) continue;
    then.served.push(servedOf(nth, arrivedAt, endedAt, status));
    if (status === 502) then.moments.push(...momentsOf(slot, endedAt));
  }
}

function outcomeOf(nth: number, acceptedAt: number, { from, chokedAt }: Stretch): { endedAt: number; status: number } {
  const { kind } = requestAt(nth);
  const status = kind === "create" ? 201 : 200;
  if (acceptedAt < chokedAt) return { endedAt: acceptedAt + 1000 * between(...ORDINARY_S[kind], nth, 1), status };
  if (kind === "detail") return { endedAt: acceptedAt + 1000 * between(...CHOKED_DETAIL_S, nth, 2), status };
  const looked = Math.ceil((acceptedAt + TIMEOUT_MS - from) / LOOK_MS) * LOOK_MS + from;
  return { endedAt: looked + LOOK_MS + between(2, 9, nth, 3), status: 502 };
}

function servedOf(nth: number, arrivedAt: number, endedAt: number, status: number): Served {
  const { kind, method, uri, body = "" } = requestAt(nth);
  return {
    ...CLIENT,
    at: new Date(Math.round(endedAt)),
    durationS: (endedAt - arrivedAt) / 1000,
    method,
    uri,
    remotePort: 32_768 + Math.floor(between(0, 28_000, nth, 4)),
    bodyBytes: Buffer.byteLength(body),
    status,
    size: status === 502 ? 0 : kind === "list" ? Math.floor(between(25_340, 25_390, nth, 5)) : kind === "create" ? 396 : 505,
  };
}

function momentsOf(slot: number, endedAt: number): WorkerMoment[] {
  return [
    { what: "timeout", at: endedAt - LOOK_MS, slot },
    { what: "killed", at: endedAt, slot },
    { what: "booted", at: endedAt + BOOT_MS, slot },
  ];
}

function indexOfLeast(numbers: readonly number[]): number {
  return numbers.reduce((least, number, index) => (number < (numbers[least] ?? Infinity) ? index : least), 0);
}
