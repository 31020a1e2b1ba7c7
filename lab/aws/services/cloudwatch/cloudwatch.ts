import type { CloudWatch, DimensionFilter, ListMetricsInput } from "@aws-sdk/client-cloudwatch";
import { arnOf, type Account } from "../../account.ts";
import type { Operations, Room } from "../../operations.ts";
import { page } from "../../page.ts";
import { change } from "./alarms/composites.ts";
import { describeAlarms } from "./alarms/describe.ts";
import { describeHistory } from "./alarms/history.ts";
import { find, type AlarmBook } from "./alarms/kept.ts";
import { deleteAlarms, putCompositeAlarm, putLogAlarm, putMetricAlarm } from "./alarms/put.ts";
import { dashboards } from "./dashboards/dashboards.ts";
import { allMetrics, putMetricData, type MetricId, type MetricStore } from "./metric-store.ts";
import { deleteMuteRule, getMuteRule, listMuteRules, putMuteRule } from "./mutes/mute-rules.ts";
import { getMetricData, getMetricStatistics } from "./read-metrics.ts";

/** Metrics of one ListMetrics answer. */
const LISTED = 500;

/** Metrics of the world's resources and those that were put, alarms of all kinds on them, rules that mute alarms, and dashboards. */
export function cloudwatch(book: AlarmBook): Room<CloudWatch> {
  const { account } = book;
  const named = (name: string) => arnOf(account, "cloudwatch", `alarm:${name}`);
  const onAlarm = ({ AlarmName }: { AlarmName: string }) => [named(AlarmName)];
  const onAll = () => [named("*")];
  const muteRule = (name: string) => arnOf(account, "cloudwatch", `alarm-mute-rule:${name}`);
  const onMuteRule = ({ AlarmMuteRuleName }: { AlarmMuteRuleName: string }) => [muteRule(AlarmMuteRuleName)];
  const boards = dashboards(account);
  return {
    operations: { ...metricOperations(account, book.store), ...alarmOperations(book), ...muteOperations(book), ...boards.operations },
    resources: {
      ...boards.resources,
      PutMetricAlarm: onAlarm,
      PutCompositeAlarm: onAlarm,
      PutLogAlarm: onAlarm,
      SetAlarmState: onAlarm,
      DeleteAlarms: ({ AlarmNames }: { AlarmNames: string[] }) => AlarmNames.map(named),
      DescribeAlarms: onAll,
      DescribeAlarmHistory: ({ AlarmName }: { AlarmName?: string }) => [named(AlarmName ?? "*")],
      PutAlarmMuteRule: ({ Name, MuteTargets }: { Name: string; MuteTargets?: { AlarmNames: string[] } }) => [
        muteRule(Name),
        ...(MuteTargets?.AlarmNames ?? []).map(named),
      ],
      GetAlarmMuteRule: onMuteRule,
      DeleteAlarmMuteRule: onMuteRule,
      ListAlarmMuteRules: () => [muteRule("*")],
    },
  };
}

function metricOperations(account: Account, store: MetricStore): Operations<CloudWatch> {
  return {
    GetMetricData: (input) => getMetricData(account, store, input),
    GetMetricStatistics: (input) => getMetricStatistics(account, store, input),
    ListMetrics: (input) => listMetrics(account, store, input),
    PutMetricData: (input) => {
      putMetricData(account, store, input);
      return {};
    },
  };
}

function alarmOperations(book: AlarmBook): Operations<CloudWatch> {
  return {
    DescribeAlarms: (input) => describeAlarms(book, input),
    DescribeAlarmHistory: (input) => describeHistory(book, input),
    PutMetricAlarm: (input) => (putMetricAlarm(book, input), {}),
    PutCompositeAlarm: (input) => (putCompositeAlarm(book, input), {}),
    PutLogAlarm: (input) => (putLogAlarm(book, input), {}),
    DeleteAlarms: ({ AlarmNames }) => (deleteAlarms(book, AlarmNames), {}),
    SetAlarmState: ({ AlarmName, ...state }) => (change(book, find(book, AlarmName), state), {}),
    EnableAlarmActions: ({ AlarmNames }) => (AlarmNames.forEach((name) => (find(book, name).alarm.ActionsEnabled = true)), {}),
    DisableAlarmActions: ({ AlarmNames }) => (AlarmNames.forEach((name) => (find(book, name).alarm.ActionsEnabled = false)), {}),
  };
}

function muteOperations(book: AlarmBook): Operations<CloudWatch> {
  return {
    PutAlarmMuteRule: (input) => {
      putMuteRule(book, input);
      return {};
    },
    GetAlarmMuteRule: ({ AlarmMuteRuleName }) => getMuteRule(book, AlarmMuteRuleName),
    ListAlarmMuteRules: (input) => listMuteRules(book, input),
    DeleteAlarmMuteRule: ({ AlarmMuteRuleName }) => {
      deleteMuteRule(book, AlarmMuteRuleName);
      return {};
    },
  };
}

function listMetrics(account: Account, store: MetricStore, { Namespace, MetricName, Dimensions = [], NextToken }: ListMetricsInput) {
  const found = allMetrics(account, store).filter(
    (id) =>
      (Namespace ?? id.namespace) === id.namespace && (MetricName ?? id.name) === id.name && Dimensions.every((wanted) => has(id, wanted)),
  );
  const { items, next } = page(found, { token: NextToken, size: LISTED });
  const Metrics = items.map(({ namespace, name, dimensions }) => ({ Namespace: namespace, MetricName: name, Dimensions: [...dimensions] }));
  return { Metrics, ...(next ? { NextToken: next } : {}) };
}

const has = ({ dimensions }: MetricId, wanted: DimensionFilter) =>
  dimensions.some(({ Name, Value }) => Name === wanted.Name && (wanted.Value ?? Value) === Value);
