import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { authorityOf, newAuthority } from "../../../../lab/aws/services/sns/certificate/authority.ts";
import { alarmMessage } from "../intake.ts";
import { confirmation, notification, open, post, stranger, TOPIC, type Posted } from "./post.ts";

const opened: Posted[] = [];
afterEach(async () => {
  for (const { endpoint } of opened.splice(0)) await endpoint.stop();
});
const listen = async (changes?: Parameters<typeof open>[0]) => {
  const at = await open(changes);
  opened.push(at);
  return at;
};

test.each(["1", "2"] as const)(
  "a notification with a signature of version %s is taken in, and answered once it is stored",
  async (version) => {
    const at = await listen();
    expect(await post(at, notification({}, version))).toBe(200);
    expect(at.store.taken).toMatchObject([{ source: "sns-https", alarm: { name: "disk", state: "alarm", account: "111122223333" } }]);
    expect(at.store.refused).toEqual([]);
    expect(at.endpoint.state().takenAt).toBeInstanceOf(Date);
  },
);

test("a message without a subject is signed without one", async () => {
  const at = await listen();
  expect(await post(at, { ...notification(), Subject: undefined })).toBe(403);
  expect(await post(at, notification({ Subject: undefined }))).toBe(200);
});

test.each([
  ["whose text was changed after it was signed", () => ({ ...notification(), Message: alarmMessage("other") }), "its signature is wrong"],
  ["whose signature is no base64", () => ({ ...notification(), Signature: "!" }), "its signature is wrong"],
  ["that claims the other version's signature", () => ({ ...notification({}, "2"), SignatureVersion: "1" }), "its signature is wrong"],
  ["signed by a key that no root of ours vouches for", () => notification({}, "2", stranger), "its certificate is not trusted"],
  ["of a topic that is not ours", () => notification({ TopicArn: `${TOPIC}-other` }), "its topic is not one of ours"],
  [
    "whose certificate is at another region's SNS",
    () => notification({}, "2", authorityOf("eu-west-1")),
    "its certificate is not at SNS in the topic's region",
  ],
  [
    "whose certificate is at a host that only begins like SNS's",
    () => notification({}, "2", { ...stranger, url: "https://sns.us-east-1.amazonaws.com.evil.example/a.pem" }),
    "its certificate is not at SNS in the topic's region",
  ],
  [
    "whose certificate comes over plain http",
    () => notification({}, "2", { ...stranger, url: authorityOf("us-east-1").url.replace("https", "http") }),
    "its certificate is not at SNS in the topic's region",
  ],
  [
    "whose certificate's address carries a name and password",
    () => notification({}, "2", { ...stranger, url: "https://a:b@sns.us-east-1.amazonaws.com/a.pem" }),
    "its certificate is not at SNS in the topic's region",
  ],
  [
    "whose certificate's address leads to one of SNS's own operations",
    () => notification({}, "2", { ...stranger, url: "https://sns.us-east-1.amazonaws.com/?Action=Publish&x=.pem" }),
    "its certificate is not at SNS in the topic's region",
  ],
  [
    "that is more than an hour old",
    () => notification({ Timestamp: new Date(Date.now() - 3_700_000).toISOString() }),
    "it is older than an hour",
  ],
  ["of the future", () => notification({ Timestamp: new Date(Date.now() + 900_000).toISOString() }), "it is of the future"],
  ["without a time", () => notification({ Timestamp: "yesterday" }), "it is older than an hour"],
])("a message %s is refused and counted, and the next is taken", async (_, forged, because) => {
  const at = await listen();
  expect(await post(at, forged())).toBe(403);
  expect(at.store.taken).toEqual([]);
  expect(at.store.refused).toEqual([`sns-https: ${because}`]);
  expect(at.store.lines).toContainEqual({
    level: "warn",
    doing: "taking a post of SNS",
    facts: expect.objectContaining({ status: 403, because }),
  });
  expect(await post(at, notification())).toBe(200);
});

test.each([
  ["no JSON", "ALARM: disk", 400, "it is not JSON"],
  ["a list", "[]", 400, "it has no envelope of SNS (raw message delivery carries no signature; turn it off)"],
  ["a raw message", alarmMessage("disk"), 400, "it has no envelope of SNS (raw message delivery carries no signature; turn it off)"],
  ["a type that SNS does not have", { ...notification(), Type: "Note" }, 400, "it is not a message of SNS"],
  ["a field that is missing", { ...notification(), Signature: undefined }, 400, "it is not a message of SNS"],
  ["a field of another type", { ...notification(), MessageId: { a: 1 } }, 400, "it is not a message of SNS"],
  ["a version of the signature that there is not", { ...notification(), SignatureVersion: "3" }, 400, "it is not a message of SNS"],
  ["a signed message that is half an alarm", notification({ Message: '{"AlarmName":"disk"' }), 400, "Message: not whole JSON"],
])("a body that is %s is refused with a reason, and counted", async (_, body, status, because) => {
  const at = await listen();
  expect(await post(at, body)).toBe(status);
  expect(at.store.refused).toEqual([`sns-https: ${because}`]);
});

test("a signed message that is no alarm is answered well and taken nowhere", async () => {
  const at = await listen();
  expect(await post(at, notification({ Message: "a human wrote this" }))).toBe(200);
  expect(at.store).toMatchObject({ taken: [], refused: [] });
});

