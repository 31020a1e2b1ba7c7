import { stat } from "node:fs/promises";
import { openCopies, type Copies } from "./copies/copies.ts";
import { connect, openPool, type Database } from "./database/connect.ts";
import type { StoreLog } from "./database/log.ts";
import { StoreFault } from "./database/store-fault.ts";
import { placeOf } from "./embedded/place.ts";
import { startEmbedded } from "./embedded/start.ts";
import { stopEmbedded } from "./embedded/stop.ts";
import { migrate, refuseOtherSchema } from "./migrate.ts";
import { openWake, type Wake } from "./wake.ts";

/** Where the store is: a database's URL, else the folder of the built-in PostgreSQL. */
export type StoreAt = { url?: string | undefined; folder: string; log: StoreLog };

/** The store as a running copy has it. `close` leaves it, last of all, and stops the built-in server where nobody else is connected. */
export type OpenStore = { url: string; db: Database; wake: Wake; copies: Copies; close: () => Promise<void> };

/**
 * Opens the store for a copy that runs, brought up to date; the built-in server is adopted, or started. From then on connections that are lost are taken
 * anew, and a built-in server that died is started again. Throws a StoreFault for what the operator can put right.
 */
export async function openStore({ url: given, folder, log }: StoreAt): Promise<OpenStore> {
  const url = given ?? (await startEmbedded(folder, log)).url;
  const revive = reviverOf(given, folder, log);
  await reach(url, revive);
  await migrate(url, log).catch(sayNotAllowed);
  const db = openPool(url, log);
  const stops: (() => Promise<void>)[] = [async () => db.destroy()];
  const close = async (): Promise<void> => {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
    if (given === undefined) await stopEmbedded(url, log);
  };
  try {
    const wake = await openWake({ url, log, revive });
    stops.push(wake.close);
    const copies = await openCopies(db, { url, log, revive });
    stops.push(copies.close);
    return { url, db, wake, copies, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The store for one command: connections only. A built-in server that did not run does so until `close`. */
export type ReadStore = { url: string; db: Database; close: () => Promise<void> };

/**
 * Opens the store for a command that reads what is there, and changes nothing: one that is not there, or not of this program's schema, is a StoreFault.
 * With `create` it is made and brought up to date.
 */
export async function openForCommand({ url: given, folder, log }: StoreAt, { create = false } = {}): Promise<ReadStore> {
  const there = given !== undefined || create || (await stat(placeOf(folder).data).catch(() => undefined));
  if (!there) throw new StoreFault({ kind: "empty", where: folder });
  const started = given === undefined ? await startEmbedded(folder, log) : undefined;
  const url = given ?? started?.url ?? "";
  const end = async (): Promise<void> => {
    if (started?.how === "started") await stopEmbedded(url, log);
  };
  let db: Database | undefined;
  try {
    await reach(url, reviverOf(given, folder, log));
    if (create) await migrate(url, log).catch(sayNotAllowed);
    const opened = (db = openPool(url, log, { most: 4 }));
    await refuseOtherSchema(opened, given === undefined ? folder : nameOf(url));
    return { url, db: opened, close: async () => opened.destroy().then(end) };
  } catch (error) {
    await db?.destroy();
    await end();
    throw error;
  }
}

/** Lets the built-in server run again; nothing is to be done for one that is not ours. */
function reviverOf(given: string | undefined, folder: string, log: StoreLog): () => Promise<void> {
  let reviving: Promise<unknown> | undefined;
  return async () => {
    if (given !== undefined) return;
    reviving ??= startEmbedded(folder, log).finally(() => (reviving = undefined));
    await reviving;
  };
}

/** Whether the store answers; a built-in server that another program stopped just now is started anew. */
async function reach(url: string, revive: () => Promise<void>): Promise<void> {
  const once = async () => connect(url).then(async ({ leave }) => leave());
  try {
    await once().catch(async () => revive().then(once));
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    throw new StoreFault({ kind: "no-database", because: `${nameOf(url)}: ${wordsOf(error)}` }, { cause: error });
  }
}

/** insufficient_privilege (PostgreSQL, Appendix A). */
const NOT_ALLOWED = "42501";

function sayNotAllowed(error: Error): never {
  const cause = error.cause as { code?: string; message: string } | undefined;
  if (cause?.code !== NOT_ALLOWED) throw error;
  throw new StoreFault({ kind: "no-database", because: cause.message }, { cause: error });
}

/** Several addresses fail with an error each, and no words of their own. */
function wordsOf(error: unknown): string {
  const each = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return [...new Set(each.map((one) => (one instanceof Error ? one.message : String(one))))].join("; ");
}

/** A database's host and name, without who connects and how. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return "DATABASE_URL";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
