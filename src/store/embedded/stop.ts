import { setTimeout as pause } from "node:timers/promises";
import { onLine } from "../database/connect.ts";
import type { StoreLog } from "../database/log.ts";
import { isPostgres } from "./process.ts";

/** A shutdown writes what is in memory to the disk; well below this. */
const STOP_MS = 20_000;

/**
 * Stops the built-in server at an address, unless another program is connected to it; whoever connects just then starts it anew. Resolves when it
 * has ended. Where it cannot be stopped it runs on, which loses nothing.
 */
export async function stopEmbedded(url: string, log: StoreLog): Promise<void> {
  try {
    const { pid, others } = await ask(url);
    if (others > 0) return log.info({ others }, "leaving the built-in PostgreSQL to others");
    process.kill(pid, "SIGINT");
    for (const began = Date.now(); await isPostgres(pid); await pause(20))
      if (Date.now() - began > STOP_MS) return log.warn({ pid }, "waiting for the built-in PostgreSQL to stop");
  } catch (error) {
    log.warn({ err: error }, "stopping the built-in PostgreSQL");
  }
}

async function ask(url: string): Promise<{ pid: number; others: number }> {
  return onLine(url, async (client) => {
    const { rows } = await client.query<{ lock: string; others: number }>(
      `select pg_read_file('postmaster.pid') as lock,
        (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as others`,
    );
    const { lock = "", others = 0 } = rows[0] ?? {};
    const pid = Number(lock.split("\n", 1)[0]);
    if (!(pid > 1)) throw new Error(`reading the lock file of the server: ${lock}`);
    return { pid, others };
  });
}
