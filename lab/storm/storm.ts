import { deliveryId, type AlarmState } from "../../src/alarm/alarm.ts";
import { bodyOf, SHAPES, type Shape } from "./bodies.ts";
import { chanceOf, type Chance } from "./chance.ts";
import { changesOf, type StormChange, type StormEnd } from "./changes.ts";
import { ENVIRONMENTS, fleetOf, type StormAlarm } from "./fleet.ts";
import { BAD, badBody, unmatchedBody, type Bad } from "./strays.ts";

/** A storm is the same for the same options. Sizes count deliveries; what is bad or unmatched is among `deliveries`. */
export type StormOptions = {
  seed: number;
  /** When its first alarm may fire, and for how long it goes on. */
  from: Date;
  lastsMs?: number;
  deliveries?: number;
  alarms?: number;
  environments?: readonly string[];
  /** Of those that tell of a change, the share that tells of one that was told before. */
  duplicates?: number;
  /** A delivery may come this many places before or after its own. */
  disorder?: number;
  bad?: number;
  unmatched?: number;
  end?: StormEnd;
};

/** One message for a queue. `id` is the change that it tells of (`deliveryId`), `bad` why it must be refused. */
export type StormDelivery =
  | { body: string; is: "change"; id: string; shape: Shape }
  | { body: string; is: "bad"; bad: Bad }
  | { body: string; is: "unmatched"; alarm: string };

/** How an alarm is after everything was taken in, in whatever order; `firings` counts its changes into ALARM. */
export type StormTruth = {
  /** The ids of all changes: each counts once, however often it is delivered. */
  distinct: ReadonlySet<string>;
  duplicates: number;
  bad: number;
  /** Alarms that belong to no environment; each is delivered once. */
  unmatched: number;
  /** By ARN. */
  alarms: ReadonlyMap<
    string,
    { name: string; environment: string; kind: StormAlarm["kind"]; state: AlarmState; changedAt: Date; firings: number }
  >;
  /** Environments in which something fired: so many incidents. */
  environments: readonly string[];
};

/** A storm: its deliveries, made one by one as they are asked for, as often as they are, and what is true at its end. */
export type Storm = { deliveries: () => Generator<StormDelivery>; count: number; truth: StormTruth };

/** Makes a storm of alarms: 10,000 deliveries of 60 alarms in 5 environments unless told otherwise. Nothing here depends on time or chance but the options. */
export function stormOf(options: StormOptions): Storm {
  const { seed, from, lastsMs = 20 * 60_000, deliveries = 10_000, duplicates = 0.3, disorder = 200, bad = 0, unmatched = 0 } = options;
  const chance = chanceOf(seed);
  const alarms = fleetOf({ alarms: options.alarms ?? 60, environments: options.environments ?? ENVIRONMENTS });
  const telling = deliveries - bad - unmatched;
  if (telling < alarms.length) throw new Error(`a storm of ${alarms.length} alarms has at least as many deliveries, not ${telling}`);
  const wanted = Math.max(alarms.length, Math.round(telling * (1 - duplicates)));
  const changes = changesOf({ alarms, changes: wanted, from, lastsMs, end: options.end ?? "mixed" }, chance).slice(0, telling);
  const places = placesOf({ changes: changes.length, telling, bad, unmatched, disorder }, chance);
  return {
    deliveries: () => deliver(changes, places, seed),
    count: places.length,
    truth: truthOf(changes, { duplicates: telling - changes.length, bad, unmatched }),
  };
}

/** What stands at a place of the storm: the number of a change, or what strays. */
type Place =
  | { is: "change"; nth: number; shape: Shape }
  | { is: "bad"; nth: number; bad: Bad }
  | { is: "unmatched"; nth: number; number: number };

type Counts = { changes: number; telling: number; bad: number; unmatched: number; disorder: number };

/** Every change once at about its own place, then repetitions and strays between them. */
function placesOf({ changes, telling, bad, unmatched, disorder }: Counts, chance: Chance): Place[] {
  const at = (nth: number) => nth + (chance.next() * 2 - 1) * disorder;
  const shape = () => chance.pick(SHAPES);
  const anywhere = () => chance.below(changes);
  const placed: { order: number; place: Place }[] = [];
  for (let nth = 0; nth < changes; nth++) placed.push({ order: at(nth), place: { is: "change", nth, shape: shape() } });
  for (let left = telling - changes; left > 0; left--) {
    const nth = anywhere();
    placed.push({ order: at(nth) + chance.below(disorder * 3 + 1), place: { is: "change", nth, shape: shape() } });
  }
  for (let number = 0; number < bad; number++) {
    placed.push({ order: anywhere(), place: { is: "bad", nth: anywhere(), bad: BAD[number % BAD.length] ?? "no-json" } });
  }
  for (let number = 0; number < unmatched; number++)
    placed.push({ order: anywhere(), place: { is: "unmatched", nth: anywhere(), number } });
  return placed.toSorted((a, b) => a.order - b.order).map(({ place }) => place);
}

function* deliver(changes: readonly StormChange[], places: readonly Place[], seed: number): Generator<StormDelivery> {
  const chance = chanceOf(seed + 1);
  for (const place of places) {
    const change = changes[place.nth];
    if (!change) continue;
    if (place.is === "bad") yield { is: "bad", bad: place.bad, body: badBody(change, place.bad, chance) };
    else if (place.is === "unmatched")
      yield { is: "unmatched", alarm: `elsewhere-${place.number}`, body: unmatchedBody(change, place.number, chance) };
    else yield { is: "change", id: idOf(change), shape: place.shape, body: bodyOf(change, place.shape, chance.uuid()) };
  }
}

const STATES = { ALARM: "alarm", OK: "ok", INSUFFICIENT_DATA: "no-data" } as const;

const idOf = ({ alarm, to, at }: StormChange) => deliveryId({ key: alarm.arn, state: STATES[to], changedAt: new Date(at) });

function truthOf(changes: readonly StormChange[], counts: Pick<StormTruth, "duplicates" | "bad" | "unmatched">): StormTruth {
  const alarms = new Map<
    string,
    { name: string; environment: string; kind: StormAlarm["kind"]; state: AlarmState; changedAt: Date; firings: number }
  >();
  for (const { alarm, to, at } of changes) {
    const { arn, name, environment, kind } = alarm;
    const firings = (alarms.get(arn)?.firings ?? 0) + Number(to === "ALARM");
    alarms.set(arn, { name, environment, kind, state: STATES[to], changedAt: new Date(at), firings });
  }
  const fired = changes.filter(({ to }) => to === "ALARM").map(({ alarm }) => alarm.environment);
  return { ...counts, distinct: new Set(changes.map(idOf)), alarms, environments: [...new Set(fired)] };
}
