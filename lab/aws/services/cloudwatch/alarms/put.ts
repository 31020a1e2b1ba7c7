import type { MetricAlarm, PutCompositeAlarmInput, PutLogAlarmInput, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { arnOf } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import type { Filled } from "../../../operations.ts";
import { parse } from "../judging/expression.ts";
import { configurationEvent } from "../telling/configuration.ts";
import { judgeComposites } from "./composites.ts";
import { noteConfiguration } from "./history.ts";
import { nameOf, type AlarmBook, type Kept } from "./kept.ts";
import { childrenOf, parseRule } from "./rule.ts";

const refused = (name: string, message: string) => new AwsError(name, message);

/** PutMetricAlarm: a new alarm, or the whole configuration of a known one, whose state stays. */
export function putMetricAlarm(book: AlarmBook, input: Filled<PutMetricAlarmInput>): void {
  const { AlarmName, MetricName, Metrics, EvaluationPeriods = 0, Period, Tags: _tags, ...settings } = input;
  if ((MetricName === undefined) === (Metrics === undefined)) {
    throw refused("InvalidParameterCombinationException", "Exactly one of MetricName and Metrics must be given.");
  }
  if (EvaluationPeriods < 1) throw refused("InvalidParameterValueException", "EvaluationPeriods must be at least 1.");
  if (Period !== undefined && ![10, 20, 30].includes(Period) && (Period < 60 || Period % 60 !== 0)) {
    throw refused("InvalidParameterValueException", "Period must be 10, 20, 30 or a multiple of 60.");
  }
  checkMetrics(settings, Metrics);
  keep(book, AlarmName, {
    type: "MetricAlarm",
    alarm: {
      Dimensions: [],
      TreatMissingData: "missing",
      ...settings,
      EvaluationPeriods,
      ...(Period === undefined ? {} : { Period }),
      ...(MetricName === undefined ? {} : { MetricName }),
      ...(Metrics === undefined ? {} : { Metrics }),
    },
  });
}

function checkMetrics({ ThresholdMetricId, Threshold }: MetricAlarm, metrics: PutMetricAlarmInput["Metrics"]): void {
  if (!metrics) return;
  for (const { Expression } of metrics) if (Expression !== undefined) parse(Expression);
  const returned = metrics.filter(({ ReturnData = true, Id }) => ReturnData && Id !== ThresholdMetricId);
  if (returned.length !== 1) throw refused("ValidationError", "Exactly one element of the metrics list should return data.");
  if (ThresholdMetricId === undefined) return;
  if (Threshold !== undefined) throw refused("ValidationError", "Threshold must not be given together with ThresholdMetricId.");
  const band = metrics.find(({ Id }) => Id === ThresholdMetricId)?.Expression;
  if (!band?.includes("ANOMALY_DETECTION_BAND")) throw refused("ValidationError", `${ThresholdMetricId} is not an ANOMALY_DETECTION_BAND.`);
}

/** PutCompositeAlarm; its rule is evaluated at once. A rule that asks for the alarm itself is refused. */
export function putCompositeAlarm(book: AlarmBook, { Tags: _tags, ...input }: Filled<PutCompositeAlarmInput>): void {
  const { AlarmName, ActionsSuppressor, ActionsSuppressorWaitPeriod, ActionsSuppressorExtensionPeriod } = input;
  const children = childrenOf(parseRule(input.AlarmRule));
  if (children.some((child) => child === AlarmName))
    throw refused("ValidationError", `AlarmRule of ${AlarmName} must not refer to itself.`);
  const unknown = [...children, ...(ActionsSuppressor === undefined ? [] : [nameOf(ActionsSuppressor)])].find(
    (name) => !book.alarms.has(name),
  );
  if (unknown !== undefined)
    throw refused("ValidationError", `Could not create the composite alarm as alarms in the alarm rule do not exist: ${unknown}`);
  if (ActionsSuppressor !== undefined && (ActionsSuppressorWaitPeriod === undefined || ActionsSuppressorExtensionPeriod === undefined)) {
    throw refused(
      "ValidationError",
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must be given with ActionsSuppressor.",
    );
  }
  const isNew = !book.alarms.has(AlarmName);
  keep(book, AlarmName, { type: "CompositeAlarm", alarm: input });
  judgeComposites(book, isNew ? AlarmName : undefined);
}

/** PutLogAlarm: `QueryResultsToAlarm` of the last `QueryResultsToEvaluate` results of a scheduled query. */
export function putLogAlarm(book: AlarmBook, { Tags: _tags, ...input }: Filled<PutLogAlarmInput>): void {
  const { AlarmName, QueryResultsToAlarm, QueryResultsToEvaluate, ScheduledQueryConfiguration: query } = input;
  if (QueryResultsToAlarm > QueryResultsToEvaluate) {
    throw refused("InvalidParameterValueException", "QueryResultsToAlarm must not be more than QueryResultsToEvaluate.");
  }
  if (!/^rate\(\d+ (?:minutes?|hours?)\)$/.test(query.ScheduleConfiguration?.ScheduleExpression ?? "")) {
    throw refused("InvalidParameterValueException", "ScheduleExpression must be a rate (the local AWS runs no queries by cron).");
  }
  const QueryARN = arnOf(book.account, "logs", `scheduled-query:${AlarmName}`);
  const ScheduledQueryConfiguration = { ...query, QueryARN };
  keep(book, AlarmName, { type: "LogAlarm", alarm: { TreatMissingData: "missing", ...input, ScheduledQueryConfiguration } });
}

/** Keeps an alarm under its name with its ARN; a known one has its state kept, and whoever listens hears of the change. */
function keep(book: AlarmBook, name: string, kept: Kept): void {
  const known = book.alarms.get(name);
  if (known && known.type !== kept.type) throw refused("ValidationError", `An alarm of another type is named ${name}.`);
  const now = book.account.clock.now();
  const fresh = { StateValue: "INSUFFICIENT_DATA", StateReason: "Unchecked: Initial alarm creation" } as const;
  const { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp, StateTransitionedTimestamp } = known?.alarm ?? {
    ...fresh,
    StateReasonData: undefined,
    StateUpdatedTimestamp: now,
    StateTransitionedTimestamp: now,
  };
  const state = { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp, StateTransitionedTimestamp };
  const AlarmArn = arnOf(book.account, "cloudwatch", `alarm:${name}`);
  const actions = { ActionsEnabled: true, OKActions: [], AlarmActions: [], InsufficientDataActions: [] };
  Object.assign(kept.alarm, { ...actions, ...kept.alarm, ...state, AlarmName: name, AlarmArn, AlarmConfigurationUpdatedTimestamp: now });
  book.alarms.set(name, kept);
  noteConfiguration(book, kept, known ? "updated" : "created");
  book.emit(configurationEvent(kept, known ? "update" : "create", known));
}

/** DeleteAlarms; a name that is not there is refused, and then none is deleted. */
export function deleteAlarms(book: AlarmBook, names: readonly string[]): void {
  const unknown = names.find((name) => !book.alarms.has(name));
  if (unknown !== undefined) throw refused("ResourceNotFound", `Unknown alarm ${unknown}.`);
  for (const name of names) {
    const kept = book.alarms.get(name);
    if (!kept) continue;
    for (const map of [book.alarms, book.held, book.results]) map.delete(name);
    noteConfiguration(book, kept, "deleted");
    book.emit(configurationEvent(kept, "delete"));
  }
}
