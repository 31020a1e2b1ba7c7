import { type Fault, only } from "./fault.ts";

/** The database's password was rotated and the application was not told. */
export const dbAuthFailed: Fault = {
  name: "db-auth-failed",
  holdS: 30,
  expected: only("db-auth-failed"),
  induce: async ({ database }) => {
    await database.sql("ALTER ROLE shop PASSWORD 'rotated-for-this-test'");
    return () => database.sql("ALTER ROLE shop PASSWORD 'only-for-this-test'");
  },
};
