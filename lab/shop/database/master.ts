import { escapeIdentifier, escapeLiteral } from "pg";
import { asSuperuser } from "./backup.ts";
import type { Server } from "./server.ts";

/** A user and its password; `database` is the first one that it has. */
type Login = { name: string; password: string; database?: string };

/** Makes the master user that AWS gives its customers: it may make roles and databases and end sessions, and is no superuser. */
export async function makeMaster(server: Server, { name, password, database = "postgres" }: Login): Promise<void> {
  await asSuperuser(server, "postgres", async (client) => {
    const master = escapeIdentifier(name);
    await client.query(`create role rds_superuser;
      grant pg_signal_backend, pg_read_all_data, pg_monitor to rds_superuser with admin option;
      create role ${master} login createrole createdb password ${escapeLiteral(password)};
      grant rds_superuser to ${master}`);
    if (database !== "postgres") await client.query(`create database ${escapeIdentifier(database)} owner ${master}`);
  });
}

/** Gives a user another password. */
export async function setPassword(server: Server, { name, password }: Login): Promise<void> {
  await asSuperuser(server, "postgres", async (client) => {
    await client.query(`alter role ${escapeIdentifier(name)} password ${escapeLiteral(password)}`);
  });
}
