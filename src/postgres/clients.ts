import { DatabaseError } from "pg";
import { connected, type Limits } from "./connection.ts";

/**
 * Every session of another user than the monitoring role, which only looks, and RDS's own (`rdsadmin`, which Lightsail's databases have, too): both stay
 * when an application moves. `local` stands for a session without an address.
 */
const QUERY = `select distinct coalesce(host(client_addr), 'local') as address from pg_stat_activity
  where backend_type = 'client backend' and usename <> current_user and usename <> 'rdsadmin'`;

/** What a server says to a role that may not connect: insufficient_privilege (PostgreSQL, error codes). */
const CLOSED = "42501";

/**
 * The addresses that a server has clients at now, in all of its databases; nothing where a fence keeps the monitoring role out, too. Throws the
 * database's or the network's own error.
 */
export async function clientAddresses(url: string, limits: Limits): Promise<string[] | undefined> {
  try {
    return await connected(url, limits, async (client) => {
      const { rows } = await client.query<{ address: string }>(QUERY);
      return rows.map(({ address }) => address).toSorted();
    });
  } catch (error) {
    if (error instanceof DatabaseError && error.code === CLOSED) return undefined;
    throw error;
  }
}
