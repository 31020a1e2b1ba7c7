import { expect, test } from "vitest";
import type { AwsWorld } from "../../lab/aws/world.ts";
import type { RawEvidence, Raw } from "../../src/evidence/read-evidence.ts";
import { faultsOf } from "../../src/slack/contract/check-message.ts";
import { actionsOf } from "../../src/cli/start/actions.ts";
import { readConfig } from "../../src/config/config.ts";
import { propose } from "../../src/remediation/propose.ts";
import { storeOf } from "../../src/store/store.ts";
import { verifyAudit } from "../../src/store/audit/lines.ts";
import { account } from "../aws/account.ts";
import { reachOfCase } from "../slack/made-reach.ts";
import { founding, keyOf, partOf, startGumshoe } from "../slack/made-gumshoe.ts";

const YAML = `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.shop.internal }
    metrics: { lightsailDatabase: shop-db }
    channel: "#prod"
    actions:
      approvers: [U0MINA]
      proof: { goodMinutes: 1, withinMinutes: 12 }
      allow: { reboot-database: {} }
`;

const MINUTE_MS = 60_000;
const QUEUE = "lightsail-database.DiskQueueDepth.json";

/** A request each second of the four minutes before, all of them well. */
function goodLog(now: number): string {
  const lines = Array.from({ length: 240 }, (_, nth) => {
    const request = { client_ip: "203.0.113.7", method: "GET", host: "shop.example", uri: "/api/products/", headers: {} };
    const ts = (now - (240 - nth) * 1_000) / 1_000;
    return `${JSON.stringify({ level: "info", ts, logger: "http.log.access", msg: "handled request", request, duration: 0.02, status: 200 })}\n`;
  });
  return lines.join("");
}

/** The disk queue by the minute: as it was recorded, and from the change on this. */
function queueText(recorded: string, changedAt: number, now: number, queue: number): string {
  const said = JSON.parse(recorded) as { metricName: string; metricData: { average: number; timestamp: string }[] };
  const minutes = Math.max(0, Math.floor((now - changedAt) / MINUTE_MS));
  const since = Array.from({ length: minutes }, (_, nth) => ({
    average: queue,
    maximum: queue,
    timestamp: new Date(changedAt + nth * MINUTE_MS).toISOString(),
    unit: "Count",
  }));
  return JSON.stringify({ ...said, metricData: [...said.metricData, ...since] });
}

/** The founding incident, whose requests and connects are well since the change, and whose disk has this queue. */
function after(changedAt: number, now: number, queue: number): RawEvidence {
  const output = (text: string): Raw => ({ kind: "output", text, whole: true, exitCode: 0 });
  const connects = Array.from({ length: 3 }, (_, nth) => `${JSON.stringify({ attempt: nth + 1, ok: true, connect_ms: 14 + nth })}\n`);
  const hosts = new Map(
    [...founding.hosts].map(([host, results]) => [
      host,
      new Map(results).set("caddy-access", output(goodLog(now))).set("db-connect", output(connects.join(""))),
    ]),
  );
  if (founding.metrics.kind !== "series") throw new Error("the case has no metrics");
  const [name = QUEUE] = [...founding.metrics.texts.keys()].filter((each) => each.includes("DiskQueueDepth"));
  const texts = new Map(founding.metrics.texts).set(name, queueText(founding.metrics.texts.get(name) ?? "", changedAt, now, queue));
  return { ...founding, hosts, metrics: { kind: "series", texts } };
}

