import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { stringify } from "yaml";
import { startLocalAws } from "../../../lab/aws/local-aws.ts";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import { freePort } from "../../../lab/demo/free-port.ts";
import { startGumshoe, type Gumshoe } from "../../../lab/demo/gumshoe.ts";
import { NAMES } from "../../../lab/story/world.ts";
import { startShop, type Shop } from "../../../lab/shop/shop.ts";
import { startLocalSlack, type LocalSlack } from "../../../lab/slack/local-slack.ts";
import { placeOf } from "../../../src/store/embedded/place.ts";
import { stopEmbedded } from "../../../src/store/embedded/stop.ts";
import { openWays, type WaysIn } from "./ways-in.ts";

/** A choked shop, the ways by which its alarms come, the product, and the Slack in which it tells of them. */
export type Site = {
  shop: Shop;
  slack: LocalSlack;
  ways: WaysIn;
  gumshoe: Gumshoe;
  /** What was posted to the product's endpoint: its kind, and the status of the answer. */
  pushes: () => readonly string[];
  health: () => Promise<unknown>;
  rows: <Row>(query: string) => Promise<Row[]>;
  stop: () => Promise<void>;
};

/** The environments, each named by how it hears; each has a channel of its name. */
export const ENVIRONMENTS = ["queue", "topic", "push", "watch", "check"] as const;

const ROOT = join(import.meta.dirname, "../../..");
const PUBLIC = "https://gumshoe.example";
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Sets the scene: a shop whose disk choked minutes ago, and a product that has just heard nothing of it. Alarms are not set yet. */
export async function openSite(): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-ways-"));
  // PostgreSQL refuses root: whoever runs it then must be able to pass through.
  await chmod(dir, 0o711);
  const stops: (() => Promise<unknown>)[] = [async () => rm(dir, { recursive: true, force: true, maxRetries: 5 })];
  const started = <Part extends { stop: () => Promise<unknown> }>(part: Part): Part => {
    stops.push(part.stop);
    return part;
  };
  const stop = async () => {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
  };
  try {
    const slack = started(await startLocalSlack({ manifest: await readFile(join(ROOT, "manifest.yml"), "utf8") }));
    const channels = slack.workspace.channels as unknown as object[];
    for (const name of ENVIRONMENTS) channels.push({ id: channelOf(name), name, members: ["U0ALEX", slack.workspace.botUserId] });
    const shop = started(await startShop({ dir: join(dir, "shop"), story: "choking" }));
    const [sns, health] = [`127.0.0.1:${await freePort(0)}`, `127.0.0.1:${await freePort(0)}`];
    const aws = started(await startLocalAws({ world: worldOf(shop), reach: { [PUBLIC]: `http://${sns}` } }));
    const ways = started(await openWays(aws));
    const [config, roots, folder] = [join(dir, "gumshoe.yml"), join(dir, "roots.pem"), join(dir, "store")];
    const region = aws.env["AWS_REGION"] ?? "";
    await writeFile(config, stringify(configOf(shop, { ways, region, sns, health, folder })));
    await writeFile(roots, aws.sns.root());
    stops.push(async () => stopEmbedded(placeOf(folder).url, SILENT));
    const env = {
      ...aws.env,
      NODE_EXTRA_CA_CERTS: roots,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.tokens.bot,
      SLACK_APP_TOKEN: slack.tokens.app,
      SHOP_DB_URL: shop.monitorUrl,
    };
    const command = join(ROOT, "src/gumshoe.js");
    const gumshoe = started(await startGumshoe({ command, args: ["start", "--config", config], env, health }));
    await ways.subscribe(`${PUBLIC}/sns`);
    ways.publish(() => shop.recent("DiskQueueDepth"));
    return {
      shop,
      slack,
      ways,
      gumshoe,
      pushes: () => aws.sns.pushes.map(({ type, status }) => `${type} ${status}`),
      health: async () => (await fetch(`http://${health}/healthz`)).json(),
      rows: async (query) => rowsOf(placeOf(folder).url, query),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The id of an environment's channel. */
export function channelOf(environment: string): string {
  return `C0${environment.toUpperCase()}`;
}

function worldOf(shop: Shop): AwsWorld {
  const { node: id, host: name, database, instance } = NAMES;
  const node = { id, name, tags: {}, ping: "Online", agentVersion: "3.3.2746.0", platform: "Debian GNU/Linux", run: shop.node } as const;
  return {
    nodes: [node],
    lightsailDatabases: [{ name: database }],
    lightsailInstances: [{ name: instance }],
    rdsInstances: [],
    metrics: shop.metrics,
  };
}

type Place = { ways: WaysIn; region: string; sns: string; health: string; folder: string };

/** Five environments that look at the same shop. What they share belongs to the one whose alarms name it. */
function configOf({ environment }: Shop, { ways, region, sns, health, folder }: Place): object {
  const shop = {
    ...environment,
    hosts: [NAMES.node],
    aws: { region, document: "AWS-RunShellScript" },
    database: { ...environment.database, monitorUrlFrom: "SHOP_DB_URL" },
    metrics: { lightsailDatabase: NAMES.database, lightsailInstance: NAMES.instance },
  };
  const thresholds = [{ source: "database", metric: "DiskQueueDepth", above: 10, minutes: 2 }];
  const hears = {
    queue: { alarms: { names: ["queue-*"] } },
    topic: { alarms: { names: ["topic-*"] } },
    push: { alarms: { names: ["push-*"] } },
    watch: { alarms: { values: [NAMES.node, NAMES.database, NAMES.instance] }, watch: { thresholds } },
    check: { checks: [{ cron: "* * * * *" }] },
  };
  return {
    health,
    store: { folder },
    intake: { queues: ways.queues.map((url) => ({ url, region })), sns: { address: sns, topics: [ways.pushTopic] } },
    environments: Object.fromEntries(ENVIRONMENTS.map((name) => [name, { ...shop, channel: `#${name}`, ...hears[name] }])),
  };
}

async function rowsOf<Row>(url: string, query: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, options: "-c search_path=gumshoe" });
  await client.connect();
  try {
    return (await client.query(query)).rows as Row[];
  } finally {
    await client.end();
  }
}
