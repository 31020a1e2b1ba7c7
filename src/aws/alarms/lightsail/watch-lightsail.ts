import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { deliveryId, type Alarm } from "../../../alarm/alarm.ts";
import type { Environment } from "../../../config/config.ts";
import { accessTo, type Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { LIGHTSAIL_METRICS } from "../../../config/lightsail-metrics.ts";
import type { LightsailMetric } from "../../metrics/lightsail.ts";
import { together } from "../../together.ts";
import { wordsOf, type Intake } from "../intake.ts";
import { bridge } from "./bridge.ts";
import { SILENT_MS } from "./judge-threshold.ts";
import { readMetrics, type Reading } from "./read-metrics.ts";
import { setAlarms } from "./set-alarms.ts";
import { thresholdAlarm, type Of } from "./threshold-alarms.ts";
import { watchedIn, type WatchedEnvironment } from "./watched-environments.ts";

/** What could not be done of the last look at an environment, by what it was. */
type LightsailState = { environment: string; lookedAt?: Date; failing: readonly { doing: string; because: string; since: Date }[] };

/** Watches Lightsail's metrics and alarms. `lookOnce` is to be called each minute, never twice at the same time; it does not reject. */
export type LightsailWatch = { lookOnce: (now: Date, signal: AbortSignal) => Promise<void>; state: () => readonly LightsailState[] };

/** A look at everything may take this long; the next one is due after a minute. */
const LIMIT_MS = 50_000;

/** Environments that are looked at together. */
const AT_ONCE = 2;

type Given = Pick<Intake, "take" | "log"> & {
  environments: ReadonlyMap<string, Environment>;
  accessOf?: (aws: NonNullable<Environment["aws"]>) => Access;
};

type Memory = {
  /** What was delivered last of each alarm. */
  told: Map<string, Alarm>;
  /** Since when something could not be read or put. */
  failing: Map<string, { because: string; since: Date }>;
  readAt: Map<string, Date>;
  put: Map<string, number>;
  account?: string | undefined;
  beganAt?: Date;
  lookedAt?: Date;
};

type Room = { watched: WatchedEnvironment; access: Access; memory: Memory };

/** Watches every environment with a `watch`. Changes of its alarms are taken in; after a start each alarm's state is told once. */
export function watchLightsail({ environments, take, log, accessOf = accessTo }: Given): LightsailWatch {
  const rooms = watchedIn(environments).map((watched): Room => {
    const memory = { told: new Map(), failing: new Map(), readAt: new Map(), put: new Map() };
    return { watched, access: accessOf(watched.aws), memory };
  });
  return {
    lookOnce: async (now, signal) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
      await together(rooms, AT_ONCE, async (room) => {
        await lookAt(room, { take, log, now, signal: limit }).catch((error: unknown) => {
          if (!signal.aborted) log.error({ err: error, environment: room.watched.environment }, "looking at Lightsail");
        });
      });
    },
    state: () =>
      rooms.map(({ watched, memory }) => ({
        environment: watched.environment,
        ...(memory.lookedAt ? { lookedAt: memory.lookedAt } : {}),
        failing: [...memory.failing].map(([doing, failure]) => ({ doing, ...failure })),
      })),
  };
}

type Look = Pick<Given, "take" | "log"> & { now: Date; signal: AbortSignal };

async function lookAt(room: Room, look: Look): Promise<void> {
  const { watched, access, memory } = room;
  const { now, signal } = look;
  memory.beganAt ??= now;
  memory.account ??= watched.account ?? (await accountAt(room, look));
  const [readings, set] = await Promise.all([readMetrics(access, metricsOf(watched), { now, signal }), setAlarmsOf(room, look)]);
  for (const reading of readings) noteReading(room, reading, look);
  await tell(room, [...thresholdsOf(room, readings, now), ...set], look);
  const namespace = watched.watch.bridge;
  if (namespace !== undefined)
    await attempt(room, `putting metrics into ${namespace}`, look, async () =>
      bridge(access, readings, { namespace, put: memory.put, now, signal }),
    );
  memory.lookedAt = now;
}

/** The metrics of the thresholds; where they are bridged, all. */
function metricsOf({ watch, resources }: WatchedEnvironment): LightsailMetric[] {
  return resources.flatMap(({ source, name }) => {
    const held = watch.thresholds.filter((threshold) => threshold.source === source).map(({ metric }) => metric);
    return [...new Set([...held, ...(watch.bridge === undefined ? [] : LIGHTSAIL_METRICS[source])])].map((metric) => ({
      source,
      name,
      metric,
    }));
  });
}

