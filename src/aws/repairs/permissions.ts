import { IAMClient, SimulatePrincipalPolicyCommand, type EvaluationResult } from "@aws-sdk/client-iam";
import type { AskPermission } from "../../remediation/action.ts";
import type { Call } from "../../remediation/plan.ts";
import { becauseOf, reason, Unseen, type Because } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { identityWith } from "../identity.ts";

/** One permission that a call needs: an action on resources, and what a policy's conditions may look at. */
type Needed = { action: string; resources: readonly string[]; context: Readonly<Record<string, string>> };

/** How an evaluation came out for one resource: `unclear` where a condition looks at something that could not be told to it. */
type Decision = { resource: string; is: "allowed" | "missing" | "unclear" };

/** The tag by which hosts are opened to Gumshoe; a look at the same hosts has needed it already. */
const HOST_TAG = { "aws:ResourceTag/gumshoe": "enabled" };

/**
 * Whether a role may make a draft's calls, by IAM's own simulation; without a role, whether whoever `looks` looks as may. What the simulation does not
 * decide, or what cannot be asked, is unchecked with its reason: it is no permission.
 */
export function permissionsOf(looks: Access, role: string | undefined): AskPermission {
  return async ({ calls }, signal) => {
    try {
      const principal = role ?? principalOf(await identityWith(looks, signal));
      const account = principal.split(":")[4] ?? "";
      const needed = calls.flatMap((call) => neededFor(call, looks.region, account));
      const decided = await Promise.all(needed.map(async (each) => decide(looks, principal, each, signal)));
      const missing = decided.flat().filter(({ is }) => is === "missing");
      if (missing.length > 0) return { missing: missing.map(({ action, resource }) => `${action} on ${resource}`) };
      const unclear = decided.flat().find(({ is }) => is === "unclear");
      return unclear ? unchecked(reason("notSimulated", unclear.action, unclear.resource)) : { missing: [] };
    } catch (error) {
      signal.throwIfAborted();
      return unchecked(becauseOf(error));
    }
  };
}

function unchecked(because: Because): { unchecked: ReturnType<typeof say> } {
  return { unchecked: say("permissionsUnchecked", because) };
}

/** A session's ARN does not stand for itself in a simulation; its role's does. */
function principalOf(identity: string): string {
  return identity.replace(/^(arn:[^:]+):sts:(:\d+):assumed-role\/([^/]+)\/.*$/, "$1:iam:$2:role/$3");
}

function neededFor(call: Call, region: string, account: string): Needed[] {
  if (call.on === "aws") {
    const { service, operation, resources, input } = call;
    const context = { ...tagsOf(input), ...conditionsOf(call) };
    return [{ action: `${service}:${operation}`, resources, context }, ...beside(call, region, account)];
  }
  const action = "ssm:SendCommand";
  const hosts = call.hosts.map((id) =>
    id.startsWith("mi-") ? `arn:aws:ssm:${region}:${account}:managed-instance/${id}` : `arn:aws:ec2:${region}:${account}:instance/${id}`,
  );
  return [
    { action, resources: [`arn:aws:ssm:${region}:${account}:document/${call.document}`], context: {} },
    { action, resources: hosts, context: HOST_TAG },
  ];
}

type AwsCall = Extract<Call, { on: "aws" }>;

/** Calls that make a database with tags: tagging it is a permission of its own. */
const MAKES_DATABASE = /^(?:CreateRelationalDatabaseFromSnapshot|CreateDBInstance|RestoreDBInstanceFromDBSnapshot)$/;

/** What AWS asks permission for beside the call itself: tags on a new database, and a password that RDS keeps in Secrets Manager. */
function beside({ service, operation, resources, input }: AwsCall, region: string, account: string): Needed[] {
  const tags: Needed[] = MAKES_DATABASE.test(operation)
    ? [
        service === "lightsail"
          ? { action: "lightsail:TagResource", resources: ["*"], context: tagsOf(input) }
          : { action: "rds:AddTagsToResource", resources: resources.slice(0, 1), context: tagsOf(input) },
      ]
    : service === "cloudwatch"
      ? [{ action: "cloudwatch:TagResource", resources, context: tagsOf(input) }]
      : [];
  if (input["ManageMasterUserPassword"] !== true) return tags;
  // RDS names the secret by an id of the instance that nobody knows before.
  const secret = [`arn:aws:secretsmanager:${region}:${account}:secret:rds!db-${input["DBInstanceIdentifier"] as string}`];
  return [
    ...tags,
    { action: "kms:DescribeKey", resources: ["*"], context: {} },
    { action: "secretsmanager:CreateSecret", resources: secret, context: {} },
    { action: "secretsmanager:TagResource", resources: secret, context: {} },
  ];
}

/** What else a policy's conditions can look at: whose the snapshot is (only Gumshoe's own is taken), and what RDS is asked for. */
function conditionsOf({ operation, input }: AwsCall): Record<string, string> {
  if (operation === "CreateRelationalDatabaseFromSnapshot") return { "aws:ResourceTag/managed-by": "gumshoe" };
  const told = ["PubliclyAccessible", "ManageMasterUserPassword"].filter((member) => typeof input[member] === "boolean");
  return Object.fromEntries(told.map((member) => [`rds:${member}`, input[member] === true ? "true" : "false"]));
}

/** What a policy can ask of the tags of what is made: `aws:RequestTag/managed-by`. */
function tagsOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const tags = (input["tags"] ?? input["Tags"] ?? []) as readonly Record<string, string>[];
  return Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag["key"] ?? tag["Key"]}`, tag["value"] ?? tag["Value"] ?? ""]));
}

async function decide(looks: Access, PolicySourceArn: string, { action, resources, context }: Needed, signal: AbortSignal) {
  const ContextEntries = Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    // Of these keys only RDS's own are no text.
    ContextKeyType: ContextKeyName.startsWith("rds:") ? ("boolean" as const) : ("string" as const),
    ContextKeyValues: [value],
  }));
  const results: EvaluationResult[] = [];
  let Marker: string | undefined;
  do {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: [action],
      ResourceArns: [...resources],
      ...(ContextEntries.length > 0 ? { ContextEntries } : {}),
      ...(Marker ? { Marker } : {}),
    });
    const page = await ask(looks, looks.open(IAMClient), command, { signal });
    results.push(...(page.EvaluationResults ?? []));
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker);
  const decided = results.flatMap(decisionsOf);
  if (decided.length === 0) throw new Unseen(reason("notSimulated", action, resources.join(", ")));
  return decided.map((each) => ({ action, ...each }));
}

/** IAM tells either a result for each resource, or one whose parts are the resources. */
function decisionsOf(result: EvaluationResult): Decision[] {
  const parts = result.ResourceSpecificResults ?? [];
  if (parts.length === 0) return [{ resource: result.EvalResourceName ?? "*", is: isOf(result.EvalDecision, result.MissingContextValues) }];
  return parts.map(({ EvalResourceName = "*", EvalResourceDecision, MissingContextValues }) => ({
    resource: EvalResourceName,
    is: isOf(EvalResourceDecision, MissingContextValues),
  }));
}

function isOf(decision: string | undefined, missing: readonly string[] = []): Decision["is"] {
  if (decision === "allowed") return "allowed";
  return decision === "implicitDeny" && missing.length > 0 ? "unclear" : "missing";
}
