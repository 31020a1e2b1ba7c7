import type { ContextEntry, EvaluationResult, IAM, SimulatePrincipalPolicyRequest } from "@aws-sdk/client-iam";
import { rulingOn, type Account } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Filled, Room } from "../operations.ts";
import { page } from "../page.ts";
import type { Context } from "../world.ts";

/** Members that a simulation is carried out with here; the others would change what the world's permissions are. */
const MEMBERS = ["PolicySourceArn", "ActionNames", "ResourceArns", "ContextEntries", "MaxItems", "Marker"];

/** What the world's permissions would say. */
export function iam(account: Account): Room<IAM> {
  return {
    operations: { SimulatePrincipalPolicy: (input) => simulate(account, input) },
    resources: { SimulatePrincipalPolicy: ({ PolicySourceArn }: { PolicySourceArn: string }) => [PolicySourceArn] },
  };
}

/** SimulatePrincipalPolicy: every action on every resource (`*` when none is named), page by page. */
function simulate(account: Account, input: Filled<SimulatePrincipalPolicyRequest>) {
  const { PolicySourceArn, ActionNames, ResourceArns = ["*"], ContextEntries = [], MaxItems = 100, Marker } = input;
  const strange = Object.keys(input).find((member) => !MEMBERS.includes(member));
  if (strange !== undefined) throw wrong(`The local AWS does not carry out SimulatePrincipalPolicy with ${strange}.`);
  if (MaxItems < 1 || MaxItems > 1000) throw wrong(`MaxItems must be between 1 and 1000, and is ${MaxItems}.`);
  const principal = principalOf(account, PolicySourceArn);
  const context: Context = Object.fromEntries(ContextEntries.map(readEntry));
  const all = ActionNames.flatMap((action) =>
    ResourceArns.map((resource): EvaluationResult => {
      const [, service, operation] = /^([a-z0-9-]+):(\w+)$/.exec(action) ?? [];
      if (service === undefined || operation === undefined) throw wrong(`Invalid Action: ${action}`);
      const { decision, missing = [] } = rulingOn(account, {
        service,
        operation,
        principal,
        context,
        ...(resource === "*" ? {} : { resource }),
      });
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decision,
        MatchedStatements: [],
        MissingContextValues: [...missing],
      };
    }),
  );
  const { items, next } = page(all, { token: Marker, size: MaxItems, error: "InvalidInputException" });
  return { EvaluationResults: items, IsTruncated: next !== undefined, ...(next ? { Marker: next } : {}) };
}

const wrong = (message: string) => new AwsError("InvalidInputException", message);

/** A user, a group or a role of this account; the session of a role is none, and a role that the world does not have is not found. */
function principalOf({ id, world }: Account, arn: string): string {
  const [, owner, type] = /^arn:aws:iam::(\d{12}):(user|group|role)\/.+$/.exec(arn) ?? [];
  if (owner !== id) throw wrong(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  if (type === "role" && world.roles && !world.roles.includes(arn)) {
    throw new AwsError("NoSuchEntityException", `The role with name ${arn.split("/").at(-1)} cannot be found.`);
  }
  return arn;
}

function readEntry({ ContextKeyName: key, ContextKeyValues: values = [] }: ContextEntry): [string, string[]] {
  if (key === undefined) throw wrong("A context entry must have the name of its key.");
  return [key, values];
}
