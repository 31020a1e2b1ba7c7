import type { CloudWatch, DimensionFilter, ListMetricsInput } from "@aws-sdk/client-cloudwatch";
import { arnOf, type Account } from "../../account.ts";
import type { Room } from "../../operations.ts";
import { page } from "../../page.ts";
import { describeAlarms, putAlarm, setAlarmState, type Alarms, type Notify } from "./alarms.ts";
import { allMetrics, putMetricData, type MetricId, type MetricStore } from "./metric-store.ts";
import { getMetricData, getMetricStatistics } from "./read-metrics.ts";

/** Metrics of one ListMetrics answer. */
const LISTED = 500;

/** Metrics of the world's resources and those that were put, and metric alarms that tell topics of their states. */
export function cloudwatch(account: Account, notify: Notify): Room<CloudWatch> {
  const store: MetricStore = new Map();
  const alarms: Alarms = new Map();
  const onAlarm = ({ AlarmName }: { AlarmName: string }) => [arnOf(account, "cloudwatch", `alarm:${AlarmName}`)];
  return {
    operations: {
      GetMetricData: (input) => getMetricData(account, store, input),
      GetMetricStatistics: (input) => getMetricStatistics(account, store, input),
      ListMetrics: (input) => listMetrics(account, store, input),
      PutMetricData: (input) => {
        putMetricData(account, store, input);
        return {};
      },
      DescribeAlarms: (input) => describeAlarms(alarms, input),
      PutMetricAlarm: (input) => {
        putAlarm(account, alarms, input);
        return {};
      },
      SetAlarmState: (input) => {
        setAlarmState(account, alarms, notify, input);
        return {};
      },
    },
    resources: { PutMetricAlarm: onAlarm, SetAlarmState: onAlarm, DescribeAlarms: () => [arnOf(account, "cloudwatch", "alarm:*")] },
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
