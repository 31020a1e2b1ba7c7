/** Which database: one of RDS, or one of Lightsail's. */
type WhichDatabase = { service: "rds" | "lightsail"; name: string };

/** Where a database listens. */
export type Listens = { address: string; port: number };

/** A database that somebody asked for. */
export type MadeDatabase = WhichDatabase & {
  engineVersion: string;
  databaseName: string;
  username: string;
  /** Absent where the password stays that of the copied database. */
  password?: string;
  /** Whose data it begins with, and as they were when. */
  from?: { database: string; snapshot?: string; at: Date };
};

type Answer<Given> = Given | undefined | void | Promise<Given | undefined | void>;

/**
 * What happens behind the account's databases, so that real ones may stand there. A database is `creating` (or `rebooting`) at least until the
 * promise is kept, whatever the clock says, and `failed` when it is broken.
 */
export type DatabaseHooks = {
  /** May tell where the new database listens; otherwise it has an address as AWS would give it. */
  onCreated?: (made: MadeDatabase) => Answer<Listens>;
  onRestored?: (made: MadeDatabase) => Answer<Listens>;
  onReboot?: (which: WhichDatabase) => Answer<never>;
  /** A snapshot of a Lightsail database is begun: it is `creating` at least until the promise is kept. */
  onSnapshot?: (which: WhichDatabase & { snapshot: string }) => Answer<never>;
  /** A snapshot of a database on a standard plan: it must not answer for so long. */
  onStall?: (stall: WhichDatabase & { forMs: number }) => void;
  /** The master user's password was changed. */
  onPassword?: (changed: WhichDatabase & { username: string; password: string }) => void;
  /** The password that AWS thinks up for a database; one that follows from the name when left out. */
  newPassword?: (which: WhichDatabase) => string;
};

/** What is done to a database; a snapshot that ends badly is `failed`, and its database is as before. */
export type DatabaseDeed = WhichDatabase & { deed: "create" | "restore" | "modify" | "reboot" | "snapshot" };

/** Statuses that a database does not leave by itself. */
export type BadStatus =
  | "failed"
  | "storage-full"
  | "incompatible-network"
  | "incompatible-option-group"
  | "incompatible-parameters"
  | "incompatible-restore"
  | "insufficient-capacity"
  | "inaccessible-encryption-credentials"
  | "restore-error";

/** What stands behind a database since a hook was called: nothing yet, something, or a failure. */
export type Backing = { state: "pending" | "there" | "failed"; because?: string };

/**
 * Call a hook and keep what comes of it; `listening` hears where it listens, if it says so. Without a hook, or with one that answers at once,
 * there is nothing to wait for.
 */
export function backed<Given extends Listens>(hook: () => Answer<Given>, listening?: (at: Given) => void): Backing {
  const backing: Backing = { state: "there" };
  const there = (given: Given | undefined | void) => {
    backing.state = "there";
    if (given) listening?.(given);
  };
  const answer = hook();
  if (!(answer instanceof Promise)) {
    there(answer);
    return backing;
  }
  backing.state = "pending";
  answer.then(there, (error: Error) => {
    backing.state = "failed";
    backing.because = error.message;
  });
  return backing;
}
