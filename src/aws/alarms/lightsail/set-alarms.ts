import { GetAlarmsCommand, LightsailClient, type Alarm as SetAlarm } from "@aws-sdk/client-lightsail";
import type { Alarm, AlarmState } from "../../../alarm/alarm.ts";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { DIMENSION, NAMESPACE } from "./threshold-alarms.ts";

const STATES: Readonly<Record<string, AlarmState>> = { ALARM: "alarm", OK: "ok", INSUFFICIENT_DATA: "no-data" };

/** Pages that are read at most; a resource has two alarms a metric. */
const PAGES = 50;

/**
 * The alarms that are set in Lightsail itself on a resource, as they stand: it does not tell since when, so `changedAt` is the minute of this look.
 * Throws an Unseen where a call fails.
 */
export async function setAlarms(access: Access, resource: string, { now, signal }: { now: Date; signal: AbortSignal }): Promise<Alarm[]> {
  const seen = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  const found: SetAlarm[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page === 0 || (pageToken && page < PAGES); page++) {
    const wanted = new GetAlarmsCommand({ monitoredResourceName: resource, ...(pageToken ? { pageToken } : {}) });
    const told = await ask(access, access.open(LightsailClient), wanted, { signal });
    found.push(...(told.alarms ?? []));
    pageToken = told.nextPageToken;
  }
  return found.flatMap((alarm) => alarmOf(alarm, { access, seen, resource }) ?? []);
}

function alarmOf(set: SetAlarm, { access, seen, resource }: { access: Access; seen: Date; resource: string }): Alarm | undefined {
  const { arn, name, metricName = "", threshold, comparisonOperator, monitoredResourceInfo, unit, state = "" } = set;
  const stands = STATES[state];
  if (arn === undefined || name === undefined || stands === undefined) return undefined;
  const dimension = DIMENSION[monitoredResourceInfo?.resourceType === "Instance" ? "instance" : "database"];
  return {
    key: arn,
    name,
    kind: "lightsail",
    account: arn.split(":")[4] ?? "",
    region: access.region,
    state: stands,
    changedAt: seen,
    reason: `Lightsail: ${metricName} of ${monitoredResourceInfo?.name ?? resource}, ${comparisonOperator ?? ""} ${threshold ?? ""}`,
    watched: [{ namespace: NAMESPACE, metric: metricName, dimensions: { [dimension]: monitoredResourceInfo?.name ?? resource } }],
    ...(threshold === undefined ? {} : { threshold }),
    ...(comparisonOperator === undefined ? {} : { comparison: comparisonOperator }),
    ...(unit === undefined ? {} : { unit }),
  };
}
