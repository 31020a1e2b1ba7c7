import type { Dimension, LogAlarm, MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../../account.ts";
import { stamp, type Kept } from "../alarms/kept.ts";

/** Regions as notifications name them; one that is not listed goes by its id. */
const REGIONS: Readonly<Record<string, string>> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-2": "US West (Oregon)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-north-1": "EU (Stockholm)",
  "eu-west-1": "EU (Ireland)",
};

/** What CloudWatch publishes to SNS when an alarm changes its state, by "Schema of Amazon SNS notifications when alarms change state". */
export function alarmMessage(
  { id, region }: Pick<Account, "id" | "region">,
  kept: Kept,
  oldState: string,
): { subject: string; message: string } {
  const { alarm } = kept;
  const { AlarmName = "", StateValue = "", StateReason = "", StateTransitionedTimestamp, AlarmConfigurationUpdatedTimestamp } = alarm;
  const name = REGIONS[region] ?? region;
  const message = {
    AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: id,
    AlarmConfigurationUpdatedTimestamp: stamp(AlarmConfigurationUpdatedTimestamp),
    NewStateValue: StateValue,
    NewStateReason: StateReason,
    StateChangeTime: stamp(StateTransitionedTimestamp),
    Region: name,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: oldState,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    ...about(kept),
  };
  return { subject: `${StateValue}: "${AlarmName}" in ${name}`.slice(0, 100), message: JSON.stringify(message) };
}

function about(kept: Kept): object {
  if (kept.type === "MetricAlarm") return { Trigger: triggerOf(kept.alarm) };
  if (kept.type === "LogAlarm") return queryOf(kept.alarm);
  const { triggeringAlarms } = JSON.parse(kept.alarm.StateReasonData ?? '{"triggeringAlarms":[]}') as {
    triggeringAlarms: { arn: string; state: { value: string; timestamp: string } }[];
  };
  const TriggeringChildren = triggeringAlarms.map(({ arn, state }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }));
  return { AlarmRule: kept.alarm.AlarmRule, TriggeringChildren };
}

function queryOf({ ScheduledQueryConfiguration: query, Threshold, ComparisonOperator, TreatMissingData }: LogAlarm): object {
  const { LogGroupIdentifiers = [], QueryString, AggregationExpression } = query ?? {};
  return { LogGroups: LogGroupIdentifiers, QueryString, AggregationExpression, Threshold, ComparisonOperator, TreatMissingData };
}

function triggerOf(alarm: MetricAlarm): object {
  const {
    MetricName,
    Namespace,
    Statistic,
    Unit,
    Dimensions = [],
    Period,
    EvaluationPeriods,
    DatapointsToAlarm,
    ComparisonOperator,
  } = alarm;
  const common = {
    EvaluationPeriods,
    DatapointsToAlarm,
    ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  if (alarm.Metrics) {
    const band = alarm.ThresholdMetricId === undefined ? {} : { ThresholdMetricId: alarm.ThresholdMetricId };
    return { ...common, ...band, Metrics: alarm.Metrics.map(queryAsTold) };
  }
  const metric = { MetricName, Namespace, StatisticType: "Statistic", Statistic: Statistic?.toUpperCase(), Unit: Unit ?? null };
  return { ...metric, Period, Dimensions: Dimensions.map(lowered), ...common };
}

const lowered = ({ Name, Value }: Dimension) => ({ value: Value, name: Name });

function queryAsTold({ MetricStat, ...query }: MetricDataQuery): object {
  if (!MetricStat) return query;
  const { Metric = {}, ...stat } = MetricStat;
  return { ...query, MetricStat: { Metric: { ...Metric, Dimensions: (Metric.Dimensions ?? []).map(lowered) }, ...stat } };
}
