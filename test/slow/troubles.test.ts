import { setTimeout as pause } from "node:timers/promises";
import { SendMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test, vi, type TestContext } from "vitest";
import { authorityOf } from "../../lab/aws/services/sns/certificate/authority.ts";
import { sendStorm } from "../../lab/storm/send.ts";
import { stormOf, type Storm, type StormDelivery, type StormOptions } from "../../lab/storm/storm.ts";
import { notification, TOPIC } from "../aws/alarms/sns/post.ts";
import { calm, holdAgainst } from "../storm/found.ts";
import { serverOf, type Server } from "../storm/server.ts";
import { openSite, type Copy, type Site, type SiteOptions } from "../storm/site.ts";
import { canMount, smallDisk } from "../storm/small-disk.ts";

// What has more than three lines to tell of an incident in a minute waits for the next one: each of these takes a minute and more.
vi.setConfig({ testTimeout: 600_000 });

/** How long Slack is down, in seconds. */
const OUTAGE_S = Number(process.env["GUMSHOE_OUTAGE_S"] ?? 100);

/** The whole program in a place where things go wrong. */
type Scene = { site: Site; server: Server; copy: Copy };

async function scene({ onTestFinished, onTestFailed }: TestContext, options: SiteOptions = {}): Promise<Scene> {
  const site = await openSite(options);
  onTestFinished(site.stop);
  const server = serverOf(site.folder);
  onTestFinished(server.kill);
  const copy = await site.startCopy(0);
  onTestFinished(copy.stop);
  onTestFailed(() => console.log(copy.log().slice(-12_000)));
  return { site, server, copy };
}

const stormFrom = (options: Omit<StormOptions, "from">) =>
  stormOf({ ...options, deliveries: 300, from: new Date(Date.now() - 20 * 60_000), disorder: 40 });

function halves(storm: Storm): [StormDelivery[], StormDelivery[]] {
  const all = [...storm.deliveries()];
  const middle = Math.floor(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 300_000; !(await holds()); await pause(50))
    if (Date.now() > end) throw new Error(`it did not come to this: ${what}`);
}

const count = async ({ site }: Scene, what: string) =>
  (await site.rows<{ n: number }>(`select count(*)::int as n from ${what}`))[0]?.n ?? 0;
const someTaken = async (on: Scene) => until(async () => (await count(on, "delivery where source <> 'slack'")) > 20, "some is taken in");
const isWell = async ({ copy }: Scene) => (await copy.health()).status === 200;
const isIll = async (on: Scene) => !(await isWell(on));
const saysItStays = async ({ copy }: Scene) =>
  until(() => copy.log().includes("the messages stay in the queue until it is"), "the log says what becomes of the messages");

/** What only this person saw once they had asked for a diagnosis, which was acknowledged in time at last. */
async function answerTo(user: string, { site }: Scene, meanwhile = async () => {}): Promise<string> {
  const told = () => site.slack.workspace.messages.filter(({ ephemeralFor }) => ephemeralFor === user).map(({ text }) => text);
  const ask = async () => site.slack.people.command({ user, channel: "C0PROD", command: "/diagnose", text: "prod-kr" });
  let asked = await ask();
  // A storm on a busy machine may take more than Slack's 3 s, or hold up a socket: then people ask again.
  for (let tries = 1; !asked.acked && tries < 20; tries++) {
    await pause(1_000);
    asked = await ask();
  }
  expect(asked).toMatchObject({ acked: true });
  await meanwhile();
  await until(() => told().length > 0, `${user} is told`);
  return told().join("\n");
}

/** In the end all is as if nothing had happened, and each thread came in the order in which it was given. */
async function expectWhole(on: Scene, truth: Storm["truth"]): Promise<void> {
  const { site } = on;
  await until(async () => isWell(on), "it is well again");
  await calm(site, 300_000);
  expect((await holdAgainst(site, truth, { again: true })).filter(({ holds }) => !holds)).toEqual([]);
  const posts = await site.rows<{ thread: string; ts: string }>(
    // What a look says may be written down before the first message of its thread, and waits for it.
    "select coalesce(body -> 'thread' ->> 'key', key) as thread, outcome ->> 'ts' as ts from post where not body ? 'file' order by body ? 'thread', nth",
  );
  const threads = [...Map.groupBy(posts, ({ thread }) => thread).values()].map((theirs) => theirs.map(({ ts }) => Number(ts)));
  expect(threads.filter(({ length }) => length > 2).length).toBeGreaterThanOrEqual(truth.environments.length);
  for (const inOrder of threads) expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
}

