/** Where an environment's metrics are in CloudWatch, and when an alarm on each fires. */
export type Watching = {
  environment: string;
  region: string;
  /** The RDS instance, the Lightsail database and instance in the namespace that they are copied to, and the EC2 instance. */
  rds?: string | undefined;
  lightsail?: { namespace: string; database?: string | undefined; instance?: string | undefined } | undefined;
  ec2?: string | undefined;
  limits: { queueAbove: number; latencyMsAbove: number; cpuAbove: number; freeGibBelow: number; connectionsAbove?: number | undefined };
};

/** A metric as CloudWatch has it. */
type Metric = { namespace: string; name: string; dimension: readonly [name: string, value: string] };

/** A graph of a dashboard: some metrics of one unit, with the line at which an alarm fires. */
type Graph = { title: string; metrics: readonly Metric[]; limit?: number };

/** An alarm as it is put; all of it follows from the configuration. */
export type WantedAlarm = {
  name: string;
  description: string;
  namespace: string;
  metric: string;
  dimension: readonly [name: string, value: string];
  comparison: "GreaterThanOrEqualToThreshold" | "LessThanOrEqualToThreshold";
  threshold: number;
};

/** Periods of a minute that an alarm looks at, and how many of them must be beyond its threshold. */
export const PERIODS = { seconds: 60, of: 5, beyond: 4 } as const;

const GIB = 2 ** 30;

/** What told of incidents: what waits for the disk first. A title is the same in every language, as CloudWatch's own names are. */
function graphsOf(watching: Watching): Graph[] {
  return databasesOf(watching).flatMap(graphsOfDatabase(watching)).concat(hostsOf(watching).map(graphOfHost));
}

type Source = { namespace: string; dimension: Metric["dimension"]; isRds: boolean };

function databasesOf({ rds, lightsail }: Watching): Source[] {
  return [
    ...(rds === undefined ? [] : [{ namespace: "AWS/RDS", dimension: ["DBInstanceIdentifier", rds] as const, isRds: true }]),
    ...(lightsail?.database === undefined
      ? []
      : [{ namespace: lightsail.namespace, dimension: ["DatabaseName", lightsail.database] as const, isRds: false }]),
  ];
}

function hostsOf({ ec2, lightsail }: Watching): Source[] {
  return [
    ...(ec2 === undefined ? [] : [{ namespace: "AWS/EC2", dimension: ["InstanceId", ec2] as const, isRds: false }]),
    ...(lightsail?.instance === undefined
      ? []
      : [{ namespace: lightsail.namespace, dimension: ["InstanceName", lightsail.instance] as const, isRds: false }]),
  ];
}

function graphsOfDatabase({ limits }: Watching) {
  return ({ namespace, dimension, isRds }: Source): Graph[] => {
    const metric = (name: string): Metric => ({ namespace, name, dimension });
    const of = ` (${dimension[1]})`;
    const { queueAbove, latencyMsAbove, cpuAbove, freeGibBelow, connectionsAbove } = limits;
    return [
      { title: `Disk queue${of}`, metrics: [metric("DiskQueueDepth")], limit: queueAbove },
      // Lightsail publishes no latency and no operations.
      ...(isRds
        ? [
            { title: `Disk latency, s${of}`, metrics: [metric("ReadLatency"), metric("WriteLatency")], limit: latencyMsAbove / 1000 },
            { title: `Disk operations a second${of}`, metrics: [metric("ReadIOPS"), metric("WriteIOPS")] },
          ]
        : []),
      {
        title: `Connections${of}`,
        metrics: [metric("DatabaseConnections")],
        ...(connectionsAbove === undefined ? {} : { limit: connectionsAbove }),
      },
      { title: `CPU, %${of}`, metrics: [metric("CPUUtilization")], limit: cpuAbove },
      { title: `Free storage, bytes${of}`, metrics: [metric("FreeStorageSpace")], limit: freeGibBelow * GIB },
    ];
  };
}

function graphOfHost({ namespace, dimension }: Source): Graph {
  return { title: `CPU, % (${dimension[1]})`, metrics: [{ namespace, name: "CPUUtilization", dimension }] };
}

/** The name of an environment's dashboard; its alarms' names begin with it. */
export function dashboardName({ environment }: Pick<Watching, "environment">): string {
  return `gumshoe-${environment}`;
}

/** An alarm on each metric of a graph that has a limit. Of two databases each has its own name. */
export function alarmsOf(watching: Watching): WantedAlarm[] {
  const several = databasesOf(watching).length > 1;
  return graphsOf(watching).flatMap(({ metrics, limit }) =>
    limit === undefined
      ? []
      : metrics.map(({ namespace, name, dimension }) => ({
          name: `${dashboardName(watching)}-${several ? `${namespace === "AWS/RDS" ? "rds" : "lightsail"}-` : ""}${name}`,
          description: `Made by Gumshoe: ${name} of ${dimension[1]}`,
          namespace,
          metric: name,
          dimension,
          comparison: name === "FreeStorageSpace" ? "LessThanOrEqualToThreshold" : "GreaterThanOrEqualToThreshold",
          threshold: limit,
        })),
  );
}

/** The dashboard's body as CloudWatch takes it: two graphs a row, the same text for the same configuration. */
export function dashboardBody(watching: Watching): { body: string; graphs: number } {
  const { region } = watching;
  const graphs = graphsOf(watching);
  const widgets = graphs.map(({ title, metrics, limit }, nth) => ({
    type: "metric",
    x: (nth % 2) * 12,
    y: Math.floor(nth / 2) * 6,
    width: 12,
    height: 6,
    properties: {
      title,
      region,
      view: "timeSeries",
      stat: "Average",
      period: PERIODS.seconds,
      metrics: metrics.map(({ namespace, name, dimension }) => [namespace, name, ...dimension]),
      ...(limit === undefined ? {} : { annotations: { horizontal: [{ label: "alarm", value: limit }] } }),
    },
  }));
  return { body: JSON.stringify({ widgets }), graphs: graphs.length };
}
