import type { Dimension, LogAlarm, MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { createHash } from "node:crypto";
import type { Happened } from "../../eventbridge/deliver.ts";
import { stamp, type Kept } from "../alarms/kept.ts";

/** An alarm's configuration as events tell it. Of log alarms no event is documented: theirs says what PutLogAlarm was given. */
export function configurationOf({ type, alarm }: Kept): Record<string, unknown> {
  const description = alarm.AlarmDescription === undefined ? {} : { description: alarm.AlarmDescription };
  if (type === "MetricAlarm") return { ...description, metrics: metricsOf(alarm) };
  if (type === "LogAlarm") return { ...description, ...queryOf(alarm) };
  const { AlarmRule, ActionsSuppressor, ActionsSuppressorWaitPeriod, ActionsSuppressorExtensionPeriod } = alarm;
  return {
    ...description,
    alarmRule: AlarmRule,
    ...(ActionsSuppressor === undefined
      ? {}
      : {
          actionsSuppressor: ActionsSuppressor,
          actionsSuppressorWaitPeriod: ActionsSuppressorWaitPeriod,
          actionsSuppressorExtensionPeriod: ActionsSuppressorExtensionPeriod,
        }),
  };
}

function queryOf(alarm: LogAlarm): object {
  const { QueryString, LogGroupIdentifiers, AggregationExpression, ScheduleConfiguration } = alarm.ScheduledQueryConfiguration ?? {};
  return {
    scheduledQueryConfiguration: {
      queryString: QueryString,
      logGroupIdentifiers: LogGroupIdentifiers,
      aggregationExpression: AggregationExpression,
      scheduleConfiguration: { scheduleExpression: ScheduleConfiguration?.ScheduleExpression },
    },
    queryResultsToEvaluate: alarm.QueryResultsToEvaluate,
    queryResultsToAlarm: alarm.QueryResultsToAlarm,
    ...thresholdOf(alarm),
  };
}

const thresholdOf = ({ Threshold, ComparisonOperator, TreatMissingData }: MetricAlarm | LogAlarm) => ({
  threshold: Threshold,
  comparisonOperator: ComparisonOperator,
  treatMissingData: TreatMissingData,
});

function metricsOf(alarm: MetricAlarm): object[] {
  if (alarm.Metrics) return alarm.Metrics.map(queryAsTold);
  const { AlarmName = "", Namespace, MetricName, Dimensions = [], Period, Statistic, ExtendedStatistic, Unit } = alarm;
  // The same alarm's only metric always has the same id, which looks like a UUID and means nothing.
  const id = createHash("md5")
    .update(AlarmName)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const metric = { dimensions: dimensionsOf(Dimensions), name: MetricName, namespace: Namespace };
  const unit = Unit === undefined ? {} : { unit: Unit };
  return [{ id, metricStat: { metric, period: Period, stat: Statistic ?? ExtendedStatistic, ...unit }, returnData: true }];
}

function queryAsTold({ Id, Expression, Label, MetricStat, Period, ReturnData = true }: MetricDataQuery): object {
  const told = {
    id: Id,
    ...(Expression === undefined ? {} : { expression: Expression }),
    ...(Label === undefined ? {} : { label: Label }),
    ...(Period === undefined ? {} : { period: Period }),
  };
  if (!MetricStat) return { ...told, returnData: ReturnData };
  const { Metric = {}, Stat } = MetricStat;
  const metric = { dimensions: dimensionsOf(Metric.Dimensions ?? []), name: Metric.MetricName, namespace: Metric.Namespace };
  return { ...told, metricStat: { metric, period: MetricStat.Period, stat: Stat }, returnData: ReturnData };
}

const dimensionsOf = (dimensions: readonly Dimension[]) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));

/** What the event bus hears when an alarm was created, updated or deleted. */
export function configurationEvent(kept: Kept, operation: "create" | "update" | "delete", before?: Kept): Happened {
  const { alarm } = kept;
  const told = (one: Kept) => {
    const { AlarmName, ActionsEnabled, OKActions, AlarmActions, InsufficientDataActions, AlarmConfigurationUpdatedTimestamp } = one.alarm;
    const actions = { okActions: OKActions, alarmActions: AlarmActions, insufficientDataActions: InsufficientDataActions };
    const common = {
      alarmName: AlarmName,
      actionsEnabled: ActionsEnabled,
      timestamp: stamp(AlarmConfigurationUpdatedTimestamp),
      ...actions,
    };
    const evaluated = one.type === "MetricAlarm" ? { evaluationPeriods: one.alarm.EvaluationPeriods, ...thresholdOf(one.alarm) } : {};
    return { ...evaluated, ...configurationOf(one), ...common };
  };
  return {
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm Configuration Change",
    resources: [alarm.AlarmArn ?? ""],
    detail: {
      alarmName: alarm.AlarmName,
      operation,
      state: { value: alarm.StateValue, timestamp: stamp(alarm.StateUpdatedTimestamp) },
      configuration: told(kept),
      ...(before ? { previousConfiguration: told(before) } : {}),
    },
  };
}
