import { type Fault, only } from "./fault.ts";

/** One session of a report that looks orders up one by one, all over the table, and never ends by itself. */
const REPORT = `SET application_name = 'report';
DO $$ DECLARE which int; BEGIN LOOP
  which := 1 + floor(random() * 1200000);
  PERFORM 1 FROM catalog_order WHERE id = which;
END LOOP; END $$;`;
const END_REPORT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'report'";
/** Beside three workers that wait for the disk, so many sessions make the queue as long as the shop's three workers alone cannot. */
const SESSIONS = 8;

/**
 * A report reads from the database's disk, which gives 40 reads and 1 MB a second, and its memory holds less than one table: scans and even
 * connects wait for the disk. The figures are those of a small volume whose burst credit is used up.
 */
export const dbDiskSaturated: Fault = {
  name: "db-disk-saturated",
  holdS: 80,
  expected: only("db-disk-saturated"),
  withoutMetrics: { verdict: "inconclusive", suspected: ["db-disk-saturated"] },
  induce: async ({ database }) => {
    const { cgroup, disk } = database;
    cgroup.limitReads({ device: disk.device, perS: 40, bytesPerS: 1_000_000 });
    cgroup.limitMemory(100 * 1024 * 1024);
    const forgetting = database.forget();
    const reports = Array.from({ length: SESSIONS }, () => database.session(REPORT));
    return async () => {
      forgetting.kill();
      cgroup.limitMemory("none");
      cgroup.limitReads({ device: disk.device, perS: "none" });
      for (const report of reports) report.kill();
      await database.sql(END_REPORT);
    };
  },
};
