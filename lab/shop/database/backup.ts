import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { copyFolder } from "./copy-folder.ts";
import type { Server } from "./server.ts";

/**
 * Copies the data of a running server into a new folder, with the log that makes them one moment, as a snapshot of its volume would: nothing
 * goes through the database's disk (PostgreSQL manual, making a base backup with the low-level interface).
 */
export async function backUp(server: Server, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  await asSuperuser(server, "postgres", async (client) => {
    await client.query("select pg_backup_start('snapshot', fast => true)");
    await copyFolder(server.dataDir, to);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(wait_for_archive => false)");
    for (const name of ["postmaster.pid", "postmaster.opts", "pg_wal"]) await rm(join(to, name), { recursive: true, force: true });
    await mkdir(join(to, "pg_wal"), { mode: 0o700 });
    await copyFolder(join(server.dataDir, "pg_wal"), join(to, "pg_wal"));
    await writeFile(join(to, "backup_label"), rows[0]?.labelfile ?? "", { mode: 0o600 });
  });
}

/** Works on a server as the superuser that customers of AWS never are, over its socket: past the disk, and past every fence. */
export async function asSuperuser<Result>(server: Server, database: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { superuser: user, password } = server;
  // A host that is a path is a folder with a socket.
  const client = new Client({ host: dirname(server.socket), user, password, database });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
