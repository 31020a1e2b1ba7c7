import type { SendCommandRequest } from "@aws-sdk/client-ssm";
import { randomUUID } from "node:crypto";
import { AwsError, invalid } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import type { ManagedNode } from "../../world.ts";
import { findVersion } from "./documents.ts";
import { targeted } from "./nodes.ts";
import { scriptOf, valuesOf } from "./parameters.ts";
import type { Command, Invocation, Ssm } from "./ssm-state.ts";

/** SendCommand's checks, and the command they leave: nothing has been delivered yet. */
export function newCommand(ssm: Ssm, input: Filled<SendCommandRequest>): Command {
  checkShape(input);
  const { DocumentName, DocumentVersion, DocumentHash, Parameters = {}, Comment = "", TimeoutSeconds = 3600 } = input;
  const { document, version } = findVersion(ssm, DocumentName, DocumentVersion);
  if (DocumentHash !== undefined && DocumentHash !== version.hash) {
    throw new AwsError("InvalidDocument", `The hash of document ${document.name}, version ${version.number}, is not ${DocumentHash}.`);
  }
  const values = valuesOf(version.content, Parameters, document.name);
  const nodes = input.InstanceIds?.length ? byId(ssm, input.InstanceIds) : targeted(ssm, input.Targets ?? []);
  const requestedAt = ssm.account.clock.now();
  const { steps, parameters } = version.content;
  const executionS = steps.reduce((sum, step) => sum + scriptOf(step, values, parameters, "0").timeoutS, 0);
  return {
    id: randomUUID(),
    document: document.name,
    version: String(version.number),
    content: version.content,
    comment: Comment,
    parameters: Parameters,
    values,
    instanceIds: input.InstanceIds ?? [],
    targets: input.Targets ?? [],
    requestedAt,
    expiresAt: new Date(requestedAt.getTime() + (TimeoutSeconds + executionS) * 1000),
    timeoutS: TimeoutSeconds,
    maxConcurrency: input.MaxConcurrency ?? "50",
    maxErrors: input.MaxErrors ?? "0",
    cancelled: false,
    invocations: nodes.map((node): Invocation => {
      const plugins = steps.map(({ name }) => ({ name, detail: "Pending" as const, responseCode: -1, stdout: "", stderr: "" }));
      return { node, detail: "Pending", plugins, cancel: new AbortController() };
    }),
  };
}

const ID = /^(i-(\w{8}|\w{17})|mi-\w{17})$/;
const PATTERNS = {
  maxConcurrency: /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/,
  maxErrors: /^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$/,
};

function checkShape({ InstanceIds, Targets, TimeoutSeconds, Comment, MaxConcurrency, MaxErrors }: SendCommandRequest): void {
  if (!InstanceIds?.length === !Targets?.length) {
    throw new AwsError("ValidationException", "Exactly one of instanceIds and targets must be given.");
  }
  if ((InstanceIds?.length ?? 0) > 50) throw invalid("instanceIds", InstanceIds, "Member must have length less than or equal to 50");
  const wrong = InstanceIds?.find((id) => !ID.test(id));
  if (wrong !== undefined) throw invalid("instanceIds", wrong, `Member must satisfy regular expression pattern: ${ID.source}`);
  if (new Set(InstanceIds).size !== (InstanceIds?.length ?? 0)) {
    throw new AwsError("DuplicateInstanceId", "You can't specify an instance id in more than one place.");
  }
  if (TimeoutSeconds !== undefined && TimeoutSeconds < 30) {
    throw invalid("timeoutSeconds", TimeoutSeconds, "Member must have value greater than or equal to 30");
  }
  if ((TimeoutSeconds ?? 0) > 2_592_000) {
    throw invalid("timeoutSeconds", TimeoutSeconds, "Member must have value less than or equal to 2592000");
  }
  if ((Comment?.length ?? 0) > 100) throw invalid("comment", Comment, "Member must have length less than or equal to 100");
  for (const [member, value] of [
    ["maxConcurrency", MaxConcurrency],
    ["maxErrors", MaxErrors],
  ] as const) {
    if (value !== undefined && !PATTERNS[member].test(value)) {
      throw invalid(member, value, `Member must satisfy regular expression pattern: ${PATTERNS[member].source}`);
    }
  }
}

/** Nodes that are unknown, or whose host is stopped, are refused before anything is sent. */
function byId(ssm: Ssm, ids: readonly string[]): ManagedNode[] {
  const known = new Map(ssm.account.world.nodes.map((node) => [node.id, node]));
  const unfit = ids.filter((id) => (known.get(id)?.ping ?? "Inactive") === "Inactive");
  if (unfit.length > 0) {
    throw new AwsError("InvalidInstanceId", `Instances [[${unfit.join(", ")}]] not in a valid state for account ${ssm.account.id}`);
  }
  return ids.map((id) => known.get(id)!);
}
