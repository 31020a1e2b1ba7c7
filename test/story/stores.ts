import { Client } from "pg";
import type { Stage } from "../../lab/demo/stage.ts";

/** The name of a store's database. */
export function nameOf(store: string): string {
  return decodeURIComponent(new URL(store).pathname.slice(1));
}

/** Ends what is connected to a store: a product that was killed is noticed by its server only in a moment. */
export async function leaveStore(stage: Stage, store: string): Promise<void> {
  const sessions = `pg_stat_activity where datname = '${nameOf(store)}' and pid <> pg_backend_pid()`;
  await inMaintenance(stage, `select pg_terminate_backend(pid, 5000) from ${sessions}`);
}

/** Removes a store, whoever is connected to it. */
export async function dropStore(stage: Stage, store: string): Promise<void> {
  await inMaintenance(stage, `drop database ${nameOf(store)} with (force)`);
}

/** Does something to the stores of a stage, from outside of each. */
export async function inMaintenance({ store }: Stage, statement: string): Promise<void> {
  const client = new Client({ connectionString: Object.assign(new URL(store), { pathname: "/postgres" }).href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
