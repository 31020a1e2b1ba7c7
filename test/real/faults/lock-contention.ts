import { type Fault, only } from "./fault.ts";

/** A migration that never ends holds the products' table: whatever reads it waits. */
export const lockContention: Fault = {
  name: "lock-contention",
  holdS: 75,
  expected: only("lock-contention"),
  induce: async ({ database }) => {
    const migration = database.session("BEGIN; LOCK TABLE catalog_product IN ACCESS EXCLUSIVE MODE;");
    return () => migration.kill();
  },
};
