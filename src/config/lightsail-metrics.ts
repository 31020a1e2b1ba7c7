/** The metrics that Lightsail has of a database and of an instance, and that Gumshoe can ask for. */
export const LIGHTSAIL_METRICS = {
  database: [
    "CPUUtilization",
    "DatabaseConnections",
    "DiskQueueDepth",
    "FreeableMemory",
    "FreeStorageSpace",
    "NetworkReceiveThroughput",
    "NetworkTransmitThroughput",
    "SwapUsage",
  ],
  instance: [
    "BurstCapacityPercentage",
    "BurstCapacityTime",
    "CPUUtilization",
    "DiskQueueLength",
    "DiskReadBytes",
    "DiskReadOps",
    "DiskWriteBytes",
    "DiskWriteOps",
    "NetworkIn",
    "NetworkOut",
    "StatusCheckFailed",
  ],
} as const;
