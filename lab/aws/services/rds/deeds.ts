import type { DBInstance, PendingModifiedValues } from "@aws-sdk/client-rds";
import type { Account } from "../../account.ts";
import type { BadStatus, Backing, DatabaseDeed } from "../../hooks.ts";
import { phaseAt, type Phase } from "../../phases.ts";
import type { Secrets } from "../secrets-manager/secrets.ts";
import { stateOf, type Snapshot } from "./snapshots.ts";

/** An instance of the world. */
export type Named = DBInstance & { DBInstanceIdentifier: string };

/** What an instance says of itself at some time. */
export type Told = { at: Date; message: string; category: string };

/** Something that was begun on an instance: the statuses it goes through, what it makes of the instance and when, and what is told of it. */
export type Deed = {
  instance: string;
  does: Exclude<DatabaseDeed["deed"], "snapshot">;
  phases: readonly Phase[];
  backing: Backing;
  told: readonly Told[];
  endsBadly?: BadStatus;
  changes?: { at: Date; values: Partial<DBInstance>; pending: PendingModifiedValues };
};

/** All that RDS keeps beside the world: snapshots, what is being done, what waits for a maintenance window, and where secrets are. */
export type RdsBook = {
  account: Account;
  snapshots: Snapshot[];
  deeds: Deed[];
  waiting: Map<string, PendingModifiedValues>;
  secrets: Secrets;
};

/** Note a deed; the world may have it end badly, and what would have come of it after that is left out. */
export function begin({ account, deeds }: RdsBook, deed: Omit<Deed, "endsBadly">): void {
  const badly = account.world.endsBadly?.({ service: "rds", name: deed.instance, deed: deed.does });
  if (badly === undefined) return void deeds.push(deed);
  const [first] = deed.phases;
  const { changes: _changes, ...rest } = deed;
  const failure = { at: first!.until, message: `The DB instance has entered the ${badly} state.`, category: "failure" };
  const told = [...deed.told.filter(({ at }) => at < first!.until), failure];
  deeds.push({ ...rest, phases: [first!], told, endsBadly: badly });
}

/** The status of an instance now: a bad one that the world says, what is being done to it, a snapshot in the making, or `available`. */
export function statusOf(book: RdsBook, { DBInstanceIdentifier: name, DBInstanceStatus: said }: Named): string {
  if (said !== undefined && said !== "available") return said;
  const now = book.account.clock.now();
  const deeds = deedsOf(book, name);
  const last = deeds.at(-1);
  if (last?.backing.state === "pending") return last.phases[0]!.status;
  if (last?.backing.state === "failed") return "failed";
  if (last?.endsBadly && last.phases[0]!.until <= now) return last.endsBadly;
  const phase = phaseAt(
    deeds.flatMap(({ phases }) => [...phases]),
    now,
  );
  if (phase) return phase.status;
  const backingUp = book.snapshots.some((snapshot) => snapshot.instance === name && stateOf(book.account, snapshot).status === "creating");
  return backingUp ? "backing-up" : "available";
}

/** What has become of an instance by now through what was done to it, and what is still to come. */
export function changesOf(book: RdsBook, name: string): { now: Partial<DBInstance>; pending: PendingModifiedValues } {
  const at = book.account.clock.now();
  const changes = deedsOf(book, name).flatMap((deed) => deed.changes ?? []);
  const done = changes.filter((change) => change.at <= at).map(({ values }) => values);
  const coming = changes.filter((change) => change.at > at).map(({ pending }) => pending);
  return {
    now: Object.assign({}, ...done) as Partial<DBInstance>,
    pending: Object.assign({}, book.waiting.get(name), ...coming) as object,
  };
}

/** The deeds on one instance, in their order. */
export const deedsOf = ({ deeds }: RdsBook, name: string): Deed[] => deeds.filter(({ instance }) => instance === name);
