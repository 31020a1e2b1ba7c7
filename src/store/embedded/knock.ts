import { Client, DatabaseError } from "pg";

/** Whether a server answers: `up`; `starting`, or stopping, but there; `silent`, so that nobody listens. */
export type Heard = "up" | "starting" | "silent";

/** cannot_connect_now (PostgreSQL, Appendix A): it starts, recovers, or stops. */
const NOT_NOW = "57P03";

/** Asks the server at an address for a connection. Throws its refusal where that is of another kind, such as no connections left. */
export async function knock(url: string): Promise<Heard> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: "gumshoe" });
  client.on("error", () => {});
  try {
    await client.connect();
    return "up";
  } catch (error) {
    if (!(error instanceof DatabaseError)) return "silent";
    if (error.code === NOT_NOW) return "starting";
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
