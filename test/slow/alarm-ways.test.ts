import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { channelOf, ENVIRONMENTS, openSite, type Site } from "./ways/site.ts";

// One shop, one product, and five environments that hear of the same trouble by five ways. Nobody types anything.
let site: Site;

beforeAll(async () => {
  site = await openSite();
}, 120_000);
afterAll(async () => site?.stop(), 60_000);

/** The first messages of threads in an environment's channel. */
const headlines = (environment: string) =>
  site.slack.workspace.messages.filter(({ channel, threadTs }) => channel === channelOf(environment) && threadTs === undefined);
const headline = (environment: string) => headlines(environment)[0]?.text ?? "";
const thread = (environment: string) =>
  site.slack.workspace.messages.filter(({ channel, threadTs }) => channel === channelOf(environment) && threadTs !== undefined);

type Awaited = { of: readonly string[]; enough?: number; limitMs: number };

/** Waits until something is so in as many of these environments as are enough (all), and says where it is not. */
async function until(so: (environment: string) => boolean, { of, enough = of.length, limitMs }: Awaited): Promise<string[]> {
  for (const end = Date.now() + limitMs; ; await pause(200)) {
    const where = of.filter((one) => so(one));
    if (where.length >= enough) return where;
    if (Date.now() < end) continue;
    const told = of.flatMap((one) => [headline(one), ...thread(one).map(({ text }) => `  ${text}`)]);
    throw new Error(`it came to this in ${where.join(", ") || "none"} only:\n${told.join("\n")}\n${site.gumshoe.log()}`);
  }
}

test("an alarm by each way, and a scheduled look, open one thread each, whose headline says that the disk cannot keep up", async () => {
  const found = (one: string) => headline(one).startsWith(`${one}: root cause found. The database's disk cannot keep up`);
  // One after the other: each looks at the same small host, whose steps have limits.
  await until(found, { of: ["watch"], limitMs: 120_000 });
  for (const way of ["queue", "topic", "push"] as const) {
    await site.ways.setAlarms(way);
    await until(found, { of: [way], limitMs: 120_000 });
  }
  await until(found, { of: ENVIRONMENTS, limitMs: 120_000 });
  for (const one of ENVIRONMENTS) expect([one, headlines(one).length]).toEqual([one, 1]);
  const { messages, botUserId } = site.slack.workspace;
  expect(messages.filter(({ user }) => user !== botUserId)).toEqual([]);
  const by = await site.rows<{ environment: string; source: string }>(
    "select distinct environment, source from delivery join alarm on starts_with(id, key || ' ') order by 1, 2",
  );
  expect(by.map(({ environment, source }) => `${environment} by ${source}`)).toEqual([
    "check by check",
    "push by sns-https",
    "queue by eventbridge",
    "topic by sns",
    "topic by sns-raw",
    "watch by lightsail",
  ]);
  expect(site.pushes()).toEqual(["SubscriptionConfirmation 200", "Notification 200"]);
  expect(await site.ways.waiting()).toBe(0);
  expect(await site.health()).toMatchObject({ ok: true, refused: [] });
}, 620_000);

test("once the disk is mended the alarms go quiet, and a look two minutes later ends an incident in its own thread", async () => {
  const alarmed = ["queue", "topic", "push"];
  site.shop.disk.mend();
  await until((one) => /: no alarm fires since .* Not called over yet|: recovered after /.test(headline(one)), {
    of: alarmed,
    limitMs: 150_000,
  });
  const over = (one: string) => headline(one).startsWith(`${one}: recovered after `);
  const [first = ""] = await until(over, { of: alarmed, enough: 1, limitMs: 330_000 });
  expect(headline(first)).toContain("What it was: The database's disk cannot keep up");
  const told = thread(first).map(({ text }) => text);
  expect(told.filter((text) => /^(?:No alarm fires since|Recovered after)/.test(text))).toEqual([
    expect.stringMatching(/^No alarm fires since/),
    expect.stringMatching(/^Recovered after \d+ min/),
  ]);
  for (const one of ENVIRONMENTS) expect([one, headlines(one).length]).toEqual([one, 1]);
  expect(site.pushes()).toEqual(["SubscriptionConfirmation 200", "Notification 200", "Notification 200"]);
  expect(await site.ways.waiting()).toBe(0);
}, 500_000);
