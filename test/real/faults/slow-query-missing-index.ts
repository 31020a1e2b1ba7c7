import { type Fault, only } from "./fault.ts";

/** One of the reads of the whole table of which a search takes about seven. */
const READ = "SELECT count(*) FROM catalog_order WHERE lower(email) = 'customer1@mail.example'";
const READS = 7;

/** The index behind the order search is dropped while support looks orders up: each search reads 1,200,000 rows a few times, all else stays fast. */
export const slowQueryMissingIndex: Fault = {
  name: "slow-query-missing-index",
  holdS: 75,
  expected: only("slow-query-missing-index"),
  induce: async ({ database, traffic }) => {
    await database.sql("DROP INDEX catalog_order_email");
    const began = Date.now();
    await database.sql(READ);
    // As many searches as this machine can just take: it shall be slow, not stand still.
    const searchS = (READS * (Date.now() - began)) / 1000;
    const stop = traffic.add({
      uri: (random) => `/orders/search/?email=customer${1 + Math.floor(random * 89_999)}@mail.example`,
      everyS: Math.max(5, 2 * searchS),
    });
    return async () => {
      stop();
      await database.sql("CREATE INDEX catalog_order_email ON catalog_order (lower(email))");
    };
  },
};
