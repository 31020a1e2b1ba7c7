import type { DescribeEventsMessage, Event } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { RdsBook } from "./deeds.ts";
import { pageOf } from "./instances.ts";
import { stateOf, type Snapshot } from "./snapshots.ts";

/** DescribeEvents: what the world tells of its instances, what was done to them, and snapshots; of the past hour unless a time is named. */
export function describeEvents(book: RdsBook, input: DescribeEventsMessage) {
  const { account, snapshots } = book;
  const { SourceIdentifier, SourceType, Duration = 60, EventCategories = [], MaxRecords, Marker } = input;
  if (SourceIdentifier !== undefined && SourceType === undefined) {
    throw new AwsError("InvalidParameterCombination", "SourceType must be provided if SourceIdentifier is provided.");
  }
  const end = input.EndTime ?? account.clock.now();
  const start = input.StartTime ?? new Date(end.getTime() - Duration * 60_000);
  const found = [...told(account), ...ofDeeds(book), ...ofSnapshots(account, snapshots)]
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

const ofInstance = (account: Account, name: string) => ({
  SourceIdentifier: name,
  SourceType: "db-instance" as const,
  SourceArn: arnOf(account, "rds", `db:${name}`),
});

function told(account: Account): Dated[] {
  const events = (account.world.events ?? []).filter((event) => event.of === "rds");
  return events.map(({ name, at, message, categories = [] }) => ({
    ...ofInstance(account, name),
    Message: message,
    EventCategories: categories,
    Date: at,
  }));
}

/** What was done is told once it has come to it by the clock, and while nothing behind the instance is being waited for. */
function ofDeeds({ account, deeds }: RdsBook): Dated[] {
  const now = account.clock.now();
  return deeds.flatMap(({ instance, backing, phases, told: events }) =>
    events
      .filter(({ at }) => at <= now && (backing.state === "there" || at < phases[0]!.until))
      .map(({ at, message, category }) => ({ ...ofInstance(account, instance), Message: message, EventCategories: [category], Date: at })),
  );
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
