/**
 * Why the store does not open, where the operator can put it right. `newer`: the database was written by a later program (`found` is a migration
 * that this one does not know). `older`: it was not brought up to date yet. `empty`: nothing was ever written. `no-package`: there is no built-in
 * PostgreSQL for this machine. `not-passable`: root may not run PostgreSQL, and user 65534 cannot get into the folder. `not-ours`: the folder of
 * its socket is somebody else's. `no-database`: it does not answer, or does not let us in. `not-started`: the built-in one said why.
 */
export type Fault =
  | { kind: "newer"; found: string; known: string }
  | { kind: "older"; found: string; known: string }
  | { kind: "empty"; where: string }
  | { kind: "no-package"; name: string }
  | { kind: "not-passable"; folder: string }
  | { kind: "not-ours"; folder: string }
  | { kind: "no-database"; because: string }
  | { kind: "not-started"; folder: string; because: string };

/** Thrown where the store does not open for a reason that the operator can put right; words for it are in `words.store.fault`. */
export class StoreFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(`opening the store: ${Object.values(fault).join(" ")}`, options);
    this.fault = fault;
  }
}
