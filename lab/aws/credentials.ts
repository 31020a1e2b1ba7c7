import { randomBytes } from "node:crypto";

/** Who makes a call: the ARN that AWS names in refusals and in GetCallerIdentity. */
export type Principal = { arn: string; userId: string };

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
