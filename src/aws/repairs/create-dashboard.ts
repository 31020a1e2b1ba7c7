import { createHash } from "node:crypto";
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { CreateDashboard, SeenThing } from "../../remediation/actions/create-dashboard.ts";
import { PERIODS, type WantedAlarm } from "../../remediation/actions/watched-metrics.ts";
import { canonical } from "../../remediation/digest.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { identityWith } from "../identity.ts";
import { sendApproved } from "./send.ts";
import type { actingAs } from "./session.ts";

type Ways = { looks: Access; acts: ReturnType<typeof actingAs> };

/** Making a dashboard and alarms in CloudWatch. */
export function dashboardsInCloudWatch({ looks, acts }: Ways): CreateDashboard {
  return {
    account: async (signal) => (await identityWith(looks, signal)).split(":")[4] ?? "",
    dashboard: async (name, body, signal) => {
      const command = new GetDashboardCommand({ DashboardName: name });
      const { DashboardBody: there } = await ask(looks, looks.open(CloudWatchClient), command, { signal }).catch(unlessMissing);
      return there === undefined ? undefined : seen(canonical(parsed(there)), canonical(parsed(body)));
    },
    alarms: async (wanted, signal) => {
      if (wanted.length === 0) return new Map();
      const AlarmNames = wanted.map(({ name }) => name);
      const command = new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] });
      const { MetricAlarms = [], CompositeAlarms = [] } = await ask(looks, looks.open(CloudWatchClient), command, { signal });
      return new Map(
        wanted.flatMap((alarm): [string, SeenThing][] => {
          if (CompositeAlarms.some(({ AlarmName }) => AlarmName === alarm.name)) return [[alarm.name, seen("composite", "")]];
          const there = MetricAlarms.find(({ AlarmName }) => AlarmName === alarm.name);
          return there ? [[alarm.name, seen(canonical(settingsOf(there)), canonical(settingsOf(inputOf(alarm))))]] : [];
        }),
      );
    },
    callFor: (made, { account, tags }) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      if ("alarm" in made) {
        const resources = [`arn:aws:cloudwatch:${looks.region}:${account}:alarm:${made.alarm.name}`];
        return { ...ON, operation: "PutMetricAlarm", resources, input: { ...inputOf(made.alarm), Tags } };
      }
      const { dashboard: DashboardName, body: DashboardBody } = made;
      // A dashboard belongs to no region.
      const resources = [`arn:aws:cloudwatch::${account}:dashboard/${DashboardName}`];
      return { ...ON, operation: "PutDashboard", resources, input: { DashboardName, DashboardBody, Tags } };
    },
    put: async (plan, call, signal) => sendApproved(acts(plan), call, signal),
    urlOf: (name) => `https://console.aws.amazon.com/cloudwatch/home?region=${looks.region}#dashboards/dashboard/${name}`,
  };
}

const ON = { on: "aws", service: "cloudwatch" } as const;

/** An alarm as PutMetricAlarm takes it: without actions, since a rule of EventBridge sees every change of its state. */
function inputOf({ name, description, namespace, metric, dimension, comparison, threshold }: WantedAlarm) {
  return {
    AlarmName: name,
    AlarmDescription: description,
    Namespace: namespace,
    MetricName: metric,
    Dimensions: [{ Name: dimension[0], Value: dimension[1] }],
    Statistic: "Average" as const,
    Period: PERIODS.seconds,
    EvaluationPeriods: PERIODS.of,
    DatapointsToAlarm: PERIODS.beyond,
    ComparisonOperator: comparison,
    Threshold: threshold,
    TreatMissingData: "missing",
    ActionsEnabled: true,
  };
}

/** What of an alarm is its configuration; people may add actions to it, which are theirs. */
function settingsOf(alarm: MetricAlarm) {
  const { AlarmDescription, Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods, DatapointsToAlarm, Metrics } = alarm;
  const { ComparisonOperator, Threshold, TreatMissingData, ActionsEnabled } = alarm;
  const what = { AlarmDescription, Namespace, MetricName, Dimensions, Statistic, Metrics: Metrics?.length ? Metrics : undefined };
  return { ...what, Period, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData, ActionsEnabled };
}

function seen(there: string, wanted: string): SeenThing {
  return { same: there === wanted, mark: createHash("sha256").update(there).digest("hex").slice(0, 16) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function unlessMissing(error: unknown): Record<string, undefined> {
  if (error instanceof AwsFailure && /^(?:ResourceNotFound|DashboardNotFoundError)$/.test(error.code)) return {};
  throw error;
}
