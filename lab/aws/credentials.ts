import { createHash, randomBytes } from "node:crypto";

/** Who makes a call: the ARN that AWS names in refusals and in GetCallerIdentity, and who is said to be behind a role's session. */
export type Principal = { arn: string; userId: string; sourceIdentity?: string };

/** A key that may sign: of a user for good, of an assumed role until `expiresAt` and only with its session token. */
export type Key = {
  accessKeyId: string;
  secretAccessKey: string;
  principal: Principal;
  session?: { token: string; expiresAt: Date };
};

/** The keys that this account knows, by their id. */
export type Keyring = Map<string, Key>;

/** A fresh key; ids begin as AWS has them, `AKIA` for a user's and `ASIA` for a role's. */
export function newKey(principal: Principal, session?: { token: string; expiresAt: Date }): Key {
  const base = { accessKeyId: (session ? "ASIA" : "AKIA") + newId(16), secretAccessKey: randomBytes(30).toString("base64"), principal };
  return session ? { ...base, session } : base;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Letters and digits as in AWS's unique ids. */
export function newId(length: number): string {
  return [...randomBytes(length)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

/** An id that follows from what it is of, so that the same lab has the same ids each time: `3f2a91…`, up to 64 hex digits. */
export const steadyHex = (of: string, length: number): string => createHash("sha256").update(of).digest("hex").slice(0, length);

/** A UUID that follows from what it is of. */
export const steadyUuid = (of: string): string => steadyHex(of, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
