import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetDataProtectionPolicyCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetDocumentCommand, GetParameterCommand, ListCommandsCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { expect, test, vi } from "vitest";
import type { PermissionCall } from "../../../lab/aws/world.ts";
import { realClock, virtualClock } from "../../../lab/clock.ts";
import { clientOf, node, refusal, started } from "./started.ts";

const run = new SendCommandCommand({
  DocumentName: "AWS-RunShellScript",
  InstanceIds: ["mi-0123456789abcdef0"],
  Parameters: { commands: ["true"] },
});

test("a reset after the call has been carried out makes the SDK send a command twice, one before it does not", async () => {
  const aws = await started({ nodes: [node()] });
  const retrying = new SSMClient({ ...clientOf(aws), maxAttempts: 2 });
  aws.faults.add({ service: "ssm", operation: "SendCommand", times: 1, kind: "reset-after" });
  await retrying.send(run);
  expect((await retrying.send(new ListCommandsCommand({}))).Commands).toHaveLength(2);
  aws.faults.add({ operation: "SendCommand", times: 1, kind: "reset-before" });
  await retrying.send(run);
  expect((await retrying.send(new ListCommandsCommand({}))).Commands).toHaveLength(3);
  expect(aws.calls.filter(({ operation }) => operation === "SendCommand").map(({ error }) => error)).toEqual([
    "reset-after",
    undefined,
    "reset-before",
    undefined,
  ]);
});

test("every kind of refusal arrives under the name that AWS gives it, in every protocol", async () => {
  const aws = await started();
  const [ssm, rds, sns] = [new SSMClient(clientOf(aws)), new RDSClient(clientOf(aws)), new SNSClient(clientOf(aws))];
  const [json, cbor] = [
    new CloudWatchClient(clientOf(aws)),
    new CloudWatchClient({ ...clientOf(aws), protocol: AwsSmithyRpcV2CborProtocol }),
  ];
  const ask = [
    () => ssm.send(new ListCommandsCommand({})),
    () => rds.send(new DescribeDBInstancesCommand({})),
    () => json.send(new DescribeAlarmsCommand({})),
    () => cbor.send(new DescribeAlarmsCommand({})),
    () => sns.send(new PublishCommand({ TopicArn: "arn:aws:sns:us-east-1:111122223333:none", Message: "x" })),
  ];
  const told = async (kind: Parameters<typeof aws.faults.add>[0]["kind"]) => {
    const remove = aws.faults.add({ kind });
    const refusals = [];
    for (const each of ask) refusals.push(await refusal(each()));
    remove();
    return refusals.map(({ name, status }) => `${name} ${status}`);
  };
  expect(await told("throttle")).toEqual([
    "ThrottlingException 400",
    "Throttling 400",
    "Throttling 400",
    "Throttling 400",
    "Throttling 400",
  ]);
  const denied = [
    "AccessDeniedException 400",
    "AccessDenied 403",
    "AccessDenied 403",
    "AccessDenied 403",
    "AuthorizationErrorException 403",
  ];
  expect(await told("access-denied")).toEqual(denied);
  expect(await told("http-500")).toEqual(Array(5).fill("InternalFailure 500"));
  const unavailable = "ServiceUnavailable 503";
  expect(await told("http-503")).toEqual(["ServiceUnavailableException 503", unavailable, unavailable, unavailable, unavailable]);
  const custom = { error: "ResourceNotFound", message: "a < b & c" };
  expect((await told(custom)).slice(2, 4)).toEqual(["ResourceNotFound 404", "ResourceNotFound 404"]);
  aws.faults.add({ service: "rds", kind: { error: "DBInstanceNotFoundFault", message: "a < b & c" } });
  expect(await refusal(ask[1]!())).toEqual({ name: "DBInstanceNotFoundFault", message: "a < b & c", status: 404 });
  expect((await refusal(ask[4]!())).name).toBe("NotFoundException");
});

test("a hanging call is never answered, and the others are", async () => {
  const aws = await started();
  const impatient = new SSMClient({ ...clientOf(aws), requestHandler: { requestTimeout: 150, throwOnRequestTimeout: true } });
  aws.faults.add({ service: "ssm", kind: "hang", times: 1 });
  expect((await refusal(impatient.send(new ListCommandsCommand({})))).name).toBe("TimeoutError");
  expect((await new SSMClient(clientOf(aws)).send(new ListCommandsCommand({}))).Commands).toEqual([]);
  expect(aws.calls.map(({ error }) => error)).toEqual(["hang", undefined]);
});

test("a slow call is answered well once its time has come", async () => {
  const clock = virtualClock(new Date());
  const aws = await started({}, clock);
  aws.faults.add({ kind: "slow", delayMs: 60_000 });
  let answered = false;
  const answer = new SSMClient(clientOf(aws)).send(new ListCommandsCommand({})).then(() => (answered = true));
  await vi.waitFor(() => expect(aws.calls).toHaveLength(1), 15_000);
  await clock.advance(59_000);
  expect(answered).toBe(false);
  await clock.advance(1_000);
  await answer;
});

