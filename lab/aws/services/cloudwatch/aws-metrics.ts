/** Metrics of AWS's own namespaces, each with the unit it is kept in. */
export const AWS_METRICS = {
  "AWS/RDS": {
    BurstBalance: "Percent",
    CPUCreditBalance: "Count",
    CPUUtilization: "Percent",
    DatabaseConnections: "Count",
    DBLoad: "None",
    DiskQueueDepth: "Count",
    "EBSByteBalance%": "Percent",
    "EBSIOBalance%": "Percent",
    FreeableMemory: "Bytes",
    FreeStorageSpace: "Bytes",
    MaximumUsedTransactionIDs: "Count",
    NetworkReceiveThroughput: "Bytes/Second",
    NetworkTransmitThroughput: "Bytes/Second",
    ReadIOPS: "Count/Second",
    ReadLatency: "Seconds",
    ReadThroughput: "Bytes/Second",
    ReplicaLag: "Seconds",
    SwapUsage: "Bytes",
    WriteIOPS: "Count/Second",
    WriteLatency: "Seconds",
    WriteThroughput: "Bytes/Second",
  },
  "AWS/EC2": {
    CPUCreditBalance: "Count",
    CPUUtilization: "Percent",
    "EBSIOBalance%": "Percent",
    EBSReadBytes: "Bytes",
    EBSReadOps: "Count",
    EBSWriteBytes: "Bytes",
    EBSWriteOps: "Count",
    NetworkIn: "Bytes",
    NetworkOut: "Bytes",
    StatusCheckFailed: "Count",
    StatusCheckFailed_Instance: "Count",
    StatusCheckFailed_System: "Count",
  },
} as const satisfies Record<string, Record<string, string>>;

/** The unit of a metric of AWS; `None` for one that is not listed here. */
export function unitOf({ namespace, name }: { namespace: string; name: string }): string {
  const known: Record<string, Record<string, string>> = AWS_METRICS;
  return known[namespace]?.[name] ?? "None";
}