describe("in the middle of a storm", () => {
  test("the store hangs, then is down: what cannot be stored stays in the queue, and who asks is told so", async (context) => {
    const on = await scene(context);
    const { site, server } = on;
    const storm = stormFrom({ seed: 41, bad: 6, unmatched: 3 });
    const [before, meanwhile] = halves(storm);
    await sendStorm(before, site.queue);
    await someTaken(on);
    await server.halt();
    await sendStorm(meanwhile, site.queue);
    expect(await isIll(on)).toBe(true);
    const hanging = async () => pause(5_000).then(server.kill);
    expect(await answerTo("U0ALEX", on, hanging)).toContain("cannot write down anything at the moment");
    expect(await answerTo("U0MINA", on)).toContain("기록할 수 없어서");
    await saysItStays(on);
    await pause(5_000);
    expect(await isIll(on)).toBe(true);
    expect(await site.waiting()).toBeGreaterThanOrEqual(meanwhile.length);
    await server.start();
    await expectWhole(on, storm.truth);
  });

  test.skipIf(!canMount())("the store's disk is full: it says so, goes on, and takes the rest in once there is space", async (context) => {
    const disk = smallDisk(160);
    context.onTestFinished(disk.remove);
    const on = await scene(context, { folder: `${disk.folder}/store`, builtIn: true });
    const { site, server, copy } = on;
    const storm = stormFrom({ seed: 42, bad: 6, unmatched: 3 });
    const [before, meanwhile] = halves(storm);
    await sendStorm(before, site.queue);
    await someTaken(on);
    await disk.fill();
    // What is left of the journal's files would do for the rest of so small a storm.
    const journal = "select pg_logical_emit_message(false, 'gumshoe', repeat('x', 900000)), pg_switch_wal()";
    await until(async () => (await site.rows(journal).catch(() => [])).length === 0, "the journal is full");
    await sendStorm(meanwhile, site.queue);
    await saysItStays(on);
    // What PostgreSQL clears away when it starts anew may do for some of them.
    expect(await site.waiting()).toBeGreaterThan(0);
    await until(async () => isIll(on), "it says that it is not well");
    await until(async () => copy.log().includes("No space left on device"), "the log says why");
    expect(await server.log()).toContain("No space left on device");
    await disk.free();
    await expectWhole(on, storm.truth);
  });
});

// The first of these waits, for the most part.
describe.concurrent("in a storm", () => {
  const timeout = 500_000 + OUTAGE_S * 1000;
  test(
    `Slack is down for ${OUTAGE_S} s: alarms are taken in and looked into, and each message comes once, in order`,
    { timeout },
    async (context) => {
      const on = await scene(context);
      const { site, copy } = on;
      const storm = stormFrom({ seed: 43, bad: 6, unmatched: 3 });
      const [before, meanwhile] = halves(storm);
      await sendStorm(before, site.queue);
      await until(() => site.slack.workspace.messages.length > 4, "it is told of");
      const mend = site.slack.faults.add({ kind: "http-before", status: 503 });
      site.slack.faults.terminate();
      const since = Date.now();
      await until(async () => isIll(on), "it says that it is not well");
      const standing = site.slack.workspace.messages.length;
      await sendStorm(meanwhile, site.queue);
      await until(async () => (await site.waiting()) === 0, "all of it is taken in");
      await until(async () => (await count(on, "diagnosis where ending ->> 'how' = 'judged'")) >= 5, "each environment is looked at");
      await pause(Math.max(0, since + OUTAGE_S * 1000 - Date.now()));
      expect(site.slack.workspace.messages).toHaveLength(standing);
      expect(await count(on, "post where outcome is null")).toBeGreaterThan(0);
      expect(process.kill(copy.pid, 0)).toBe(true);
      mend();
      await expectWhole(on, storm.truth);
    },
  );

  test("what is forged, replayed, foreign, oversized or malformed is refused with a reason in the log, counted, and keeps no alarm", async (context) => {
    const on = await scene(context, { topics: [TOPIC] });
    const { site, copy } = on;
    const storm = stormFrom({ seed: 44, bad: 70, unmatched: 5 });
    const { posted = [], queued = [] } = Object.groupBy([...storm.deliveries()], (one) =>
      one.is === "change" && one.shape === "sns-raw" ? "posted" : "queued",
    );
    await sendOversized(site);
    const sending = sendStorm(queued, site.queue);
    const genuine = posted.map(({ body }) => notification({ Message: body }));
    for (const message of genuine) expect(await post(on, message)).toBe(200);
    for (const [because, message, status] of refusedPosts(genuine[0]))
      expect([because, await post(on, message)]).toEqual([because, status]);
    await sending;
    const reasons = refusedPosts(genuine[0]).map(([because]) => because);
    await expectWhole(on, { ...storm.truth, bad: storm.truth.bad + 1 + reasons.length });
    const refused = await site.rows<{ source: string; because: string }>("select source, because from refusal");
    const from = (way: string) => refused.filter(({ source }) => source === way).map(({ because }) => because);
    expect(from("sns-https").toSorted()).toEqual(reasons.toSorted());
    expect(from("sqs").length).toBeGreaterThanOrEqual(5);
    for (const { because } of refused) expect(copy.log()).toContain(`"because":${JSON.stringify(because)}`);
  });
});

/** Posts as SNS does; the status of the answer. */
async function post({ copy }: Scene, message: unknown): Promise<number> {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const answer = await fetch(copy.sns, { method: "POST", headers: { "content-type": "text/plain; charset=UTF-8" }, body });
  await answer.arrayBuffer();
  return answer.status;
}

/** Why each is refused, what is posted, and the status of the answer. The first is what was taken before. */
function refusedPosts(genuine: unknown): [because: string, message: unknown, status: number][] {
  const earlier = new Date(Date.now() - 2 * 3_600_000).toISOString();
  return [
    ["it was taken before", genuine, 200],
    ["its signature is wrong", { ...notification(), Message: "{}" }, 403],
    ["its topic is not one of ours", notification({ TopicArn: `${TOPIC}-other` }), 403],
    ["it is older than an hour", notification({ Timestamp: earlier }), 403],
    ["its certificate is not at SNS in the topic's region", notification({}, "2", authorityOf("eu-west-1")), 403],
    ["it is larger than 256 KB", notification({ Message: "x".repeat(300_000) }), 413],
    ["it is not JSON", "{", 400],
  ];
}

/** SQS takes up to 1 MiB where its owner lets it. */
async function sendOversized({ queue: { client, queueUrl: QueueUrl } }: Site): Promise<void> {
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { MaximumMessageSize: "1048576" } }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ AlarmName: "x".repeat(300_000) }) }));
}
