import type { GetRelationalDatabaseMasterUserPasswordRequest } from "@aws-sdk/client-lightsail";
import { steadyHex } from "../../../credentials.ts";
import type { Filled } from "../../../operations.ts";
import { badInput, findDatabase, notFound } from "../resources.ts";
import type { LightsailBook, Passwords } from "./book.ts";

/** Give a database a password that Lightsail thinks up, and tell it. */
export function thinkUp(book: LightsailBook, name: string): string {
  const { hooks } = book.account.world;
  const turn = (book.passwords.get(name)?.current.password ?? "").slice(0, 4);
  const password = hooks?.newPassword?.({ service: "lightsail", name }) ?? steadyHex(`${name} ${turn}`, 32);
  keep(book, name, password);
  return password;
}

/** Keep a database's new password, and the one that it had. */
export function keep({ account, passwords }: LightsailBook, name: string, password: string): void {
  const previous = passwords.get(name)?.current;
  passwords.set(name, { current: { password, at: account.clock.now() }, ...(previous ? { previous } : {}) });
}

/** Refuse a password that PostgreSQL's master user cannot have there. */
export function checkPassword(password: string): void {
  if (password.length < 8 || password.length > 128) throw badInput("The password must have 8 to 128 characters.");
  if (!/^[ -~]+$/.test(password) || /[/@" ]/.test(password)) {
    throw badInput('The password can include any printable ASCII character except /, ", @ and space.');
  }
}

/** GetRelationalDatabaseMasterUserPassword; a database of the world gets its password thought up when it is first asked for. */
export function masterPassword(book: LightsailBook, input: Filled<GetRelationalDatabaseMasterUserPasswordRequest>) {
  const { name } = findDatabase(book.account, input.relationalDatabaseName);
  if (!book.passwords.has(name)) thinkUp(book, name);
  const { current, previous }: Passwords = book.passwords.get(name)!;
  const { passwordVersion = "CURRENT" } = input;
  const wanted = passwordVersion === "CURRENT" ? current : passwordVersion === "PREVIOUS" ? previous : undefined;
  if (!wanted) return notFound("RelationalDatabase password", `${name} ${passwordVersion}`);
  return { masterUserPassword: wanted.password, createdAt: wanted.at };
}
