import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startLocalAws, type LocalAws } from "../aws/local-aws.ts";
import { realClock } from "../clock.ts";
import { installedPostgres, type Installed } from "../shop/database/installed.ts";
import { startShop, type Shop } from "../shop/shop.ts";
import { startLocalSlack, type LocalSlack } from "../slack/local-slack.ts";
import { openDatabases, type Databases } from "../story/databases.ts";
import { letHostReadSecrets, registerDocuments } from "../story/host-at-aws.ts";
import { NAMES, repairsOf, worldOf, type Pace } from "../story/world.ts";
import { placeOf } from "../../src/store/embedded/place.ts";
import { stopEmbedded } from "../../src/store/embedded/stop.ts";
import { setUpAlarms, type Measured } from "./alarms.ts";
import { failedIn } from "./failed.ts";
import { freePort } from "./free-port.ts";
import { startGumshoe, type Gumshoe } from "./gumshoe.ts";

/** Everything that the demo plays on: a local Slack, a local AWS, the shop that breaks, whether its alarms reach Gumshoe, and the real product between them. */
export type Stage = {
  slack: LocalSlack;
  aws: LocalAws;
  shop: Shop;
  /** The servers behind the account's databases, and the PostgreSQL that they are of where this machine has one with its client programs. */
  databases: Databases;
  installed: Installed | undefined;
  gumshoe: Gumshoe;
  alarmed: boolean;
  /** Starts the product once more, where it was killed; on another store, where one is given by its URL. */
  startAgain: (store?: string) => Promise<Gumshoe>;
  /** The URL of its store. */
  store: string;
  stop: () => Promise<void>;
};

/**
 * How the stage is set: the page's port where it is free, how the shop begins, the language of the channel, and who hears of what is going on. A shop
 * that is calm has alarms that reach Gumshoe; at one that chokes from the start somebody has to ask.
 */
export type Setting = {
  port: number;
  story: "choking" | "calm";
  language: "en" | "ko";
  /** The page answers, and the rest is starting. */
  onPage?: (slack: LocalSlack) => void;
  /** How long things take at AWS: as somebody likes who looks on, or for tests. */
  pace?: Pace;
};

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "src/gumshoe.js");

/** Where the shop's database listens: an address that nothing else of this machine names. */
const SHOP_DATABASE = "127.0.0.21";

/** What of the lab's own programs is said to nobody. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Sets the stage. The product is started as a person starts it, with the settings that a person has, and nothing else in its environment. */
export async function setStage({ port, story, language, onPage, pace = "watched" }: Setting): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-demo-"));
  // PostgreSQL refuses root: whoever runs it then must be able to pass through.
  await chmod(dir, 0o711);
  const stops: (() => Promise<unknown>)[] = [async () => rm(dir, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async () => {
    for (let end = stops.pop(); end; end = stops.pop()) await end().catch((error: unknown) => console.error(String(error)));
  };
  const started = <Part extends { stop: () => Promise<unknown> }>(part: Part): Part => {
    stops.push(part.stop);
    return part;
  };
  try {
    const manifest = await readFile(join(ROOT, "manifest.yml"), "utf8");
    const slack = started(await startLocalSlack({ port: await freePort(port), manifest }));
    onPage?.(slack);
    const installed = installedPostgres();
    const shop = started(await startShop({ dir: join(dir, "shop"), story, movable: { installed, address: SHOP_DATABASE } }));
    const databases = started(openDatabases({ dir: join(dir, "databases"), shop, installed }));
    const aws = started(await startLocalAws({ world: worldOf({ shop, databases, pace, installed }) }));
    await registerDocuments(aws);
    await letHostReadSecrets(shop.parts.host, aws);
    const alarms =
      story === "calm" ? started(await setUpAlarms(aws, { site: NAMES, measured: measuredOf(shop), clock: realClock })) : undefined;
    const folder = join(dir, "store");
    // A Gumshoe that was killed leaves its database running, as it should where it is started again.
    stops.push(async () => stopEmbedded(placeOf(folder).url, SILENT));
    const health = `127.0.0.1:${await freePort(0)}`;
    const config = join(dir, "gumshoe.yml");
    await writeFile(config, stringify(configOf(shop, aws, { language, health, folder, queueUrl: alarms?.queueUrl })));
    const env = {
      ...aws.env,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.tokens.bot,
      SLACK_APP_TOKEN: slack.tokens.app,
      SHOP_DB_URL: shop.monitorUrl,
    };
    const startAgain = async (store?: string) => {
      const own = store === undefined ? env : { ...env, DATABASE_URL: store };
      return started(await startGumshoe({ command: COMMAND, args: ["start", "--config", config], env: own, health }));
    };
    const gumshoe = await startAgain();
    return {
      slack,
      aws,
      shop,
      databases,
      installed,
      gumshoe,
      alarmed: alarms !== undefined,
      startAgain,
      store: placeOf(folder).url,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const measuredOf = ({ environment, recent }: Shop): Measured => ({
  failed: async () => failedIn(environment.caddy.accessLog, new Date(Date.now() - 60_000)),
  waiting: () => recent("DiskQueueDepth"),
});

type Settings = { language: "en" | "ko"; health: string; folder: string; queueUrl: string | undefined };

function configOf({ environment, parts }: Shop, { env }: LocalAws, { language, health, folder, queueUrl }: Settings): object {
  const region = env["AWS_REGION"];
  const shop = {
    hosts: [NAMES.node],
    aws: { region },
    ...environment,
    database: { ...environment.database, monitorUrlFrom: "SHOP_DB_URL" },
    metrics: { lightsailDatabase: NAMES.database, lightsailInstance: NAMES.instance },
    channel: "#prod",
    actions: repairsOf(parts),
  };
  const base = { slack: { language, channel: "#prod" }, health, store: { folder } };
  if (queueUrl === undefined) return { ...base, environments: { prod: shop } };
  // The threshold on Lightsail's own metric, which comes each minute, fires minutes after the alarm, and joins its thread.
  const watch = { thresholds: [{ source: "database", metric: "DiskQueueDepth", above: 10, minutes: 2 }], bridge: "Gumshoe/Lightsail" };
  const alarmed = { alarms: { region, names: ["shop-*"] }, watch, onCall: { call: "S0ONCALL" } };
  return { ...base, intake: { queues: [{ url: queueUrl, region }] }, environments: { prod: { ...shop, ...alarmed } } };
}
