import { Socket } from "node:net";
import { Client, DatabaseError } from "pg";
import { said, Unseen } from "../words/because.ts";

/** Milliseconds to connect before the database counts as not answering. */
const CONNECT_MS = 8_000;

/** How long one look at the database may take; `signal` ends it at once. */
export type Limits = { timeoutMs: number; signal: AbortSignal };

/**
 * Connects for one look, read-only and with a statement time-out, and leaves. `connectMs` is what it took until the first query could be sent:
 * name, TCP, TLS and login. Throws the database's own error, which is an answer, and so is that none came in time; where nothing could even be asked,
 * an Unseen that names the server as libpq does.
 */
export async function connected<Seen>(
  url: string,
  { timeoutMs, signal }: Limits,
  look: (client: Client, connectMs: number) => Promise<Seen>,
): Promise<Seen> {
  const socket = new Socket();
  const client = new Client({
    stream: () => socket,
    connectionString: url,
    connectionTimeoutMillis: Math.min(CONNECT_MS, timeoutMs),
    query_timeout: timeoutMs,
    application_name: "gumshoe",
  });
  // A connection that breaks while idle must not end the program; the query's own promise tells of it.
  client.on("error", () => {});
  const leave = () => void socket.destroy();
  signal.addEventListener("abort", leave, { once: true });
  try {
    signal.throwIfAborted();
    const began = performance.now();
    await client.connect().catch((error: unknown) => {
      throw connectError(client, error);
    });
    const connectMs = performance.now() - began;
    await client.query(`set statement_timeout = ${Math.round(timeoutMs)}`);
    await client.query("set default_transaction_read_only = on");
    return await look(client, connectMs);
  } finally {
    signal.removeEventListener("abort", leave);
    await client.end().catch(() => {});
  }
}

/** What the server itself said is told as it is. Several addresses fail with an error each and no words of their own. */
function connectError({ host, port }: Client, error: unknown): Error {
  if (error instanceof DatabaseError) return error;
  const each = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const words = [...new Set(each.map((one) => (one instanceof Error ? one.message : String(one))))].join("; ");
  const told = `connection to server at "${host}", port ${port} failed: ${words}`;
  return /timeout/i.test(words) ? new Error(told, { cause: error }) : new Unseen(said(told), { cause: error });
}
