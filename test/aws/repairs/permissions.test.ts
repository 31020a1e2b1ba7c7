import type { EvaluationResult, SimulatePrincipalPolicyCommandInput } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import type { Access } from "../../../src/aws/access.ts";
import { permissionsOf } from "../../../src/aws/repairs/permissions.ts";
import type { Call } from "../../../src/remediation/plan.ts";
import { realClock } from "../../../lab/clock.ts";
import { words } from "../../remediation/actions/carry-out.ts";
import { account } from "../account.ts";
import { REPAIR } from "./approve.ts";

const DB = "arn:aws:rds:us-east-1:111122223333:db:shop-db";
const SNAPSHOT = "arn:aws:rds:us-east-1:111122223333:snapshot:s";
const create: Call = {
  on: "aws",
  service: "rds",
  operation: "CreateDBSnapshot",
  resources: [DB, SNAPSHOT],
  input: { Tags: [{ Key: "managed-by", Value: "gumshoe" }] },
};
const restart: Call = { on: "host", document: "Doc", hosts: ["mi-1", "i-2"], values: {} };

/** A way to an IAM that answers as told. */
function iam(answer: (input: SimulatePrincipalPolicyCommandInput) => EvaluationResult[]) {
  const asked: SimulatePrincipalPolicyCommandInput[] = [];
  const client = {
    config: { serviceId: "IAM" },
    send: async ({ input }: { input: SimulatePrincipalPolicyCommandInput }) => {
      asked.push(input);
      return { EvaluationResults: answer(input) };
    },
  };
  const access: Access = { region: "us-east-1", clock: realClock, open: <Client>() => client as Client };
  return { asked, access };
}

const ask = async (access: Access, calls: Call[], role: string | undefined = REPAIR) => {
  const answer = await permissionsOf(access, role)({ action: "x", calls }, new AbortController().signal);
  return "missing" in answer ? answer : { unchecked: words(answer.unchecked) };
};

const each = (
  { ActionNames = [], ResourceArns = [] }: SimulatePrincipalPolicyCommandInput,
  more: (resource: string) => Partial<EvaluationResult>,
) =>
  ResourceArns.map((resource) => ({
    EvalActionName: ActionNames[0],
    EvalResourceName: resource,
    EvalDecision: "allowed" as const,
    ...more(resource),
  }));

test("exactly the draft's calls are asked about, on their resources, against the role and with the tags that they carry", async () => {
  const { asked, access } = iam((input) => each(input, () => ({})));
  expect(await ask(access, [create, restart])).toEqual({ missing: [] });
  expect(asked).toEqual([
    {
      PolicySourceArn: REPAIR,
      ActionNames: ["rds:CreateDBSnapshot"],
      ResourceArns: [DB, SNAPSHOT],
      ContextEntries: [{ ContextKeyName: "aws:RequestTag/managed-by", ContextKeyType: "string", ContextKeyValues: ["gumshoe"] }],
    },
    {
      PolicySourceArn: REPAIR,
      ActionNames: ["ssm:SendCommand"],
      ResourceArns: ["arn:aws:ssm:us-east-1:111122223333:document/Doc"],
    },
    {
      PolicySourceArn: REPAIR,
      ActionNames: ["ssm:SendCommand"],
      ResourceArns: ["arn:aws:ssm:us-east-1:111122223333:managed-instance/mi-1", "arn:aws:ec2:us-east-1:111122223333:instance/i-2"],
      ContextEntries: [{ ContextKeyName: "aws:ResourceTag/gumshoe", ContextKeyType: "string", ContextKeyValues: ["enabled"] }],
    },
  ]);
});

test("what is denied is named, action on resource, in either form in which IAM tells it", async () => {
  const flat = iam((input) => each(input, (resource) => (resource === SNAPSHOT ? { EvalDecision: "implicitDeny" } : {})));
  expect(await ask(flat.access, [create])).toEqual({ missing: [`rds:CreateDBSnapshot on ${SNAPSHOT}`] });
  const nested = iam(({ ActionNames = [] }) => [
    {
      EvalActionName: ActionNames[0],
      EvalDecision: "explicitDeny",
      ResourceSpecificResults: [
        { EvalResourceName: DB, EvalResourceDecision: "allowed" },
        { EvalResourceName: SNAPSHOT, EvalResourceDecision: "explicitDeny" },
      ],
    },
  ]);
  expect(await ask(nested.access, [create])).toEqual({ missing: [`rds:CreateDBSnapshot on ${SNAPSHOT}`] });
});

test("what a simulation cannot know, does not answer or may not tell is unchecked with the reason, and never allowed", async () => {
  const unknown = iam((input) => each(input, () => ({ EvalDecision: "implicitDeny", MissingContextValues: ["aws:SourceVpc"] })));
  expect(await ask(unknown.access, [create])).toEqual({
    unchecked: expect.stringContaining("does not decide about rds:CreateDBSnapshot") as string,
  });
  expect(await ask(iam(() => []).access, [create])).toEqual({ unchecked: expect.stringContaining("does not decide") as string });
  const from = await account({});
  from.aws.faults.add({ operation: "SimulatePrincipalPolicy", kind: "access-denied" });
  expect(await ask(from.access, [create])).toEqual({
    unchecked: expect.stringMatching(/^Whether the role may make these calls could not be checked: /) as string,
  });
});
