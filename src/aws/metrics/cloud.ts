import type { Environment } from "../../config/config.ts";
import type { ReadMetrics } from "../../evidence/gather.ts";
import { becauseOf, reason, Unseen, type Because } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { together } from "../together.ts";
import { cloudWatchSeries, type Metric } from "./cloudwatch.ts";
import { databaseSeries, instanceSeries } from "./lightsail.ts";

/** From when to when, and until when it is waited for. */
export type Span = { from: Date; to: Date; signal: AbortSignal };

/** The metrics of an environment that are at AWS, by what they are of. */
export type Sources = Exclude<NonNullable<Environment["metrics"]>, { files: string }>;

/** How far back: far enough that what was usual before an incident shows. */
const BACK_MS = 3 * 3_600_000;
const MINUTE_MS = 60_000;

/** Calls to Lightsail at the same time; it has no call for several series. */
const AT_ONCE = 6;

/** What has not answered by then is not waited for: the metrics step's own limit. */
const LIMIT_MS = 20_000;

/**
 * Reads the metrics of the last 3 hours, all at the same time, from the sources that are configured; series of others are not asked for. What
 * could not be read has its reason, and where that is everything, it is the reason of the whole.
 */
export function metricsFromCloud(sources: Sources, access: Access, now: () => Date = access.clock.now): ReadMetrics {
  return async (series, signal) => {
    const to = new Date(Math.ceil(now().getTime() / MINUTE_MS) * MINUTE_MS);
    const span = { from: new Date(to.getTime() - BACK_MS), to, signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]) };
    const told = new Map<string, string | Unseen>();
    const [inCloudWatch, inLightsail] = sorted(series, sources);
    await Promise.all([fromCloudWatch(access, inCloudWatch, span, told), fromLightsail(access, inLightsail, span, told)]);
    signal.throwIfAborted();
    return evidenceOf(series, told);
  };
}

type Wanted = Metric & { series: string };
type WantedOfLightsail = { series: string; read: (access: Access, span: Span) => Promise<string> };

/** The series that a configured source has, by the service that tells them. */
function sorted(series: readonly string[], sources: Sources): [Wanted[], WantedOfLightsail[]] {
  const inCloudWatch: Wanted[] = [];
  const inLightsail: WantedOfLightsail[] = [];
  const { rds, ec2, lightsailDatabase, lightsailInstance } = sources;
  for (const one of series) {
    const dot = one.indexOf(".");
    const [source, name] = [one.slice(0, dot), one.slice(dot + 1)];
    if (source === "rds" && rds !== undefined) inCloudWatch.push({ series: one, source, instance: rds, name });
    if (source === "ec2" && ec2 !== undefined) inCloudWatch.push({ series: one, source, instance: ec2, name });
    if (source === "lightsail-database" && lightsailDatabase !== undefined)
      inLightsail.push({ series: one, read: async (access, span) => databaseSeries(access, lightsailDatabase, name, span) });
    if (source === "lightsail-instance" && lightsailInstance !== undefined)
      inLightsail.push({ series: one, read: async (access, span) => instanceSeries(access, lightsailInstance, name, span) });
  }
  return [inCloudWatch, inLightsail];
}

async function fromCloudWatch(access: Access, wanted: readonly Wanted[], span: Span, told: Map<string, string | Unseen>): Promise<void> {
  if (wanted.length === 0) return;
  try {
    for (const [metric, text] of await cloudWatchSeries(access, wanted, span)) told.set((metric as Wanted).series, text);
  } catch (error) {
    for (const { series } of wanted) told.set(series, new Unseen(becauseOf(error)));
  }
}

async function fromLightsail(
  access: Access,
  wanted: readonly WantedOfLightsail[],
  span: Span,
  told: Map<string, string | Unseen>,
): Promise<void> {
  await together(wanted, AT_ONCE, async ({ series, read }) => {
    told.set(series, await read(access, span).catch((error: unknown) => new Unseen(becauseOf(error))));
  });
}

/** What was told, in the order that it was asked for: the same answers are the same evidence. */
function evidenceOf(series: readonly string[], told: ReadonlyMap<string, string | Unseen>): Awaited<ReturnType<ReadMetrics>> {
  const texts = new Map<string, string>();
  const unread = new Map<string, Because>();
  for (const one of series) {
    const text = told.get(one);
    if (typeof text === "string") texts.set(one, text);
    else if (text) unread.set(one, text.because);
  }
  if (texts.size > 0) return { kind: "series", texts, ...(unread.size > 0 ? { unread } : {}) };
  const reasons = [...new Map([...unread.values()].map((because) => [JSON.stringify(because), because])).values()];
  return { kind: "unknown", because: reasons.length > 1 ? reason("several", reasons) : (reasons[0] ?? reason("noSeries")) };
}
