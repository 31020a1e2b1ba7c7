import { DatabaseError } from "pg";
import { connected, type Limits } from "./connection.ts";

/**
 * Every session of another user than the monitoring role, which only looks, and RDS's own (`rdsadmin`, which Lightsail's databases have, too): both stay
 * when an application moves. `local` stands for a session without an address.
 */
const QUERY = `select distinct coalesce(host(client_addr), 'local') as address from pg_stat_activity
  where backend_type = 'client backend' and usename <> current_user and usename <> 'rdsadmin'`;

/** What a server says to a role that may not connect, and where there is no such database: insufficient_privilege, invalid_catalog_name (PostgreSQL, error codes). */
const CLOSED = "42501";
const NOT_THERE = "3D000";

/** The database that every server has, from which the sessions of all others are seen. */
const MAINTENANCE = "/postgres";

/**
 * The addresses that a server has clients at now, in all of its databases; nothing where a fence keeps the monitoring role out, too. Where the database was set
 * aside under another name, it looks from the server's maintenance database. Throws the database's or the network's own error.
 */
export async function clientAddresses(url: string, limits: Limits): Promise<string[] | undefined> {
  try {
    return await addressesSeenFrom(url, limits);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === CLOSED) return undefined;
    const other = url.replace(/^([a-z0-9+]+:\/\/[^/?#]*)(\/[^?#]*)?/i, `$1${MAINTENANCE}`);
    if (error.code !== NOT_THERE || other === url) throw error;
    return clientAddresses(other, limits);
  }
}

async function addressesSeenFrom(url: string, limits: Limits): Promise<string[]> {
  return connected(url, limits, async (client) => {
    const { rows } = await client.query<{ address: string }>(QUERY);
    return rows.map(({ address }) => address).toSorted();
  });
}