function noteReading({ memory, watched }: Room, reading: Reading, { now, log }: Look): void {
  const doing = `reading ${reading.metric} of ${reading.name}`;
  if ("because" in reading) return failed({ memory, watched }, { doing, because: reading.because }, { now, log });
  memory.readAt.set(doing, now);
  works({ memory, watched }, doing, log);
}

function thresholdsOf({ watched, memory }: Room, readings: readonly Reading[], now: Date): Alarm[] {
  const of: Of = { environment: watched.environment, account: memory.account ?? "", region: watched.aws.region };
  return watched.watch.thresholds.flatMap((threshold) => {
    const reading = readings.find(({ source, metric }) => source === threshold.source && metric === threshold.metric);
    if (!reading) return [];
    const unreadSince = memory.readAt.get(`reading ${reading.metric} of ${reading.name}`) ?? memory.beganAt ?? now;
    return thresholdAlarm(threshold, reading, { of, now, unreadSince }) ?? [];
  });
}

/** The alarms that are set in Lightsail. Where they cannot be read for long, or are gone, those that are known have no data: they are not well. */
async function setAlarmsOf(room: Room, look: Look): Promise<Alarm[]> {
  const { watched, access, memory } = room;
  if (!watched.watch.alarms) return [];
  const each = watched.resources.map(async ({ name }) => {
    const doing = `reading the alarms of ${name}`;
    const known = [...memory.told.values()].filter(
      ({ key, watched: [of] }) => key.startsWith("arn:") && Object.values(of?.dimensions ?? {}).includes(name),
    );
    const found = await attempt(room, doing, look, async () => setAlarms(access, name, look));
    if (found) memory.readAt.set(doing, look.now);
    const silent = look.now.getTime() - (memory.readAt.get(doing) ?? memory.beganAt ?? look.now).getTime() > SILENT_MS;
    const because = found ? "Lightsail: this alarm is not there any longer" : (memory.failing.get(doing)?.because ?? "");
    const gone = known.filter(({ key }) => (found ? !found.some((one) => one.key === key) : silent));
    return [...(found ?? []), ...gone.map((alarm): Alarm => ({ ...alarm, state: "no-data", changedAt: look.now, reason: because }))];
  });
  return (await Promise.all(each)).flat();
}

/** Takes in what changed. What could not be stored is told with the next look. */
async function tell({ memory, watched }: Room, alarms: readonly Alarm[], look: Look): Promise<void> {
  const changed = alarms
    .filter(({ key, state }) => memory.told.get(key)?.state !== state)
    .map((alarm) => after(memory.told.get(alarm.key), alarm, look.now));
  if (changed.length === 0) return;
  const deliveries = changed.map((alarm) => ({ id: deliveryId(alarm), source: "lightsail", receivedAt: look.now, alarm }) as const);
  const doing = "storing what Lightsail's alarms say";
  const stored = await attempt({ memory, watched }, doing, look, async () => {
    await look.take(deliveries);
    return true;
  });
  if (stored) for (const alarm of changed) memory.told.set(alarm.key, alarm);
}

/** What was told before was not told too early: a change that points date before it (they came late, or could not be read) is of now. */
function after(told: Alarm | undefined, alarm: Alarm, now: Date): Alarm {
  return told && told.changedAt >= alarm.changedAt ? { ...alarm, changedAt: now } : alarm;
}

type Noted = Pick<Room, "memory" | "watched">;

/** Does something that may fail; why it did is logged once a reason. */
async function attempt<Result>(room: Noted, doing: string, look: Look, act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    const result = await act();
    works(room, doing, look.log);
    return result;
  } catch (error) {
    failed(room, { doing, because: wordsOf(error) }, look);
    return undefined;
  }
}

function failed(
  { memory, watched }: Noted,
  { doing, because }: { doing: string; because: string },
  { now, log }: Pick<Look, "now" | "log">,
): void {
  const before = memory.failing.get(doing);
  if (before?.because !== because) log.warn({ environment: watched.environment, because }, doing);
  memory.failing.set(doing, { because, since: before?.since ?? now });
}

function works({ memory, watched }: Noted, doing: string, log: Look["log"]): void {
  if (memory.failing.delete(doing)) log.info({ environment: watched.environment }, `${doing} works again`);
}

/** The account's number, for alarms of our own; "" while AWS does not tell. */
async function accountAt(room: Room, look: Look): Promise<string | undefined> {
  const { access } = room;
  const told = await attempt(room, "asking which account this is", look, async () =>
    ask(access, access.open(STSClient), new GetCallerIdentityCommand({}), { signal: look.signal }),
  );
  return told?.Account;
}
