import { DescribeEventsCommand, RDSClient, type Event } from "@aws-sdk/client-rds";
import type { TakeLook } from "../../evidence/gather.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";

/** How far back: last night's restart is worth knowing. */
const BACK_MS = 24 * 3_600_000;

/** The events of an RDS instance of the last day, as `DescribeEvents` tells them. */
export function rdsEvents(access: Access, instance: string, now: () => Date = access.clock.now): TakeLook {
  return async (limits) => {
    const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]);
    const EndTime = now();
    const wanted = {
      SourceType: "db-instance",
      SourceIdentifier: instance,
      StartTime: new Date(EndTime.getTime() - BACK_MS),
      EndTime,
    } as const;
    const Events: Event[] = [];
    let Marker: string | undefined;
    do {
      const page = await ask(access, access.open(RDSClient), new DescribeEventsCommand({ ...wanted, ...(Marker ? { Marker } : {}) }), {
        signal,
      });
      Events.push(...(page.Events ?? []));
      Marker = page.Marker;
    } while (Marker);
    return `${JSON.stringify({ Events })}\n`;
  };
}
