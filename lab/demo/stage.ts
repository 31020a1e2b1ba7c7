import { CreateDocumentCommand, SSMClient } from "@aws-sdk/client-ssm";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { startLocalAws, type LocalAws } from "../aws/local-aws.ts";
import { startShop, type Shop } from "../shop/shop.ts";
import { startLocalSlack, type LocalSlack } from "../slack/local-slack.ts";
import { freePort } from "./free-port.ts";
import { startGumshoe, type Gumshoe } from "./gumshoe.ts";

/** Everything that the demo plays on: a local Slack, a local AWS, the shop that breaks, and the real product between them. */
export type Stage = { slack: LocalSlack; aws: LocalAws; shop: Shop; gumshoe: Gumshoe; stop: () => Promise<void> };

/** How the stage is set: the page's port where it is free, how the shop begins, the language of the channel, and who hears of what is going on. */
export type Setting = {
  port: number;
  story: "choking" | "calm";
  language: "en" | "ko";
  /** The page answers, and the rest is starting. */
  onPage?: (slack: LocalSlack) => void;
};

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "src/gumshoe.js");

/** Names that the shop has at AWS. */
export const NAMES = { node: "mi-0c2a9f41d7be58360", host: "shop-web-1", database: "shop-db", instance: "shop-web-1" } as const;

/** Sets the stage. The product is started as a person starts it, with the settings that a person has, and nothing else in its environment. */
export async function setStage({ port, story, language, onPage }: Setting): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-demo-"));
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
    const shop = started(await startShop({ dir: join(dir, "shop"), story }));
    const aws = started(await startLocalAws({ world: worldOf(shop) }));
    await registerDocument(aws);
    const health = `127.0.0.1:${await freePort(0)}`;
    const config = join(dir, "gumshoe.yml");
    await writeFile(config, stringify(configOf(shop, aws, { language, health })));
    const env = {
      ...aws.env,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.tokens.bot,
      SLACK_APP_TOKEN: slack.tokens.app,
      SHOP_DB_URL: shop.monitorUrl,
    };
    const gumshoe = started(await startGumshoe({ command: COMMAND, args: ["start", "--config", config], env, health }));
    return { slack, aws, shop, gumshoe, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function worldOf(shop: Shop): Parameters<typeof startLocalAws>[0]["world"] {
  return {
    nodes: [
      {
        id: NAMES.node,
        name: NAMES.host,
        tags: { role: "web", "incident-bot": "enabled" },
        ping: "Online",
        agentVersion: "3.3.2746.0",
        platform: "Debian GNU/Linux",
        run: shop.node,
      },
    ],
    lightsailDatabases: [{ name: NAMES.database }],
    lightsailInstances: [{ name: NAMES.instance }],
    rdsInstances: [],
    metrics: shop.metrics,
  };
}

/** What an operator does once: print the document, and register it. */
async function registerDocument({ env }: LocalAws): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, "ssm-document"], { maxBuffer: 1024 * 1024 });
  const ssm = new SSMClient({
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" },
  });
  await ssm.send(
    new CreateDocumentCommand({ Name: "Gumshoe-Diagnose-web-errors", Content: stdout, DocumentType: "Command", DocumentFormat: "JSON" }),
  );
  ssm.destroy();
}

function configOf({ environment }: Shop, aws: LocalAws, { language, health }: { language: "en" | "ko"; health: string }): object {
  return {
    slack: { language },
    health,
    environments: {
      prod: {
        hosts: [NAMES.node],
        aws: { region: aws.env["AWS_REGION"] },
        ...environment,
        database: { ...environment.database, monitorUrlFrom: "SHOP_DB_URL" },
        metrics: { lightsailDatabase: NAMES.database, lightsailInstance: NAMES.instance },
        channel: "#prod",
      },
    },
  };
}
