import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newKey } from "../../../lab/aws/credentials.ts";
import { AwsError } from "../../../lab/aws/aws-error.ts";
import { startWire } from "../../../lab/aws/wire/server.ts";
import { operationSchema } from "../../../lab/aws/wire/schemas.ts";
import { findService } from "../../../lab/aws/wire/services.ts";
import { verify } from "../../../lab/aws/wire/signature.ts";
import { realClock } from "../../../lab/clock.ts";
import { comparable, randomFrom, randomValue } from "./random-values.ts";

/** How many operations each client had when this was written; fewer means that the sweep lost some. */
const SWEPT: readonly (readonly [name: string, scope: string, client: string, operations: number])[] = [
  ["ssm", "ssm", "SSMClient", 154],
  ["lightsail", "lightsail", "LightsailClient", 167],
  ["rds", "rds", "RDSClient", 168],
  ["cloudwatch", "monitoring", "CloudWatchClient", 55],
  ["sqs", "sqs", "SQSClient", 23],
  ["sns", "sns", "SNSClient", 42],
  ["eventbridge", "events", "EventBridgeClient", 57],
  ["sts", "sts", "STSClient", 11],
  ["iam", "iam", "IAMClient", 180],
  ["secretsmanager", "secretsmanager", "SecretsManagerClient", 23],
  ["ec2", "ec2", "EC2Client", 823],
];
const seed = Number(process.env.GUMSHOE_SEED ?? Math.floor(Math.random() * 1e9));

type Client = { send: (command: object) => Promise<object>; destroy: () => void };
type Module = Record<string, new (options: unknown) => object>;

const key = newKey({ arn: "arn:aws:iam::111122223333:user/sweep", userId: "AIDASWEEP" });
let seen: { operation: string; input: unknown } | undefined;
let answer: object = {};
let wire: Awaited<ReturnType<typeof startWire>>;

beforeAll(async () => {
  console.log(`sweep seed: ${seed} (GUMSHOE_SEED=${seed} repeats it)`);
  wire = await startWire({
    port: 0,
    clock: realClock,
    verify: (request) => verify(request, new Map([[key.accessKeyId, key]]), { region: "eu-north-1", now: new Date() }),
    carryOut: async ({ operation, input }) => {
      seen = { operation, input };
      return answer;
    },
    deny: () => new AwsError("AccessDeniedException", ""),
    offMs: () => 0,
    takeFault: () => undefined,
    note: () => undefined,
  });
});
afterAll(() => wire.stop());

async function sweep(scope: string, clientName: string, protocol: object = {}): Promise<string[]> {
  const service = findService("scope", scope)!;
  const module = (await service.load()) as Module;
  const client = new module[clientName]!({
    region: "eu-north-1",
    endpoint: wire.endpoint,
    credentials: key,
    maxAttempts: 1,
    md5: false,
    ...protocol,
  }) as Client;
  const random = randomFrom(seed);
  const operations = Object.keys(module).filter((name) => name.endsWith("Command") && name !== "$Command");
  // A client as large as EC2's takes half the time of all others: another sixteenth of it with each seed.
  const swept = operations.filter((_, index) => operations.length < 400 || index % 16 === seed % 16);
  for (const name of swept.map((each) => each.slice(0, -"Command".length))) {
    const schema = (await operationSchema(service, name))!;
    const input = (schema.input.isUnitSchema() ? {} : (randomValue(schema.input, random) ?? {})) as Record<string, unknown>;
    if ("QueueUrl" in input) input.QueueUrl = `${wire.endpoint}/111122223333/orders`;
    // The SDK makes a host's name of it, so it refuses what is none.
    if ("EndpointId" in input) delete input.EndpointId;
    // The SDK signs a URL of its own where the caller has none.
    if (scope === "ec2" && name === "CopySnapshot") input.PresignedUrl = "https://ec2.eu-north-1.amazonaws.com/?Action=CopySnapshot";
    // In query both are written as AttributeName.1, so a reader cannot tell them apart.
    if ("AttributeNames" in input && name === "ReceiveMessage") delete input.AttributeNames;
    if ("MessageSystemAttributeNames" in input) delete input.MessageSystemAttributeNames;
    answer = schema.output.isUnitSchema() ? {} : ((randomValue(schema.output, random) as object | undefined) ?? {});
    seen = undefined;
    const got = await client.send(new module[`${name}Command`]!(structuredClone(input)));
    expect(comparable(seen), `input of ${name}, seed ${seed}`).toEqual({ operation: name, input: comparable(input) });
    expect(comparable(got), `output of ${name}, seed ${seed}`).toEqual(comparable(answer));
  }
  client.destroy();
  return operations;
}

test.each(SWEPT)("every operation of %s goes through unchanged, in both directions", async (_, scope, client, count) => {
  expect((await sweep(scope, client)).length).toBeGreaterThanOrEqual(count);
});

test.each([
  ["cloudwatch in CBOR", "monitoring", "CloudWatchClient", 55, AwsSmithyRpcV2CborProtocol],
  // As clients of before 2023 speak to them.
  ["cloudwatch in query", "monitoring", "CloudWatchClient", 55, AwsQueryProtocol],
  ["sqs in query", "sqs", "SQSClient", 23, AwsQueryProtocol],
])("every operation of %s goes through unchanged too", async (_, scope, client, count, protocol) => {
  expect((await sweep(scope, client, { protocol })).length).toBeGreaterThanOrEqual(count);
});
