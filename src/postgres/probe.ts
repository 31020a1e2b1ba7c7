import { said, Unseen } from "../words/because.ts";
import { connected, type Limits } from "./connection.ts";

/** `pg_monitor` sees whose sessions are clients'; slots that are reserved for superusers count as the server counts them. */
const QUERY = `select current_setting('server_version') as server_version,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
  current_setting('max_connections') as max_connections`;

type Row = { server_version: string; connections: string; max_connections: string };

/**
 * Connects to the database from here, and tells how long that took, which version answers and how many of its connections are in use: one row, as
 * psql's unaligned form has it. Throws an Unseen with the database's or the network's own words.
 */
export async function probeText(url: string, limits: Limits): Promise<string> {
  return connected(url, limits, async (client, connectMs) => {
    const { rows } = await client.query<Row>(QUERY);
    const { server_version = "", connections = "", max_connections = "" } = rows[0] ?? {};
    const version = server_version.replace(/[|\r\n]+/g, " ");
    return `connect_ms|server_version|connections|max_connections\n${connectMs.toFixed(1)}|${version}|${connections}|${max_connections}\n(1 rows)\n`;
  }).catch((error: unknown) => {
    throw error instanceof Unseen ? error : new Unseen(said(error instanceof Error ? error.message : String(error)), { cause: error });
  });
}