/** The product with a database at Lightsail, by a clock that begins with the founding incident and can be moved on; `queue` is the disk's after the change. */
async function shop(queue: number) {
  const events: NonNullable<AwsWorld["events"]> = [];
  const { aws } = await account({
    events,
    lightsailDatabases: [{ name: "shop-db" }],
    delaysMs: { lightsailStart: 0, lightsailRebooting: 1_000 },
  });
  const began = Date.now();
  const state = { aheadMs: 0, changedAt: 0 };
  const now = () => new Date(founding.at.getTime() + Date.now() - began + state.aheadMs);
  const reach = () => reachOfCase(state.changedAt === 0 ? founding : after(state.changedAt, now().getTime(), queue));
  const gumshoe = await startGumshoe({ yaml: YAML, now, reach });
  const { slack, until, store } = gumshoe;
  const card = () => gumshoe.messages().find((each) => keyOf(each).startsWith("plan:"));
  const proof = async () => (await store.db.selectFrom("plan").select("proof").executeTakeFirst())?.proof;
  const press = async (user: string, actionId: string, on: { channel: string; ts: string }) =>
    void (await slack.people.click({ user, channel: on.channel, ts: on.ts, actionId }));
  const parts = storeOf({ db: store.db, copies: store.copies, now });
  /** No verdict of the founding incident offers a reboot, so the plan is made as a button would. */
  const planned = async () => {
    const allowed = actionsOf(readConfig("gumshoe.yml", YAML).environments.get("prod")!);
    const proposing = { allowedIn: () => allowed, rootCausesOf: async () => ["db-disk-saturated"], newId: () => "p-1", now };
    const by = { userId: "U0ALEX", name: "Alex" };
    const wish = { incident: 1, environment: "prod", action: "reboot-database", input: {}, by };
    expect(await propose({ ...proposing, plans: parts.plans, signal: AbortSignal.timeout(30_000) }, wish)).toHaveProperty("plan");
  };
  const rebooted = async () => {
    await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
    await until(() => gumshoe.messages().some((each) => partOf(each) === "ran") && gumshoe.idle(), "the verdict");
    await planned();
    await until(() => card() !== undefined, "the plan");
    await press("U0MINA", "plan:approve", card()!);
    await until(() => aws.calls.some(({ operation }) => operation === "RebootRelationalDatabase"), "the reboot");
    events.push({ of: "lightsail", name: "shop-db", at: new Date(Date.now() + 1_000), message: "Database instance restarted" });
    await until(() => card()!.text.includes("Nothing is proven yet"), "the change is done, and its proof begins");
    state.changedAt = (await proof())!.changedAt;
  };
  /** Lets so many looks be taken, a minute after one another. */
  const looks = async (count: number) => {
    for (let left = count; left > 0; left--) {
      const before = (await proof())!.samples.length;
      state.aheadMs += MINUTE_MS;
      for (;;) {
        const kept = (await proof())!;
        if (kept.samples.length > before || kept.state !== "under-way") break;
        await new Promise((resolve) => void setTimeout(resolve, 50));
      }
    }
  };
  return { aws, gumshoe, card, proof, rebooted, looks };
}

test("from an approved reboot to an incident that is closed by its figures: rebooted, looked at, proven, told and audited", async () => {
  const { aws, gumshoe, card, proof, rebooted, looks } = await shop(0.1);
  try {
    await rebooted();
    expect(aws.calls.filter(({ operation }) => operation === "RebootRelationalDatabase")).toHaveLength(1);
    await looks(3);
    const { state, stands } = (await proof())!;
    expect([state, stands.is]).toEqual(["under-way", "good-so-far"]);
    await gumshoe.until(() => card()!.text.includes("Good for"), "the card says for how long it is good");
    expect(gumshoe.messages().find((each) => partOf(each) === "headline")!.text).not.toContain("recovered");
    await looks(2);
    await gumshoe.until(() => card()!.text.includes("Proven"), "the card says that it is proven");
    await gumshoe.until(
      () => gumshoe.messages().some((each) => each.text.startsWith("prod: recovered")),
      "the headline says that it is over",
    );
    const headline = gumshoe.messages().find((each) => partOf(each) === "headline")!;
    expect(headline.text).toMatch(/Disk queue, on average: [1-9][\d.]+ → 0\.1;/);
    expect(card()!.text).toContain("Number | Before | After | Good is");
    expect(JSON.stringify(card()!.blocks)).toContain(" change");
    for (const message of gumshoe.messages()) if (keyOf(message)) expect(faultsOf(message)).toEqual([]);
    // What is posted of all the looks is the first, and the one in which the picture changed.
    expect(gumshoe.messages().filter((each) => partOf(each) === "steps").length).toBeLessThan(3);
    expect(await verifyAudit(gumshoe.store.db)).toMatchObject({ whole: true });
  } finally {
    await gumshoe.stop();
  }
}, 120_000);

test("a disk that stays slow is not proven to be mended: the incident stays open, and the card says what is not good", async () => {
  const { gumshoe, card, proof, rebooted, looks } = await shop(30);
  try {
    await rebooted();
    await looks(3);
    await gumshoe.until(() => card()!.text.includes("Not good yet: the database's disk queue"), "the card says what is not good");
    await looks(10);
    expect(await proof()).toMatchObject({ state: "not-proven" });
    await gumshoe.until(() => card()!.text.includes("Not proven: after 12 min"), "the card says that nothing is proven");
    expect(gumshoe.messages().some((each) => /recovered/.test(each.text))).toBe(false);
  } finally {
    await gumshoe.stop();
  }
}, 120_000);
