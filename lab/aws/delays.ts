import type { Account } from "./account.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What things take when the world does not say: a small database's times, at the brisk end of what people have seen. */
const USUAL = {
  /** A new RDS instance, until its first backup. */
  rdsCreating: 5 * MINUTE,
  /** The first backup of a new or restored RDS instance. */
  rdsBackingUp: MINUTE,
  /** An RDS instance from a snapshot, until its first backup. */
  rdsRestoring: 8 * MINUTE,
  /** `modifying`, before what was asked for is so. */
  rdsModifying: 2 * MINUTE,
  /** `storage-optimization` after storage was changed (AWS: it can exceed 24 h). */
  rdsOptimizing: 10 * MINUTE,
  rdsRebooting: 30 * SECOND,
  /** `resetting-master-credentials`. */
  rdsPassword: MINUTE,
  /** A snapshot of an RDS instance is `creating` for this long. */
  rdsSnapshot: 3 * MINUTE,
  /** From an operation's acceptance until it is `Started`. */
  lightsailStart: 2 * SECOND,
  /** A snapshot of a Lightsail database is `creating` for this long. */
  lightsailSnapshot: 3 * MINUTE,
  /** A database on a standard plan cannot be used while its snapshot is taken (AWS: from a few seconds to a few minutes). */
  lightsailStall: 30 * SECOND,
  lightsailCreating: 12 * MINUTE,
  lightsailRebooting: MINUTE,
  /** A new password, or another visibility. */
  lightsailUpdating: MINUTE,
} as const;

/** Milliseconds of the databases' states, each one that is left out as in `USUAL`. */
export type DatabaseDelays = { -readonly [Name in keyof typeof USUAL]?: number };

/** How long a state lasts in this account, in ms. */
export const delayOf = ({ world }: Account, name: keyof DatabaseDelays): number => world.delaysMs?.[name] ?? USUAL[name];