test("a fault works for so many calls, until it is removed, and only where it was meant", async () => {
  const aws = await started();
  const ssm = new SSMClient(clientOf(aws));
  const sts = new STSClient(clientOf(aws));
  const list = () => ssm.send(new ListCommandsCommand({}));
  aws.faults.add({ service: "ssm", operation: "ListCommands", times: 2, kind: "throttle" });
  await sts.send(new GetCallerIdentityCommand({}));
  expect([(await refusal(list())).name, (await refusal(list())).name]).toEqual(["ThrottlingException", "ThrottlingException"]);
  await list();
  const remove = aws.faults.add({ kind: "throttle" });
  expect((await refusal(list())).message).toBe("Rate exceeded");
  remove();
  await list();
});

test("permissions are asked for every resource, and the refusal names the first that is missing", async () => {
  const asked: PermissionCall[] = [];
  const allowed = (call: PermissionCall) => asked.push(call) > 0 && !call.resource?.includes("managed-instance/");
  const aws = await started({ nodes: [node()], allowed });
  const ssm = new SSMClient(clientOf(aws));
  const user = "arn:aws:iam::111122223333:user/gumshoe";
  const resource = "arn:aws:ssm:us-east-1:111122223333:managed-instance/mi-0123456789abcdef0";
  expect(await refusal(ssm.send(run))).toMatchObject({
    name: "AccessDeniedException",
    status: 400,
    message: `User: ${user} is not authorized to perform: ssm:SendCommand on resource: ${resource} because no identity-based policy allows the ssm:SendCommand action`,
  });
  await ssm.send(new ListCommandsCommand({}));
  await ssm.send(new GetDocumentCommand({ Name: "AWS-RunShellScript" }));
  const call = { service: "ssm", principal: user, context: {} };
  expect(asked).toEqual([
    { ...call, operation: "SendCommand", resource: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript" },
    { ...call, operation: "SendCommand", resource },
    { ...call, operation: "ListCommands" },
    { ...call, operation: "GetDocument", resource: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript" },
  ]);
});

test("an operation that AWS has and the local one does not carry out is refused as unknown, and logged", async () => {
  const aws = await started();
  const told = "the local AWS does not carry it out";
  expect(await refusal(new SSMClient(clientOf(aws)).send(new GetParameterCommand({ Name: "x" })))).toMatchObject({
    name: "UnknownOperationException",
    message: expect.stringContaining(told),
  });
  const topic = new GetDataProtectionPolicyCommand({ ResourceArn: "arn:aws:sns:us-east-1:111122223333:none" });
  expect(await refusal(new SNSClient(clientOf(aws)).send(topic))).toMatchObject({
    name: "InvalidAction",
    message: expect.stringContaining(told),
    status: 400,
  });
  expect(aws.calls.map(({ service, operation, protocol, input, error }) => [service, operation, protocol, input, error])).toEqual([
    ["ssm", "GetParameter", "json", { Name: "x" }, "UnknownOperationException"],
    ["sns", "GetDataProtectionPolicy", "query", { ResourceArn: "arn:aws:sns:us-east-1:111122223333:none" }, "UnknownOperationException"],
  ]);
});

test("a service that is not here at all refuses each operation as unknown, and the log says which was asked", async () => {
  const aws = await started();
  const signer = new SSMClient(clientOf(aws));
  signer.middlewareStack.add(
    (next, context) => (args) => {
      Object.assign((context as { endpointV2?: object }).endpointV2 ?? {}, {
        properties: { authSchemes: [{ name: "sigv4", signingName: "logs" }] },
      });
      (args.request as { headers: Record<string, string> }).headers["x-amz-target"] = "Logs_20140328.FilterLogEvents";
      return next(args);
    },
    { step: "build", name: "as-logs" },
  );
  expect((await refusal(signer.send(new ListCommandsCommand({})))).name).toBe("UnknownOperationException");
  expect(aws.calls).toMatchObject([{ service: "logs", operation: "FilterLogEvents", error: "UnknownOperationException" }]);
});

test("a client that is told nothing finds the local AWS by the environment alone", async () => {
  const aws = await started();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  try {
    expect((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account).toBe("111122223333");
  } finally {
    vi.unstubAllEnvs();
  }
});

test("the log has who called, with what, when and how", async () => {
  const clock = virtualClock(new Date("2026-11-05T09:00:00Z"));
  const aws = await started({}, clock);
  await new SSMClient({ ...clientOf(aws), customUserAgent: "gumshoe/1.0" }).send(new ListCommandsCommand({ MaxResults: 3 }));
  expect(aws.calls).toEqual([
    {
      service: "ssm",
      operation: "ListCommands",
      protocol: "json",
      input: { MaxResults: 3 },
      at: clock.now(),
      requestId: expect.any(String),
      principal: "arn:aws:iam::111122223333:user/gumshoe",
      userAgent: expect.stringContaining("gumshoe/1.0"),
    },
  ]);
});

test("stopping ends hanging calls and running commands", async () => {
  const stopped = vi.fn();
  const aws = await started(
    { nodes: [node({ run: ({ signal }) => new Promise(() => signal.addEventListener("abort", stopped)) })] },
    realClock,
  );
  const ssm = new SSMClient(clientOf(aws));
  await ssm.send(run);
  aws.faults.add({ kind: "hang" });
  const hanging = refusal(ssm.send(new ListCommandsCommand({})));
  await vi.waitFor(() => expect(aws.calls.at(-1)?.error).toBe("hang"), 15_000);
  await aws.stop();
  expect((await hanging).name).toBe("TimeoutError");
  await vi.waitFor(() => expect(stopped).toHaveBeenCalled(), 15_000);
});
