import { CreateDBInstanceCommand, RDSClient, RebootDBInstanceCommand } from "@aws-sdk/client-rds";
import { IAMClient, SimulatePrincipalPolicyCommand, type SimulatePrincipalPolicyCommandInput } from "@aws-sdk/client-iam";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { startLocalAws } from "../../../lab/aws/local-aws.ts";
import type { AwsWorld, PermissionCall } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started, worldOf } from "./started.ts";

const ROLE = "arn:aws:iam::111122223333:role/remediate";
const DB = "arn:aws:rds:us-east-1:111122223333:db:incident-7-db";

async function account(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(new Date());
  const aws = await started({ roles: [ROLE], rdsInstances: [{ DBInstanceIdentifier: "shop" }], ...world }, clock);
  const iam = new IAMClient(clientOf(aws));
  const assume = async (differs: Partial<AssumeRoleCommandInput> = {}, from = clientOf(aws)) => {
    const input = { RoleArn: ROLE, RoleSessionName: "incident-7.U0ALICE", DurationSeconds: 900, ...differs };
    const { Credentials: key } = await new STSClient(from).send(new AssumeRoleCommand(input));
    const credentials = { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey!, sessionToken: key!.SessionToken! };
    return { ...clientOf(aws), credentials };
  };
  const simulate = (input: Partial<SimulatePrincipalPolicyCommandInput>) =>
    iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: ROLE, ActionNames: ["rds:RebootDBInstance"], ...input }));
  return { aws, clock, assume, simulate };
}

test("a simulation says of every action on every resource what a call would be answered", async () => {
  const asked: PermissionCall[] = [];
  const { simulate } = await account({
    allowed: (call) => {
      asked.push(call);
      if (call.operation.startsWith("Delete")) return { decision: "explicitDeny" };
      if (call.operation === "CreateDBInstance" && !("rds:PubliclyAccessible" in call.context)) {
        return { decision: "implicitDeny", missing: ["rds:PubliclyAccessible"] };
      }
      return call.service === "iam" || call.resource?.includes(":incident-") === true;
    },
  });
  const { EvaluationResults, IsTruncated } = await simulate({
    ActionNames: ["rds:CreateDBInstance", "rds:DeleteDBInstance"],
    ResourceArns: [DB, "arn:aws:rds:us-east-1:111122223333:db:shop"],
  });
  expect(
    EvaluationResults?.map(({ EvalActionName, EvalResourceName, EvalDecision, MissingContextValues }) => [
      `${EvalActionName} ${EvalResourceName?.split(":").at(-1)}`,
      EvalDecision,
      MissingContextValues,
    ]),
  ).toEqual([
    ["rds:CreateDBInstance incident-7-db", "implicitDeny", ["rds:PubliclyAccessible"]],
    ["rds:CreateDBInstance shop", "implicitDeny", ["rds:PubliclyAccessible"]],
    ["rds:DeleteDBInstance incident-7-db", "explicitDeny", []],
    ["rds:DeleteDBInstance shop", "explicitDeny", []],
  ]);
  expect(IsTruncated).toBe(false);
  const said = { ContextKeyName: "rds:PubliclyAccessible", ContextKeyValues: ["false"], ContextKeyType: "boolean" as const };
  const known = await simulate({ ActionNames: ["rds:CreateDBInstance"], ResourceArns: [DB], ContextEntries: [said] });
  expect(known.EvaluationResults).toMatchObject([{ EvalDecision: "allowed" }]);
  expect(asked.at(-1)).toEqual({
    service: "rds",
    operation: "CreateDBInstance",
    resource: DB,
    principal: ROLE,
    context: { "rds:PubliclyAccessible": ["false"] },
  });
});

test("a simulation without resources asks for all, and comes in pages", async () => {
  const { simulate } = await account();
  const ActionNames = ["rds:RebootDBInstance", "rds:ModifyDBInstance", "ssm:SendCommand"];
  const first = await simulate({ ActionNames, MaxItems: 2 });
  expect([first.EvaluationResults?.map(({ EvalResourceName }) => EvalResourceName), first.IsTruncated]).toEqual([["*", "*"], true]);
  const second = await simulate({ ActionNames, MaxItems: 2, Marker: first.Marker });
  expect([second.EvaluationResults?.map(({ EvalActionName }) => EvalActionName), second.IsTruncated]).toEqual([["ssm:SendCommand"], false]);
});

test("a simulation is refused for a session, an unknown role, and what is no action", async () => {
  const { simulate, aws } = await account();
  const session = "arn:aws:sts::111122223333:assumed-role/remediate/me";
  expect(await refusal(simulate({ PolicySourceArn: session }))).toMatchObject({ name: "InvalidInputException", status: 400 });
  expect(await refusal(simulate({ PolicySourceArn: `${ROLE}-2` }))).toMatchObject({ name: "NoSuchEntityException", status: 404 });
  expect((await refusal(simulate({ ActionNames: ["RebootDBInstance"] }))).message).toBe("Invalid Action: RebootDBInstance");
  expect((await refusal(simulate({ CallerArn: ROLE }))).message).toContain("does not carry out");
  aws.faults.add({ service: "iam", times: 1, kind: "throttle" });
  expect((await refusal(simulate({}))).name).toBe("Throttling");
});

