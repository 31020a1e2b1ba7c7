import type { Target } from "@aws-sdk/client-ssm";
import type { Account } from "../../account.ts";
import type { ManagedNode } from "../../world.ts";
import type { Content } from "./content.ts";
import type { Values } from "./parameters.ts";

/** How far one node is with a command; the wire's StatusDetails (the docs write them with spaces). */
export type Detail =
  | "Pending"
  | "InProgress"
  | "Cancelling"
  | "Success"
  | "Failed"
  | "Cancelled"
  | "DeliveryTimedOut"
  | "ExecutionTimedOut"
  | "Undeliverable"
  | "Terminated";

/** One step of a document on one node. Its output is there when it has ended; -1 is the response code of what has not run. */
export type Plugin = {
  name: string;
  detail: Exclude<Detail, "Cancelling">;
  responseCode: number;
  stdout: string;
  stderr: string;
  startedAt?: Date;
  endedAt?: Date;
};

/** A command on one node. */
export type Invocation = { node: ManagedNode; detail: Detail; plugins: Plugin[]; cancel: AbortController };

/** What SendCommand was asked, and what has become of it on every node. */
export type Command = {
  id: string;
  document: string;
  version: string;
  content: Content;
  comment: string;
  parameters: Record<string, string[]>;
  values: Values;
  instanceIds: readonly string[];
  targets: readonly Target[];
  requestedAt: Date;
  /** Delivery and execution time-outs together; what is not on its node by then was not delivered. */
  expiresAt: Date;
  timeoutS: number;
  maxConcurrency: string;
  maxErrors: string;
  invocations: Invocation[];
  cancelled: boolean;
};

/** One version of a document, never changed. */
export type Version = { number: number; name?: string; text: string; format: string; hash: string; createdAt: Date; content: Content };

/** A document with all its versions; the owner is this account or Amazon. */
export type Document = {
  name: string;
  owner: string;
  tags: { Key: string; Value: string }[];
  default: number;
  versions: Version[];
  targetType?: string;
};

/** Everything that SSM remembers. `busy` has, for each node, how many commands it runs. */
export type Ssm = {
  account: Account;
  commands: Map<string, Command>;
  documents: Map<string, Document>;
  busy: Map<string, number>;
};
