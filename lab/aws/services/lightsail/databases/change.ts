import type { Operation, RebootRelationalDatabaseRequest, UpdateRelationalDatabaseRequest } from "@aws-sdk/client-lightsail";
import { delayOf } from "../../../delays.ts";
import { backed } from "../../../hooks.ts";
import type { Filled } from "../../../operations.ts";
import { phasesFrom } from "../../../phases.ts";
import { badInput, findDatabase } from "../resources.ts";
import { fateOf, operate, type LightsailBook } from "./book.ts";
import { checkPassword, keep, thinkUp } from "./passwords.ts";
import { tellDatabase, usable } from "./tell.ts";

/** What UpdateRelationalDatabase carries out here. */
const MEMBERS = ["relationalDatabaseName", "masterUserPassword", "rotateMasterUserPassword", "publiclyAccessible", "applyImmediately"];

/** RebootRelationalDatabase: `rebooting`, and then as before. */
export function rebootDatabase(book: LightsailBook, { relationalDatabaseName }: Filled<RebootRelationalDatabaseRequest>): Operation[] {
  const { account, deeds } = book;
  const database = findDatabase(account, relationalDatabaseName);
  const { name } = database;
  usable(book, database);
  const [phase] = phasesFrom(account.clock.now(), [["rebooting", delayOf(account, "lightsailRebooting")]]);
  const backing = backed(() => account.world.hooks?.onReboot?.({ service: "lightsail", name }));
  const endsBadly = fateOf(book, name, "reboot");
  deeds.push({ database: name, does: "reboot", phase: phase!, backing, endsBadly });
  return [operate(book, { type: "RebootRelationalDatabase", on: name, until: phase!.until, backing, endsBadly })];
}

/** UpdateRelationalDatabase: another password, or whether the internet reaches the database; `modifying` meanwhile. */
export function updateDatabase(book: LightsailBook, input: Filled<UpdateRelationalDatabaseRequest>): Operation[] {
  const { account, deeds } = book;
  const strange = Object.keys(input).find((member) => !MEMBERS.includes(member));
  if (strange !== undefined) throw badInput(`The local AWS does not carry out UpdateRelationalDatabase with ${strange}.`);
  const database = findDatabase(account, input.relationalDatabaseName);
  const { name } = database;
  const { masterUserPassword: given, rotateMasterUserPassword: rotate = false, publiclyAccessible } = input;
  if (given !== undefined && rotate) throw badInput("Either masterUserPassword or rotateMasterUserPassword can be given, and not both.");
  if (given !== undefined) checkPassword(given);
  usable(book, database);
  if (given !== undefined) keep(book, name, given);
  const password = rotate ? thinkUp(book, name) : given;
  const { masterUsername: username = "" } = tellDatabase(book, database);
  if (password !== undefined) account.world.hooks?.onPassword?.({ service: "lightsail", name, username, password });
  const [phase] = phasesFrom(account.clock.now(), [["modifying", delayOf(account, "lightsailUpdating")]]);
  const endsBadly = fateOf(book, name, "modify");
  const backing = { state: "there" as const };
  const changes = publiclyAccessible === undefined ? {} : { publiclyAccessible };
  deeds.push({ database: name, does: "modify", phase: phase!, backing, endsBadly, changes });
  return [operate(book, { type: "UpdateRelationalDatabase", on: name, until: phase!.until, backing, endsBadly })];
}
