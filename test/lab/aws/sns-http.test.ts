import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { verify, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, createServer as createTlsServer } from "node:tls";
import { afterEach, expect, test, vi } from "vitest";
import { signedText } from "../../../lab/aws/services/sns/envelope.ts";
import { newAuthority } from "../../../lab/aws/services/sns/certificate/authority.ts";
import { certificateOf } from "../../../lab/aws/services/sns/certificate/certificate.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { startLocalAws } from "../../../lab/aws/local-aws.ts";
import { clientOf, refusal, started, worldOf } from "./started.ts";
import { generateKeyPairSync } from "node:crypto";

const NOW = new Date("2026-11-05T09:00:00Z");

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Message = { Type: string; SignatureVersion: "1" | "2"; Signature: string; SigningCertURL: string; SubscribeURL: string } & Record<
  string,
  string
>;
type Got = { headers: IncomingHttpHeaders; text: string };

/** An endpoint that answers with the next of these statuses, and then with 200; it has confirmed nothing. */
async function endpoint(statuses: number[] = []) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      got.push({ headers: request.headers, text });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => (server.closeAllConnections(), server.close()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    last: () => JSON.parse(got.at(-1)?.text ?? "") as Message,
  };
}

async function topic(statuses?: number[]) {
  const clock = virtualClock(NOW);
  const to = await endpoint(statuses);
  const aws = await startLocalAws({ world: worldOf(), clock, reach: { "https://bot.example": to.url } });
  stops.push(aws.stop);
  const sns = new SNSClient(clientOf(aws));
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "alarms" }));
  const Endpoint = "https://bot.example/sns";
  const subscribe = async (Attributes: Record<string, string> = {}) => {
    const input = { TopicArn, Protocol: "https", Endpoint, Attributes, ReturnSubscriptionArn: true };
    const { SubscriptionArn = "" } = await sns.send(new SubscribeCommand(input));
    await vi.waitFor(() => expect(to.got.length).toBeGreaterThan(0), 15_000);
    return SubscriptionArn;
  };
  const publish = (Message: string) => sns.send(new PublishCommand({ TopicArn, Message, Subject: "Disk" }));
  return { aws, clock, sns, TopicArn, subscribe, publish, to };
}

async function genuine(message: Message, ask: typeof fetch): Promise<boolean> {
  const pem = await (await ask(message.SigningCertURL)).text();
  const key = new X509Certificate(pem).publicKey;
  const algorithm = message.SignatureVersion === "1" ? "sha1" : "sha256";
  return verify(algorithm, Buffer.from(signedText(message)), key, Buffer.from(message.Signature, "base64"));
}

test("an endpoint is asked to confirm, and gets signed messages only once it has visited the address in the question", async () => {
  const { aws, sns, TopicArn, subscribe, publish, to } = await topic();
  const SubscriptionArn = await subscribe();
  const question = to.last();
  expect(question).toMatchObject({ Type: "SubscriptionConfirmation", TopicArn, Timestamp: NOW.toISOString() });
  expect(to.got[0]?.headers).toMatchObject({
    "content-type": "text/plain; charset=UTF-8",
    "x-amz-sns-message-type": "SubscriptionConfirmation",
  });
  expect(question.SubscribeURL).toMatch(
    /^https:\/\/sns\.us-east-1\.amazonaws\.com\/\?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:111122223333:alarms&Token=[0-9a-f]+$/,
  );
  expect(await genuine(question, aws.sns.fetch)).toBe(true);
  await publish("too early");
  const answer = await aws.sns.fetch(question.SubscribeURL);
  expect(await answer.text()).toContain(`<SubscriptionArn>${SubscriptionArn}</SubscriptionArn>`);
  await publish("now");
  await vi.waitFor(
    () => expect(to.last()).toMatchObject({ Type: "Notification", Message: "now", Subject: "Disk", SignatureVersion: "1" }),
    15_000,
  );
  expect(await genuine(to.last(), aws.sns.fetch)).toBe(true);
  expect(await genuine({ ...to.last(), Message: "forged" }, aws.sns.fetch)).toBe(false);
  expect(to.got.at(-1)?.headers).toMatchObject({ "x-amz-sns-topic-arn": TopicArn, "x-amz-sns-subscription-arn": SubscriptionArn });
  expect(to.got).toHaveLength(2);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  await vi.waitFor(() => expect(to.last().Type).toBe("UnsubscribeConfirmation"), 15_000);
  expect(await genuine(to.last(), aws.sns.fetch)).toBe(true);
});

test("a topic that is set to it signs in version 2, and messages for queues are signed as well", async () => {
  const { aws, sns, TopicArn, publish } = await topic();
  const sqs = new SQSClient(clientOf(aws));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "alarms" }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: "arn:aws:sqs:us-east-1:111122223333:alarms" }));
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: "2" }));
  await publish("signed");
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const message = JSON.parse(Messages[0]?.Body ?? "") as Message;
  expect(message.SignatureVersion).toBe("2");
  expect(await genuine(message, aws.sns.fetch)).toBe(true);
  const wrong = new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: "3" });
  expect((await refusal(sns.send(wrong))).name).toBe("InvalidParameterException");
});

