import { z } from "zod";
import type { Alarm, AlarmKind } from "../alarm.ts";
import { AlarmArn } from "./alarm-arn.ts";
import { readReason } from "./alarm-values.ts";
import { MOST, textOf, Time } from "./bounded.ts";
import { EventMetric, metricsOf, watchedBy } from "./watched.ts";

/** CloudWatch's words for a state, and ours. */
export const State = z
  .enum({ ALARM: "ALARM", OK: "OK", INSUFFICIENT_DATA: "INSUFFICIENT_DATA" })
  .transform((state) => ({ ALARM: "alarm", OK: "ok", INSUFFICIENT_DATA: "no-data" })[state] as Alarm["state"]);

const Configuration = z.object({
  metrics: metricsOf(EventMetric).nullish(),
  alarmRule: z.string().nullish(),
  threshold: z.number().nullish().catch(undefined),
  comparisonOperator: textOf(MOST.word).nullish().catch(undefined),
  logGroups: z.unknown().optional(),
  queryString: z.unknown().optional(),
  scheduledQueryConfiguration: z.unknown().optional(),
});

/** "CloudWatch Alarm State Change", as EventBridge delivers it. */
export const StateChange = z.object({
  account: z.string(),
  region: z.string(),
  resources: z.tuple([AlarmArn], z.unknown()),
  detail: z.object({
    alarmName: z.string().min(1).max(MOST.name),
    configuration: Configuration.nullish(),
    state: z.object({
      value: State,
      timestamp: Time,
      reason: z.string().nullish(),
      reasonData: z.string().nullish(),
      actionsSuppressedBy: textOf(MOST.word).nullish().catch(undefined),
      actionsSuppressedReason: textOf(MOST.reason).nullish().catch(undefined),
    }),
    muteDetail: z
      .object({ mutedByArn: textOf(MOST.name), muteWindowStart: Time, muteWindowEnd: Time })
      .nullish()
      .catch(undefined),
  }),
});

type StateChange = z.infer<typeof StateChange>;

/** The alarm of an event, or what in it contradicts itself. */
export function fromEventBridge(event: StateChange): Alarm | { contradicts: string } {
  const [arn] = event.resources;
  const { alarmName, configuration, state } = event.detail;
  if (arn.account !== event.account) return { contradicts: "account" };
  if (arn.region !== event.region) return { contradicts: "region" };
  if (arn.name !== alarmName) return { contradicts: "detail.alarmName" };
  const { comparison, threshold, children, ...said } = readReason(state.reason ?? "", state.reasonData ?? undefined);
  const suppressedBy = suppressed(event.detail);
  const bound = threshold ?? configuration?.threshold ?? undefined;
  const how = configuration?.comparisonOperator ?? comparison;
  const { kind, watched } = kindOf(configuration);
  return {
    key: arn.arn,
    name: textOf(MOST.name).parse(alarmName),
    kind,
    account: arn.account,
    region: arn.region,
    state: state.value,
    changedAt: state.timestamp,
    reason: textOf(MOST.reason).parse(state.reason ?? ""),
    watched,
    ...said,
    ...(bound !== undefined && { threshold: bound }),
    ...(how && { comparison: how }),
    ...(kind === "composite" && { children: children ?? [] }),
    ...(suppressedBy !== undefined && { suppressedBy }),
  };
}

function kindOf(configuration: StateChange["detail"]["configuration"]): { kind: AlarmKind; watched: Alarm["watched"] } {
  if (configuration?.alarmRule) return { kind: "composite", watched: [] };
  const { logGroups, queryString, scheduledQueryConfiguration, metrics } = configuration ?? {};
  if (!metrics && (logGroups ?? queryString ?? scheduledQueryConfiguration)) return { kind: "log", watched: [] };
  return watchedBy(metrics ?? []);
}

/**
 * By what CloudWatch holds the alarm's actions back: a mute rule in whose window the change is, or a suppressor that fires. In its wait period nothing
 * is held back for good, and nothing tells when that is over, so it counts as not held back.
 */
function suppressed({ state, muteDetail }: StateChange["detail"]): string | undefined {
  const at = state.timestamp.getTime();
  if (muteDetail && at >= muteDetail.muteWindowStart.getTime() && at < muteDetail.muteWindowEnd.getTime()) return muteDetail.mutedByArn;
  if (!state.actionsSuppressedBy || state.actionsSuppressedBy === "WaitPeriod") return undefined;
  return state.actionsSuppressedReason || state.actionsSuppressedBy;
}
