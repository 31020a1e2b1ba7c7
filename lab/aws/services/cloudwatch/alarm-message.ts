import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../account.ts";

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
export function alarmMessage({ id, region }: Account, alarm: MetricAlarm, oldState: string): { subject: string; message: string } {
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
    Trigger: triggerOf(alarm),
  };
  return { subject: `${StateValue}: "${AlarmName}" in ${name}`.slice(0, 100), message: JSON.stringify(message) };
}

/** `2025-09-16T16:59:17.131+0000` */
const stamp = (at: Date | undefined) => at?.toISOString().replace("Z", "+0000");

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
    Threshold,
  } = alarm;
  const common = {
    EvaluationPeriods,
    DatapointsToAlarm,
    ComparisonOperator,
    Threshold,
    TreatMissingData: alarm.TreatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  if (alarm.Metrics) return { ...common, Metrics: alarm.Metrics };
  return {
    MetricName,
    Namespace,
    StatisticType: "Statistic",
    Statistic: Statistic?.toUpperCase(),
    Unit: Unit ?? null,
    Period,
    Dimensions: Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...common,
  };
}