test("a body beyond 256 KB is refused, whether its length is told or not", async () => {
  const at = await listen();
  const large = Buffer.alloc(300_000, " ");
  // Whoever still sends may find the connection closed instead of reading the answer.
  for (const chunked of [false, true]) expect(await post(at, large, { chunked }).catch(() => 413)).toBe(413);
  expect(at.store.refused).toEqual(["sns-https: it is larger than 256 KB", "sns-https: it is larger than 256 KB"]);
  expect(await post(at, notification())).toBe(200);
});

test("only a POST of text to the path is looked at", async () => {
  const at = await listen();
  expect(await post(at, notification(), { path: "/" })).toBe(404);
  expect(await post(at, "", { method: "GET" })).toBe(405);
  expect(await post(at, notification(), { type: "multipart/form-data" })).toBe(415);
  expect(at.store.taken).toEqual([]);
});

test("while nothing can be stored SNS is asked to come again, and what it sends again is taken", async () => {
  const at = await listen();
  const message = notification();
  at.store.down = true;
  expect(await post(at, message)).toBe(503);
  expect(at.endpoint.state().failing).toMatchObject({ because: "it could not be stored" });
  expect(at.ids).toEqual(new Set());
  at.store.down = false;
  expect(await post(at, message)).toBe(200);
  expect(at.store.taken).toHaveLength(1);
  expect(at.endpoint.state().failing).toBeUndefined();
});

test("a message whose answer was lost, or that is replayed, is answered well, counted, and taken once", async () => {
  const at = await listen();
  const message = notification();
  expect(await post(at, message)).toBe(200);
  expect(await post(at, message)).toBe(200);
  expect(at.store.taken).toHaveLength(1);
  expect(at.store.refused).toEqual(["sns-https: it was taken before"]);
});

test("a repetition that another copy took is known by the store", async () => {
  const [one, other] = [await listen(), await listen()];
  const message = notification();
  expect(await post(one, message)).toBe(200);
  for (const id of one.ids) other.ids.add(id);
  expect(await post(other, message)).toBe(200);
  expect(other.store.refused).toEqual(["sns-https: it was taken before"]);
});

test("the certificate is fetched once; a page that is none is not kept, and is asked for again", async () => {
  let broken = true;
  const { url, chain } = authorityOf("us-east-1");
  const at = await listen({ pages: { [url]: () => new Response(broken ? "<html>Service Unavailable</html>" : chain) } });
  expect(await post(at, notification())).toBe(503);
  broken = false;
  expect(await post(at, notification())).toBe(200);
  expect(await post(at, notification())).toBe(200);
  expect(at.fetch.asked).toEqual([url, url]);
});

test("a certificate behind a redirect, an error or too many bytes is not taken", async () => {
  const { url } = authorityOf("us-east-1");
  for (const page of [
    () => new Response("", { status: 302 }),
    () => new Response("", { status: 500 }),
    () => new Response("x".repeat(100_000)),
  ]) {
    const at = await listen({ pages: { [url]: page } });
    expect(await post(at, notification())).toBe(503);
    expect(at.store.refused).toEqual(["sns-https: its certificate cannot be fetched"]);
  }
});

test("a certificate that has run out, or is for another host, is not trusted", async () => {
  const old = newAuthority("us-east-1", { from: new Date("2020-01-01"), to: new Date("2021-01-01") });
  const other = { ...newAuthority("eu-west-1") };
  const url = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem";
  for (const authority of [old, other]) {
    const at = await listen({ roots: [authority.root], pages: { [url]: () => new Response(authority.chain) } });
    expect(await post(at, notification({}, "2", { ...authority, url }))).toBe(403);
    expect(at.store.refused).toEqual(["sns-https: its certificate is not trusted"]);
  }
});

test("a subscription to a topic of ours is confirmed by SNS's own address", async () => {
  const at = await listen({ pages: { "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription": () => new Response("<ok/>") } });
  expect(await post(at, confirmation("SubscriptionConfirmation"))).toBe(200);
  expect(at.fetch.asked.at(-1)).toBe(`https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`);
  expect(at.store.lines).toContainEqual(expect.objectContaining({ level: "info", doing: "the subscription to this topic is confirmed" }));
});

test.each([
  ["leads to another host", "https://evil.example/?Action=ConfirmSubscription"],
  ["leads to another region", `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`],
  ["does something else", `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&TopicArn=${TOPIC}&Token=2336412f37`],
  ["confirms another topic", `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}2&Token=2336412f37`],
])("a confirmation whose address %s is not followed, though it is signed", async (_, SubscribeURL) => {
  const at = await listen();
  expect(await post(at, confirmation("SubscriptionConfirmation", { SubscribeURL }))).toBe(403);
  expect(at.store.refused).toEqual(["sns-https: its confirmation would go elsewhere"]);
  expect(at.fetch.asked).toEqual([authorityOf("us-east-1").url]);
});

test("a confirmation that SNS does not answer is asked for again", async () => {
  const at = await listen();
  expect(await post(at, confirmation("SubscriptionConfirmation"))).toBe(503);
});

test("the end of a subscription is logged as loud as it goes, and nothing is fetched for it", async () => {
  const at = await listen();
  expect(await post(at, confirmation("UnsubscribeConfirmation"))).toBe(200);
  expect(at.store.lines).toContainEqual(expect.objectContaining({ level: "error", facts: expect.objectContaining({ topic: TOPIC }) }));
  expect(at.fetch.asked).toEqual([authorityOf("us-east-1").url]);
});

test("an address that is taken already is told to whoever starts it", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  await expect(open({ address: `127.0.0.1:${port}` })).rejects.toThrow("EADDRINUSE");
  taken.close();
});
