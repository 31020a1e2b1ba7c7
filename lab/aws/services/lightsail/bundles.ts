import type { RelationalDatabaseBundle } from "@aws-sdk/client-lightsail";

/** Standard plans of the second generation: id, name, USD a month, GB of RAM, GB of disk. */
const PLANS = [
  ["micro_2_0", "Micro", 15, 1, 40],
  ["small_2_0", "Small", 30, 2, 80],
  ["medium_2_0", "Medium", 60, 4, 120],
  ["large_2_0", "Large", 115, 8, 240],
] as const;

/** The plans of a database. A high-availability plan costs twice as much for the very same machine. */
export const BUNDLES: readonly RelationalDatabaseBundle[] = PLANS.flatMap(([bundleId, name, price, ramSizeInGb, diskSizeInGb]) => {
  const machine = { ramSizeInGb, diskSizeInGb, transferPerMonthInGb: 100, cpuCount: 2, isEncrypted: true, isActive: true };
  const ha = bundleId.replace("_2_0", "_ha_2_0");
  return [
    { bundleId, name, price, ...machine },
    { bundleId: ha, name: `${name} with High Availability`, price: price * 2, ...machine },
  ];
});

/** The plan of this id, when it is one of these. */
export const bundleOf = (id: string): RelationalDatabaseBundle | undefined => BUNDLES.find(({ bundleId }) => bundleId === id);
