import type { Alarm, Operation, PutAlarmRequest } from "@aws-sdk/client-lightsail";
import { randomUUID } from "node:crypto";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { worldPoints } from "../../metrics.ts";
import type { Filled } from "../../operations.ts";
import { DATABASE_UNITS, INSTANCE_UNITS } from "./metric-data.ts";
import { badInput, common, locationOf } from "./resources.ts";

/** Lightsail alarms look at periods of 5 minutes, always. */
const PERIOD_S = 300;

/** At most so many alarms on one metric of one resource. */
const PER_METRIC = 2;

/** PutAlarm: create an alarm, or replace the one of this name. */
export function putAlarm(account: Account, alarms: Map<string, Alarm>, input: Filled<PutAlarmRequest>): Operation[] {
  const { alarmName, metricName, monitoredResourceName, evaluationPeriods, datapointsToAlarm = evaluationPeriods } = input;
  const resourceType = typeOf(account, monitoredResourceName);
  if (evaluationPeriods < 1 || evaluationPeriods > 288) throw badInput("Evaluation periods must be between 1 and 288.");
  if (datapointsToAlarm > evaluationPeriods) throw badInput("Datapoints to alarm must not be more than the evaluation periods.");
  const unit = (resourceType === "Instance" ? INSTANCE_UNITS : DATABASE_UNITS)[metricName];
  if (unit === undefined) throw badInput(`Metric ${metricName} is not a metric of a ${resourceType}.`);
  const others = [...alarms.values()].filter(
    (alarm) => alarm.name !== alarmName && alarm.metricName === metricName && alarm.monitoredResourceInfo?.name === monitoredResourceName,
  );
  if (others.length >= PER_METRIC) throw badInput(`There can be at most ${PER_METRIC} alarms on a metric of a resource.`);
  alarms.set(alarmName, {
    ...common(account, "Alarm", alarmName),
    createdAt: alarms.get(alarmName)?.createdAt ?? account.clock.now(),
    metricName,
    unit: unit as "Count",
    period: PERIOD_S,
    statistic: "Average",
    comparisonOperator: input.comparisonOperator,
    threshold: input.threshold,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: input.treatMissingData ?? "missing",
    notificationEnabled: input.notificationEnabled ?? true,
    contactProtocols: input.contactProtocols ?? [],
    notificationTriggers: input.notificationTriggers ?? ["ALARM"],
    monitoredResourceInfo: { name: monitoredResourceName, arn: common(account, resourceType, monitoredResourceName).arn, resourceType },
  });
  return [operation(account, "PutAlarm", { alarm: alarmName, resource: monitoredResourceName })];
}

/** DeleteAlarm; an alarm that is not there is not found. */
export function deleteAlarm(account: Account, alarms: Map<string, Alarm>, name: string): Operation[] {
  const alarm = alarms.get(name);
  if (!alarm) throw new AwsError("NotFoundException", `The Alarm does not exist: ${name}`);
  alarms.delete(name);
  return [operation(account, "DeleteAlarm", { alarm: name, resource: alarm.monitoredResourceInfo?.name ?? "" })];
}

/** Operations on alarms have ended when they are answered. */
function operation(
  account: Account,
  operationType: "PutAlarm" | "DeleteAlarm",
  { alarm, resource }: { alarm: string; resource: string },
): Operation {
  const at = account.clock.now();
  return {
    id: randomUUID(),
    resourceName: alarm,
    resourceType: "Alarm",
    createdAt: at,
    location: locationOf(account),
    isTerminal: true,
    operationDetails: resource,
    operationType,
    status: "Succeeded",
    statusChangedAt: at,
  };
}

function typeOf({ world }: Account, name: string): "RelationalDatabase" | "Instance" {
  if (world.lightsailDatabases.some((database) => database.name === name)) return "RelationalDatabase";
  if (world.lightsailInstances.some((instance) => instance.name === name)) return "Instance";
  throw badInput(`There is no resource ${name} to monitor.`);
}

const COMPARE: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** An alarm with its state now: judged when it is asked for, on the periods that have ended. */
export function withState(account: Account, alarm: Alarm): Alarm {
  const {
    metricName = "",
    threshold = 0,
    evaluationPeriods = 1,
    datapointsToAlarm = 1,
    treatMissingData,
    comparisonOperator,
    monitoredResourceInfo,
  } = alarm;
  const to = new Date(Math.floor(account.clock.now().getTime() / (PERIOD_S * 1000)) * PERIOD_S * 1000);
  const from = new Date(to.getTime() - evaluationPeriods * PERIOD_S * 1000);
  const namespace = monitoredResourceInfo?.resourceType === "Instance" ? ("lightsail-instance" as const) : ("lightsail-database" as const);
  const points = worldPoints(account, {
    namespace,
    name: metricName,
    dimension: monitoredResourceInfo?.name ?? "",
    periodS: PERIOD_S,
    from,
    to,
  });
  const breaching = points.filter((point) => COMPARE[comparisonOperator ?? ""]?.(point.average, threshold)).length;
  const missing = evaluationPeriods - points.length;
  const counted = breaching + (treatMissingData === "breaching" ? missing : 0);
  const silent = points.length === 0 && treatMissingData !== "breaching" && treatMissingData !== "notBreaching";
  return { ...alarm, state: counted >= datapointsToAlarm ? "ALARM" : silent ? "INSUFFICIENT_DATA" : "OK" };
}
