import { Socket } from "node:net";
import { Kysely, PostgresDialect } from "kysely";
import { Client, Pool, types, type ClientBase, type ClientConfig } from "pg";
import type { Tables } from "../tables.ts";
import type { StoreLog } from "./log.ts";

/** The store's tables, by kysely. */
export type Database = Kysely<Tables>;

/** The schema of all tables; nothing outside of it is touched. */
export const SCHEMA = "gumshoe";

/** Milliseconds to connect before the server counts as gone. */
const CONNECT_MS = 5_000;

/** Milliseconds for one statement of the program's own work: all of them take well below a second. */
const STATEMENT_MS = 15_000;

/** Milliseconds after which a connection that nobody uses is closed, where statements have no limit. */
const IDLE_MS = 30_000;

const LEAVE_MS = 1_000;

/** Connections of one copy for its work; two more are held for LISTEN and for its locks. */
const POOL = 8;

const INT8 = 20;
const DATE = 1082;

const config = (url: string): ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  application_name: "gumshoe",
  types: { getTypeParser: parserOf as typeof types.getTypeParser },
});

/** bigint as number (ids stay far below 2^53), `date` as text, since a day has no time zone. */
function parserOf(oid: number, format?: "text" | "binary"): unknown {
  if (oid === INT8) return Number;
  return oid === DATE ? (text: string) => text : types.getTypeParser(oid, format);
}

/** How the connections of a pool are: how many at most, and milliseconds for a statement, 0 for no limit. */
type PoolOptions = { most?: number; statementMs?: number };

/** Opens a pool; it connects when it is first used, and anew after the server was gone. `db.destroy()` closes it. */
export function openPool(url: string, log: StoreLog, { most = POOL, statementMs = STATEMENT_MS }: PoolOptions = {}): Database {
  const pool = new Pool({
    ...config(url),
    max: most,
    idleTimeoutMillis: statementMs || IDLE_MS,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, and closes a client that it fails for
    onConnect: async (client) => {
      if (statementMs > 0) endWhenSilent(client, (statementMs * 4) / 3);
      await prepare(client, statementMs);
    },
  });
  // A client that breaks while it is lent out, between two queries, has nobody else who listens; its next query tells.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", (error) => log.warn({ err: error }, "holding an idle connection to the store"));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Ends a connection on which nothing came for so long, in milliseconds: a server ends a statement before that, and the pool an idle
 * connection. So one that hangs, or whose machine is gone, fails what waits for it; TCP by itself takes a quarter of an hour.
 */
function endWhenSilent(client: ClientBase, silentMs: number): void {
  const { stream } = (client as ClientBase & { connection: { stream: Socket } }).connection;
  stream.setTimeout(silentMs, () => stream.destroy(new Error(`the database did not answer for ${silentMs / 1000} s`)));
}

/** A connection outside of the pool; `leave` ends it, within a second also where nobody answers any more. */
export type Line = { client: Client; leave: () => Promise<void> };

/** Takes a connection of its own, without a limit for statements. Whoever takes it listens to the client's `error` and `end`. */
export async function connect(url: string): Promise<Line> {
  const socket = new Socket();
  const client = new Client({ ...config(url), stream: () => socket });
  client.on("error", () => {});
  const leave = async (): Promise<void> => {
    const late = setTimeout(() => socket.destroy(), LEAVE_MS);
    await client.end().catch(() => {});
    clearTimeout(late);
  };
  try {
    await client.connect();
    await prepare(client, 0);
    return { client, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Does something on a connection of its own. */
export async function onLine<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { client, leave } = await connect(url);
  try {
    return await work(client);
  } finally {
    await leave();
  }
}

async function prepare(client: ClientBase, statementMs: number): Promise<void> {
  const idleMs = statementMs === 0 ? 0 : 4 * STATEMENT_MS;
  await client.query(
    `set search_path to ${SCHEMA}; set statement_timeout to ${statementMs}; set idle_in_transaction_session_timeout to ${idleMs}`,
  );
}
