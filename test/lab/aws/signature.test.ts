import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started } from "./started.ts";

const nodes = new DescribeInstanceInformationCommand({});
const databases = new DescribeDBInstancesCommand({});

test("a wrong secret is refused, in JSON and in XML", async () => {
  const aws = await started();
  const wrong = { ...clientOf(aws), credentials: { accessKeyId: aws.env.AWS_ACCESS_KEY_ID!, secretAccessKey: "wrong" } };
  const told = "The request signature we calculated does not match the signature you provided.";
  expect(await refusal(new SSMClient(wrong).send(nodes))).toMatchObject({
    name: "InvalidSignatureException",
    status: 400,
    message: expect.stringContaining(told),
  });
  expect(await refusal(new RDSClient(wrong).send(databases))).toMatchObject({ name: "SignatureDoesNotMatch", status: 403 });
  expect(await refusal(new CloudWatchClient(wrong).send(new DescribeAlarmsCommand({})))).toMatchObject({
    name: "SignatureDoesNotMatch",
    status: 403,
  });
  expect(aws.calls.map(({ error }) => error)).toEqual(Array(3).fill("InvalidSignatureException"));
});

test("an unknown key and another region are refused", async () => {
  const aws = await started();
  const unknown = { ...clientOf(aws), credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "x" } };
  expect(await refusal(new SSMClient(unknown).send(nodes))).toMatchObject({ name: "UnrecognizedClientException", status: 400 });
  expect(await refusal(new RDSClient(unknown).send(databases))).toMatchObject({ name: "InvalidClientTokenId", status: 403 });
  const elsewhere = { ...clientOf(aws), region: "eu-west-1" };
  expect((await refusal(new SSMClient(elsewhere).send(nodes))).message).toContain(
    "Credential should be scoped to a valid region, not 'eu-west-1'",
  );
});

test("a body that was changed on its way is refused", async () => {
  const aws = await started();
  const client = new SSMClient(clientOf(aws));
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: string }).body = '{"MaxResults":50}';
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "tamper" },
  );
  expect((await refusal(client.send(new DescribeInstanceInformationCommand({ MaxResults: 10 })))).name).toBe("InvalidSignatureException");
});

test("a request without a signature is told so, and what is no AWS request gets 404", async () => {
  const aws = await started();
  const unsigned = await fetch(aws.endpoint, { method: "POST", headers: { "x-amz-target": "AmazonSSM.ListCommands" }, body: "{}" });
  expect([unsigned.status, await unsigned.json()]).toMatchObject([400, { __type: "MissingAuthenticationTokenException" }]);
  expect((await fetch(aws.endpoint)).status).toBe(404);
});

test("an assumed role signs with its session token until it expires, and is who calls", async () => {
  const clock = virtualClock(new Date());
  const aws = await started({ roles: ["arn:aws:iam::111122223333:role/diagnose"] }, clock);
  const sts = new STSClient(clientOf(aws));
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "111122223333",
    Arn: "arn:aws:iam::111122223333:user/gumshoe",
  });
  const assumed = await sts.send(
    new AssumeRoleCommand({ RoleArn: "arn:aws:iam::111122223333:role/diagnose", RoleSessionName: "incident-7", DurationSeconds: 900 }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = assumed.Credentials ?? {};
  expect(Expiration?.getTime()).toBe(clock.now().getTime() + 900_000);
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const asRole = new STSClient({ ...clientOf(aws), credentials });
  const arn = "arn:aws:sts::111122223333:assumed-role/diagnose/incident-7";
  expect(await asRole.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: arn });
  expect(aws.calls.at(-1)?.principal).toBe(arn);
  const withoutToken = new SSMClient({ ...clientOf(aws), credentials: { ...credentials, sessionToken: undefined } as never });
  expect((await refusal(withoutToken.send(nodes))).name).toBe("UnrecognizedClientException");
  await clock.advance(900_000);
  expect(await refusal(asRole.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: "ExpiredToken", status: 403 });
});

test("a role that the world does not have cannot be assumed", async () => {
  const aws = await started({ roles: [] });
  const role = new AssumeRoleCommand({ RoleArn: "arn:aws:iam::111122223333:role/admin", RoleSessionName: "me" });
  expect(await refusal(new STSClient(clientOf(aws)).send(role))).toMatchObject({
    name: "AccessDenied",
    status: 403,
    message: expect.stringContaining("is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/admin"),
  });
});
