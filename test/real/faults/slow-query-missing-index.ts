import { type Fault, only } from "./fault.ts";

/** The index behind the order search is dropped while support looks orders up: each search reads 1,200,000 rows a few times, all else stays fast. */
export const slowQueryMissingIndex: Fault = {
  name: "slow-query-missing-index",
  holdS: 75,
  expected: only("slow-query-missing-index"),
  induce: async ({ database, traffic }) => {
    await database.sql("DROP INDEX catalog_order_email");
    const stop = traffic.add({
      uri: (random) => `/orders/search/?email=customer${1 + Math.floor(random * 89_999)}@mail.example`,
      everyS: 5,
    });
    return async () => {
      stop();
      await database.sql("CREATE INDEX catalog_order_email ON catalog_order (lower(email))");
    };
  },
};
