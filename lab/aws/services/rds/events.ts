import type { DescribeEventsMessage, Event } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { pageOf } from "./instances.ts";
import { stateOf, type Snapshot } from "./snapshots.ts";

/** DescribeEvents: what the world tells of its instances, and what snapshots have come to; of the past hour unless a time is named. */
export function describeEvents(account: Account, snapshots: readonly Snapshot[], input: DescribeEventsMessage) {
  const { SourceIdentifier, SourceType, Duration = 60, EventCategories = [], MaxRecords, Marker } = input;
  if (SourceIdentifier !== undefined && SourceType === undefined) {
    throw new AwsError("InvalidParameterCombination", "SourceType must be provided if SourceIdentifier is provided.");
  }
  const end = input.EndTime ?? account.clock.now();
  const start = input.StartTime ?? new Date(end.getTime() - Duration * 60_000);
  const found = [...told(account), ...ofSnapshots(account, snapshots)]
    .filter(({ Date: at }) => at >= start && at <= end)
    .filter(
      (event) =>
        (SourceType ?? event.SourceType) === event.SourceType && (SourceIdentifier ?? event.SourceIdentifier) === event.SourceIdentifier,
    )
    .filter((event) => EventCategories.length === 0 || event.EventCategories?.some((category) => EventCategories.includes(category)))
    .sort((a, b) => a.Date.getTime() - b.Date.getTime());
  const { items, ...more } = pageOf(found, { MaxRecords, Marker });
  return { Events: items, ...more };
}

type Dated = Event & { Date: Date };

function told(account: Account): Dated[] {
  const events = (account.world.events ?? []).filter((event) => event.of === "rds");
  return events.map(({ name, at, message, categories = [] }) => ({
    SourceIdentifier: name,
    SourceType: "db-instance",
    Message: message,
    EventCategories: categories,
    Date: at,
    SourceArn: arnOf(account, "rds", `db:${name}`),
  }));
}

function ofSnapshots(account: Account, snapshots: readonly Snapshot[]): Dated[] {
  return snapshots.flatMap((snapshot) => {
    const { status, endsAt } = stateOf(account, snapshot);
    const source = {
      SourceIdentifier: snapshot.name,
      SourceType: "db-snapshot" as const,
      SourceArn: arnOf(account, "rds", `snapshot:${snapshot.name}`),
    };
    const begun: Dated = { ...source, Message: "Creating manual snapshot", EventCategories: ["creation"], Date: snapshot.begunAt };
    const made: Dated = { ...source, Message: "Manual snapshot created", EventCategories: ["creation"], Date: endsAt };
    return status === "available" ? [begun, made] : [begun];
  });
}
