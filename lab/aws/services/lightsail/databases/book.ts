import type { Operation, OperationType, RelationalDatabase, ResourceType, Tag } from "@aws-sdk/client-lightsail";
import type { Account } from "../../../account.ts";
import { steadyUuid } from "../../../credentials.ts";
import { delayOf } from "../../../delays.ts";
import type { Backing, BadStatus, DatabaseDeed } from "../../../hooks.ts";
import { phaseAt, type Phase } from "../../../phases.ts";
import { locationOf } from "../resources.ts";

/** A database of the world. */
export type Named = RelationalDatabase & { name: string };

/** Something that was begun on a database: the state it is in meanwhile, what it changes at the end, and how it ends. */
export type Deed = {
  database: string;
  does: DatabaseDeed["deed"];
  phase: Phase;
  backing: Backing;
  endsBadly: BadStatus | undefined;
  changes?: Partial<RelationalDatabase>;
};

/** A snapshot that somebody made, with its database as it was then. */
export type Snapshot = { name: string; of: Named; begunAt: Date; tags: Tag[]; fails: boolean; backing: Backing };

/** The master user's passwords: the one that is right, and the one before. */
export type Passwords = { current: { password: string; at: Date }; previous?: { password: string; at: Date } };

/** All that Lightsail keeps of databases beside the world. */
export type LightsailBook = {
  account: Account;
  snapshots: Snapshot[];
  deeds: Deed[];
  operations: Map<string, () => Operation>;
  passwords: Map<string, Passwords>;
};

/** Whether the world has something end badly, and how. */
export const fateOf = ({ account }: LightsailBook, name: string, deed: DatabaseDeed["deed"]): BadStatus | undefined =>
  account.world.endsBadly?.({ service: "lightsail", name, deed });

/** The state of a database now: a bad one that the world says, what is being done to it, or `available`. */
export function stateOf(book: LightsailBook, { name, state: said }: Named): string {
  if (said !== undefined && said !== "available") return said;
  const now = book.account.clock.now();
  const deeds = deedsOf(book, name);
  const last = deeds.at(-1);
  if (last?.backing.state === "pending") return last.phase.status;
  if (last?.backing.state === "failed") return "failed";
  if (last?.endsBadly && last.does !== "snapshot" && last.phase.until <= now) return last.endsBadly;
  return (
    phaseAt(
      deeds.map(({ phase }) => phase),
      now,
    )?.status ?? "available"
  );
}

/** The deeds on one database, in their order. */
export const deedsOf = ({ deeds }: LightsailBook, name: string): Deed[] => deeds.filter(({ database }) => database === name);

type Begun = {
  type: OperationType;
  on: string;
  resourceType?: ResourceType;
  details?: string;
  until: Date;
  backing: Backing;
  endsBadly: BadStatus | undefined;
};

/** Note an operation; it is NotStarted, Started, and then Succeeded or Failed, by the clock. */
export function operate(book: LightsailBook, begun: Begun): Operation {
  const { account, operations } = book;
  const id = steadyUuid(`${begun.type} ${begun.on} ${operations.size}`);
  const createdAt = account.clock.now();
  const fixed = {
    id,
    operationType: begun.type,
    resourceName: begun.on,
    resourceType: begun.resourceType ?? "RelationalDatabase",
    operationDetails: begun.details ?? "",
    createdAt,
    location: locationOf(account),
  };
  const tell = (): Operation => ({ ...fixed, ...progress(account, createdAt, begun) });
  operations.set(id, tell);
  return tell();
}

function progress(account: Account, createdAt: Date, { until, backing, endsBadly }: Begun) {
  const now = account.clock.now();
  const startsAt = new Date(createdAt.getTime() + delayOf(account, "lightsailStart"));
  if (backing.state === "failed") {
    return {
      status: "Failed" as const,
      isTerminal: true,
      statusChangedAt: now,
      errorCode: "InternalError",
      errorDetails: backing.because ?? "",
    };
  }
  if (now < until || backing.state === "pending") {
    if (now < startsAt) return { status: "NotStarted" as const, isTerminal: false, statusChangedAt: createdAt };
    return { status: "Started" as const, isTerminal: false, statusChangedAt: startsAt };
  }
  if (endsBadly === undefined) return { status: "Succeeded" as const, isTerminal: true, statusChangedAt: until };
  const errorDetails = `The operation ended in the state ${endsBadly}.`;
  return { status: "Failed" as const, isTerminal: true, statusChangedAt: until, errorCode: "OperationFailure", errorDetails };
}
