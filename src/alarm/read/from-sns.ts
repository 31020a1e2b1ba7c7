import { z } from "zod";
import type { Alarm, AlarmKind } from "../alarm.ts";
import { AlarmArn, ChildArn } from "./alarm-arn.ts";
import { readReason } from "./alarm-values.ts";
import { firstOf, MOST, textOf, Time } from "./bounded.ts";
import { State } from "./from-eventbridge.ts";
import { Dimensions, metricsOf, Name, SnsMetric, watchedBy } from "./watched.ts";

const Trigger = z
  .object({
    MetricName: Name.nullish(),
    Namespace: Name.nullish(),
    Dimensions: Dimensions.nullish(),
    Metrics: metricsOf(SnsMetric).nullish(),
    Threshold: z.number().nullish().catch(undefined),
    ComparisonOperator: textOf(MOST.word).nullish().catch(undefined),
    Unit: textOf(MOST.word).nullish().catch(undefined),
  })
  .refine(({ MetricName, Namespace }) => !MetricName || Namespace, { path: ["Namespace"], message: "needed with a MetricName" });

/** An alarm's message to SNS. Its `Region` is a name for people ("US East (N. Virginia)"), so the region is the ARN's. */
export const AlarmMessage = z.object({
  AlarmName: z.string().min(1).max(MOST.name),
  AlarmArn,
  AWSAccountId: z.string(),
  NewStateValue: State,
  NewStateReason: z.string().nullish(),
  NewStateReasonData: z.string().nullish(),
  StateChangeTime: Time,
  Trigger: Trigger.nullish(),
  AlarmRule: z.string().nullish(),
  TriggeringChildren: firstOf(z.object({ Arn: ChildArn }), MOST.children).nullish(),
  LogGroups: z.unknown().optional(),
  QueryString: z.unknown().optional(),
});

type AlarmMessage = z.infer<typeof AlarmMessage>;

/** The alarm of a message, or what in it contradicts itself. */
export function fromSns(message: AlarmMessage): Alarm | { contradicts: string } {
  const { AlarmArn: arn, Trigger: trigger } = message;
  if (arn.account !== message.AWSAccountId) return { contradicts: "AWSAccountId" };
  if (arn.name !== message.AlarmName) return { contradicts: "AlarmName" };
  const reason = message.NewStateReason ?? "";
  const { comparison, threshold, children, unit, ...said } = readReason(reason, message.NewStateReasonData ?? undefined);
  const { kind, watched } = kindOf(message);
  const [bound, how, of] = [trigger?.Threshold ?? threshold, trigger?.ComparisonOperator ?? comparison, trigger?.Unit ?? unit];
  return {
    key: arn.arn,
    name: textOf(MOST.name).parse(message.AlarmName),
    kind,
    account: arn.account,
    region: arn.region,
    state: message.NewStateValue,
    changedAt: message.StateChangeTime,
    reason: textOf(MOST.reason).parse(reason),
    watched,
    ...said,
    ...(bound !== undefined && { threshold: bound }),
    ...(how && { comparison: how }),
    ...(of && { unit: of }),
    ...(kind === "composite" && { children: message.TriggeringChildren?.flatMap(({ Arn }) => Arn ?? []) ?? children ?? [] }),
  };
}

function kindOf({ AlarmRule, TriggeringChildren, Trigger: trigger, LogGroups, QueryString }: AlarmMessage): {
  kind: AlarmKind;
  watched: Alarm["watched"];
} {
  if (AlarmRule || TriggeringChildren) return { kind: "composite", watched: [] };
  if (!trigger) return { kind: LogGroups || QueryString ? "log" : "metric", watched: [] };
  const { MetricName: metric, Namespace: namespace, Dimensions: dimensions, Metrics } = trigger;
  return metric && namespace
    ? { kind: "metric", watched: [{ namespace, metric, dimensions: dimensions ?? {} }] }
    : watchedBy(Metrics ?? []);
}
