import { type Fault, only } from "./fault.ts";

/**
 * The database's disk gives 40 reads and 1 MB a second, and its memory holds less than one table: scans and even connects
 * wait for the disk. The figures are those of a small volume whose burst credit is used up.
 */
export const dbDiskSaturated: Fault = {
  name: "db-disk-saturated",
  holdS: 80,
  expected: only("db-disk-saturated"),
  withoutMetrics: { verdict: "inconclusive", suspected: ["db-disk-saturated"] },
  induce: async ({ database: { cgroup, disk, forget } }) => {
    cgroup.limitReads({ device: disk.device, perS: 40, bytesPerS: 1_000_000 });
    cgroup.limitMemory(100 * 1024 * 1024);
    const forgetting = forget();
    return () => {
      forgetting.kill();
      cgroup.limitMemory("none");
      cgroup.limitReads({ device: disk.device, perS: "none" });
    };
  },
};
