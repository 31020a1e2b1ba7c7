import type { Instance, RelationalDatabase } from "@aws-sdk/client-lightsail";
import type { DBInstance } from "@aws-sdk/client-rds";
import type { DatabaseDelays } from "./delays.ts";
import type { BadStatus, DatabaseDeed, DatabaseHooks } from "./hooks.ts";
import type { Network } from "./network.ts";

/** What a node is asked to run; `env` is what the agent adds to its own environment. */
export type NodeCommand = { script: string; env: Record<string, string>; timeoutMs: number; signal: AbortSignal };

/** How a script ended on a node. */
export type NodeResult = { exitCode: number; stdout: string; stderr: string };

/** A host that SSM manages. Its fields may be changed while the lab runs: the next look and the next delivery see it. */
export type ManagedNode = {
  /** `mi-…` for a hybrid node such as a Lightsail host, `i-…` for EC2. */
  id: string;
  name: string;
  tags: Record<string, string>;
  ping: "Online" | "ConnectionLost" | "Inactive";
  /** When the agent was last heard of; with `Online` it is at most 5 minutes ago, as the agent's own interval has it. */
  lastPingAt?: Date;
  agentVersion: string;
  platform: string;
  /** Online by its ping but never takes a command. */
  delivers?: false;
  run: (command: NodeCommand) => Promise<NodeResult>;
};

/** One period of a metric, whatever statistic is asked for later. `at` is the period's start in ms. */
export type MetricPoint = { at: number; average: number; maximum: number; minimum: number; sum: number; sampleCount: number };

/** Which points are wanted; `dimension` is the database's or instance's name. */
export type MetricQuery = {
  namespace: "lightsail-database" | "lightsail-instance" | "AWS/RDS" | "AWS/EC2" | (string & {});
  name: string;
  dimension: string;
  periodS: number;
  from: Date;
  to: Date;
};

/** Something AWS says of a database: `GetRelationalDatabaseEvents` and `DescribeEvents` tell it. */
type DatabaseEvent = { of: "lightsail" | "rds"; name: string; at: Date; message: string; categories?: string[] };

/** Lines of a Lightsail database's log stream (`error` or `postgresql`). */
type DatabaseLog = { database: string; stream: string; lines: readonly { at: Date; message: string }[] };

/** A scheduled query of log groups; it finds a number, or nothing. */
type LogQuery = { query: string; groups: readonly string[]; from: Date; to: Date };

/**
 * One question to the account's permissions; `resource` is an ARN, or absent where AWS knows no resource-level permission. `principal` is who calls
 * (a role's session), or in a simulation whom it asks about (the role). `context` has what the call says, by the keys of conditions.
 */
export type PermissionCall = { service: string; operation: string; resource?: string; principal: string; context: Context };

/** Condition keys and their values: `{ "rds:PubliclyAccessible": ["false"], "aws:RequestTag/incident": ["7"] }`. */
export type Context = Readonly<Record<string, readonly string[]>>;

/** What the permissions say of a call; `missing` are condition keys that they would have needed to know. */
export type Ruling = { decision: "allowed" | "implicitDeny" | "explicitDeny"; missing?: readonly string[] };

/** Milliseconds that things take; the defaults keep a demo brisk. */
type Delays = DatabaseDelays & {
  /** SendCommand's invocation is unknown to GetCommandInvocation for this long (AWS: 0.5–1 s). */
  invocationVisible?: number;
  /** From SendCommand until the agent has the command. */
  delivery?: number;
};

/** Everything there is in the account. What is left out of a database or an instance is filled in as AWS would have it. */
export type AwsWorld = {
  nodes: ManagedNode[];
  lightsailDatabases: (RelationalDatabase & { name: string })[];
  lightsailInstances: (Instance & { name: string })[];
  rdsInstances: (DBInstance & { DBInstanceIdentifier: string })[];
  metrics: (query: MetricQuery) => MetricPoint[];
  events?: DatabaseEvent[];
  logs?: DatabaseLog[];
  /** What log alarms look at. */
  queryLogs?: (query: LogQuery) => number | undefined;
  /** The account's permissions, for calls and for simulations alike; `false` is a deny because nothing allows it. */
  allowed?: (call: PermissionCall) => boolean | Ruling;
  /** ARNs of the roles that may be assumed; any role when left out. */
  roles?: string[];
  /** What AWS's clock says beyond this machine's, in signatures and in the date of its answers: as where this machine's clock is off. */
  clockOffMs?: number;
  delaysMs?: Delays;
  network?: Partial<Network>;
  /** What happens behind databases that are made, rebooted or backed up. */
  hooks?: DatabaseHooks;
  /** The bad status in which something that is done to a database ends; it ends well where there is none. */
  endsBadly?: (deed: DatabaseDeed) => BadStatus | undefined;
  /** What RDS lets the account have; AWS's own limits when left out. */
  quotas?: { rdsInstances?: number; rdsStorageGiB?: number };
  /** Secrets in Secrets Manager, beside those of passwords that RDS manages. */
  secrets?: { name: string; value: string }[];
  /** Versions of PostgreSQL that RDS offers, oldest first. */
  postgresVersions?: string[];
  /** Parameter groups of RDS beside the default ones. */
  dbParameterGroups?: string[];
};
