import type { EvaluationResult, SimulatePrincipalPolicyCommandInput } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import type { Access } from "../../../src/aws/access.ts";
import { permissionsOf } from "../../../src/aws/repairs/permissions.ts";
import type { Call } from "../../../src/remediation/plan.ts";
import { realClock } from "../../../lab/clock.ts";
import { words } from "../../remediation/actions/carry-out.ts";
import { account, callsOf } from "../account.ts";
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
});

test("over the wire the role's own permissions decide, and without the right to ask, or without the role, nothing is known", async () => {
  const from = await account({ roles: [REPAIR] });
  from.aws.world.allowed = ({ operation, resource, context }) =>
    operation === "SimulatePrincipalPolicy" ||
    (operation === "CreateDBSnapshot" && resource === DB && "aws:RequestTag/managed-by" in context);
  expect(await ask(from.access, [create])).toEqual({ missing: [`rds:CreateDBSnapshot on ${SNAPSHOT}`] });
  from.aws.world.allowed = () => true;
  expect(await ask(from.access, [create])).toEqual({ missing: [] });
  expect(await ask(from.access, [create], `${REPAIR}-2`)).toEqual({ unchecked: expect.stringContaining("cannot be found") as string });
  from.aws.world.allowed = () => false;
  expect(await ask(from.access, [create])).toEqual({
    unchecked: `Whether the role may make these calls could not be checked: the role lacks iam:SimulatePrincipalPolicy on ${REPAIR}`,
  });
});

test("without a role it is asked whether whoever looks may make the calls", async () => {
  const from = await account({}, { role: "arn:aws:iam::111122223333:role/gumshoe-diagnose" });
  expect(await permissionsOf(from.access, undefined)({ action: "x", calls: [create] }, new AbortController().signal)).toEqual({
    missing: [],
  });
  expect(callsOf(from, "SimulatePrincipalPolicy")[0]?.input).toMatchObject({
    PolicySourceArn: "arn:aws:iam::111122223333:role/gumshoe-diagnose",
  });
});