test("5xx and 429 are tried again after 20 seconds, other refusals are not", async () => {
  const { aws, clock, subscribe, publish, to } = await topic([200, 503, 429, 200, 400]);
  await subscribe();
  await aws.sns.fetch(to.last().SubscribeURL);
  await publish("again");
  const statuses = () => aws.sns.pushes.filter(({ type }) => type === "Notification").map(({ status }) => status);
  for (const expected of [[503], [503, 429], [503, 429, 200]]) {
    await vi.waitFor(() => expect(statuses()).toEqual(expected), 15_000);
    await clock.advance(20_000);
  }
  await publish("refused");
  await vi.waitFor(() => expect(statuses()).toEqual([503, 429, 200, 400]), 15_000);
  await clock.advance(120_000);
  expect(statuses()).toHaveLength(4);
});

test("what is not taken after all tries lies in the subscription's dead-letter queue", async () => {
  const { aws, clock, subscribe, publish, to } = await topic([200, 500, 500, 500, 500]);
  const sqs = new SQSClient(clientOf(aws));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
  await subscribe({ RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111122223333:dead"}' });
  await aws.sns.fetch(to.last().SubscribeURL);
  await publish("lost?");
  for (let tries = 1; tries <= 4; tries++) {
    await vi.waitFor(() => expect(aws.sns.pushes.filter(({ status }) => status === 500)).toHaveLength(tries), 15_000);
    await clock.advance(20_000);
  }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(JSON.parse(Messages[0]?.Body ?? "")).toMatchObject({ Message: "lost?" });
});

test("raw delivery posts the message alone, and says so", async () => {
  const { aws, sns, subscribe, publish, to } = await topic();
  const SubscriptionArn = await subscribe({ RawMessageDelivery: "true" });
  await aws.sns.fetch(to.last().SubscribeURL);
  await publish("just this");
  await vi.waitFor(() => expect(to.got.at(-1)?.text).toBe("just this"), 15_000);
  expect(to.got.at(-1)?.headers["x-amz-sns-rawdelivery"]).toBe("true");
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({ PendingConfirmation: "false", RawMessageDelivery: "true" });
});

test("a wrong token confirms nothing, and no other host is led here", async () => {
  const { aws, TopicArn } = await topic();
  const url = `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=00`;
  expect((await aws.sns.fetch(url)).status).toBe(400);
  await expect(aws.sns.fetch("https://sns.us-east-1.amazonaws.com.evil.example/x.pem")).rejects.toThrow("answers for");
  await expect(aws.sns.fetch("http://sns.us-east-1.amazonaws.com/x.pem")).rejects.toThrow("answers for");
});

test("the certificate is SNS's host's, by the root that this AWS tells and by no other", async () => {
  const aws = await started();
  const [leaf, root] = [newAuthority("us-east-1"), newAuthority("us-east-1")].map(({ chain }) => new X509Certificate(chain));
  const own = new X509Certificate(aws.sns.root());
  expect([own.ca, own.checkIssued(own), own.verify(own.publicKey)]).toEqual([true, true, true]);
  const { chain, root: rootPem } = newAuthority("eu-north-1");
  const [made, by] = [new X509Certificate(chain), new X509Certificate(rootPem)];
  expect([made.checkHost("sns.eu-north-1.amazonaws.com"), made.checkHost("sns.us-east-1.amazonaws.com")]).toEqual([
    "sns.eu-north-1.amazonaws.com",
    undefined,
  ]);
  expect([made.ca, made.checkIssued(by), made.verify(by.publicKey), made.verify(own.publicKey)]).toEqual([false, true, true, false]);
  expect(leaf?.serialNumber).not.toBe(root?.serialNumber);
  expect(new Date(made.validTo).getUTCFullYear()).toBe(2045);
});

test("a TLS client that trusts the root takes a certificate that is made like SNS's, and one that does not refuses it", async () => {
  const root = { subject: "Root", ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
  const leaf = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const valid = { from: new Date(Date.now() - 1e6), to: new Date(Date.now() + 1e9) };
  const ca = certificateOf({ subject: "Root", publicKey: root.publicKey, issuer: root, ...valid });
  const cert = certificateOf({ subject: "shop.example", publicKey: leaf.publicKey, issuer: root, host: "shop.example", ...valid });
  const server = createTlsServer({ cert, key: leaf.privateKey.export({ type: "pkcs8", format: "pem" }) }, (socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const trusting = connect({ port, host: "127.0.0.1", servername: "shop.example", ca });
  await once(trusting, "secureConnect");
  expect(trusting.authorized).toBe(true);
  trusting.destroy();
  const [error] = (await once(connect({ port, host: "127.0.0.1", servername: "shop.example" }), "error")) as [Error];
  expect(error.message).toContain("unable to verify");
});
