import { type Fault, only } from "./fault.ts";

/** PostgreSQL is stopped: its port refuses. */
export const dbUnreachable: Fault = {
  name: "db-unreachable",
  holdS: 30,
  expected: only("db-unreachable"),
  induce: async ({ database }) => {
    await database.stop();
    return () => database.start();
  },
};