test("IAM has no region of its own: a caller may sign for us-east-1 or for where the account is", async () => {
  const aws = await startLocalAws({ world: worldOf(), region: "eu-north-1" });
  const at = (region: string) =>
    new IAMClient({ ...clientOf(aws), region }).send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: ROLE, ActionNames: ["rds:RebootDBInstance"] }),
    );
  expect((await at("us-east-1")).EvaluationResults).toMatchObject([{ EvalDecision: "allowed" }]);
  expect((await at("eu-north-1")).EvaluationResults).toMatchObject([{ EvalDecision: "allowed" }]);
  expect((await refusal(at("ap-south-1"))).message).toContain("valid region, not 'ap-south-1'");
  await aws.stop();
});

test("a call tells conditions what it says, and an explicit deny is worded as one", async () => {
  const asked: PermissionCall[] = [];
  const { aws } = await account({
    allowed: (call) => {
      asked.push(call);
      return { decision: call.context["rds:PubliclyAccessible"]?.[0] === "true" ? "explicitDeny" : "allowed" };
    },
  });
  const wanted = {
    DBInstanceIdentifier: "incident-7-db",
    DBInstanceClass: "db.t4g.small",
    Engine: "postgres",
    AllocatedStorage: 40,
    MasterUsername: "shopadmin",
    ManageMasterUserPassword: true,
    Tags: [{ Key: "incident", Value: "7" }],
  };
  const create = (PubliclyAccessible: boolean) =>
    new RDSClient(clientOf(aws)).send(new CreateDBInstanceCommand({ ...wanted, PubliclyAccessible }));
  expect(await refusal(create(true))).toMatchObject({
    name: "AccessDenied",
    message: `User: arn:aws:iam::111122223333:user/gumshoe is not authorized to perform: rds:CreateDBInstance on resource: ${DB} with an explicit deny in an identity-based policy`,
  });
  await create(false);
  expect(asked.at(-1)?.context).toEqual({
    "rds:PubliclyAccessible": ["false"],
    "rds:ManageMasterUserPassword": ["true"],
    "rds:DatabaseClass": ["db.t4g.small"],
    "rds:StorageSize": ["40"],
    "aws:RequestTag/incident": ["7"],
    "aws:TagKeys": ["incident"],
  });
});

test("the log of calls says which session of which role made each call, and who is behind it", async () => {
  const asked: PermissionCall[] = [];
  const { aws, assume } = await account({ allowed: (call) => asked.push(call) > 0 });
  const session = await assume({ SourceIdentity: "U0ALICE" });
  expect(asked.map(({ operation, resource }) => [operation, resource])).toEqual([
    ["AssumeRole", ROLE],
    ["SetSourceIdentity", ROLE],
  ]);
  await new RDSClient(session).send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" }));
  expect(aws.calls.at(-1)).toMatchObject({
    operation: "RebootDBInstance",
    principal: "arn:aws:sts::111122223333:assumed-role/remediate/incident-7.U0ALICE",
    sourceIdentity: "U0ALICE",
  });
  expect(asked.at(-1)?.context).toEqual({ "aws:SourceIdentity": ["U0ALICE"] });
});

test("who is behind a session stays so in the sessions that it opens, and those last an hour at most", async () => {
  const { aws, assume } = await account();
  const first = await assume({ SourceIdentity: "U0ALICE" });
  const second = await assume({ RoleSessionName: "again" }, first);
  await new STSClient(second).send(new GetCallerIdentityCommand({}));
  expect(aws.calls.at(-1)).toMatchObject({
    principal: "arn:aws:sts::111122223333:assumed-role/remediate/again",
    sourceIdentity: "U0ALICE",
  });
  expect((await refusal(assume({ SourceIdentity: "U0BOB" }, first))).message).toContain("sts:SetSourceIdentity");
  expect((await refusal(assume({ DurationSeconds: 3601 }, first))).name).toBe("ValidationError");
  expect((await refusal(assume({ SourceIdentity: "a b" }))).name).toBe("ValidationError");
});

test("a session ends on the account's clock, in every protocol", async () => {
  const { assume, clock } = await account();
  const session = await assume();
  await clock.advance(899_000);
  await new RDSClient(session).send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" }));
  await clock.advance(1_000);
  expect(await refusal(new RDSClient(session).send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" })))).toMatchObject({
    name: "ExpiredToken",
    status: 403,
  });
  expect((await refusal(new SSMClient(session).send(new DescribeInstanceInformationCommand({})))).name).toBe("ExpiredTokenException");
});
