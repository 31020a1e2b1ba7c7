import { type Fault, only } from "./fault.ts";

/** The index behind the order search is dropped: each search reads 1,200,000 rows a few times, everything else stays fast. */
export const slowQueryMissingIndex: Fault = {
  name: "slow-query-missing-index",
  holdS: 75,
  expected: only("slow-query-missing-index"),
  induce: async ({ database }) => {
    await database.sql("DROP INDEX catalog_order_email");
    return () => database.sql("CREATE INDEX catalog_order_email ON catalog_order (lower(email))");
  },
};
