import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Client } from "pg";
import { stringify } from "yaml";
import { startLocalAws, type LocalAws } from "../../lab/aws/local-aws.ts";
import type { NodeResult } from "../../lab/aws/world.ts";
import { freePort } from "../../lab/demo/free-port.ts";
import { startGumshoe, type Gumshoe } from "../../lab/demo/gumshoe.ts";
import { recordedHost } from "../../lab/recorded-host.ts";
import { startLocalSlack, type LocalSlack } from "../../lab/slack/local-slack.ts";
import { stormConfig, stormWorld } from "../../lab/storm/config.ts";
import { startEmbedded } from "../../src/store/embedded/start.ts";
import { stopEmbedded } from "../../src/store/embedded/stop.ts";

/** Where it storms: a local Slack and AWS with a queue, a PostgreSQL that all copies share, and a way to start a copy. */
export type Site = {
  slack: LocalSlack;
  aws: LocalAws;
  queue: { client: SQSClient; queueUrl: string };
  /** Rows of a query in the store. */
  rows: <Row>(query: string) => Promise<Row[]>;
  /** Messages that are in the queue, or were received and not deleted. */
  waiting: () => Promise<number>;
  startCopy: (nth: number) => Promise<Copy>;
  /** The folder of the PostgreSQL. */
  folder: string;
  stop: () => Promise<void>;
};

/** A copy that runs, and what it answers when it is asked how it is. */
export type Copy = Gumshoe & { health: () => Promise<{ status: number; told: Record<string, unknown> }>; sns: string };

/**
 * `folder`: where the PostgreSQL is, elsewhere than usual. `builtIn`: copies have it as their own there, and revive it, instead of by a URL. `topics`:
 * copies listen to SNS as well, at `sns`, for these.
 */
export type SiteOptions = { folder?: string; builtIn?: boolean; topics?: readonly string[] };

const ROOT = join(import.meta.dirname, "../..");
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** A message that a copy received and did not delete comes back after this. */
const VISIBILITY_S = 15;

/** What is kept of a copy's log, in characters: all of it, for a while. */
const KEPT = 20_000_000;

/** Sets the scene. Everything is on this machine, and gone when it is stopped. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-storm-"));
  const { folder = join(dir, "store"), builtIn = false, topics = [] } = options;
  const host = await recordedHost(join(ROOT, "lab/cases/lightsail-disk-queue"));
  const { url } = await startEmbedded(folder, silent);
  const slack = await startLocalSlack({ manifest: await readFile(join(ROOT, "manifest.yml"), "utf8") });
  const aws = await startLocalAws({ world: stormWorld(onceRun(host.path)) });
  const setting = (name: string) => aws.env[name] ?? "";
  const sqs = new SQSClient({
    endpoint: aws.endpoint,
    region: setting("AWS_REGION"),
    credentials: { accessKeyId: setting("AWS_ACCESS_KEY_ID"), secretAccessKey: setting("AWS_SECRET_ACCESS_KEY") },
  });
  const Attributes = { VisibilityTimeout: String(VISIBILITY_S) };
  const { QueueUrl: queueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "gumshoe-alarms", Attributes }));
  return {
    slack,
    aws,
    queue: { client: sqs, queueUrl },
    rows: async (query) => {
      const client = new Client({ connectionString: url, options: "-c search_path=gumshoe" });
      await client.connect();
      try {
        return (await client.query(query)).rows as never[];
      } finally {
        await client.end();
      }
    },
    waiting: async () => {
      const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
      const { Attributes: counts = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.reduce((sum, name) => sum + Number(counts[name]), 0);
    },
    startCopy: async (nth) => {
      const health = `127.0.0.1:${await freePort(0)}`;
      const sns = `127.0.0.1:${await freePort(0)}`;
      const [config, roots] = [join(dir, `gumshoe-${nth}.yml`), join(dir, "roots.pem")];
      const written = stormConfig({ queueUrl, folder, health });
      for (const environment of Object.values(written.environments)) environment.caddy.accessLog = host.values.caddyLog;
      for (const environment of Object.values(written.environments)) Object.assign(environment.aws, { document: "AWS-RunShellScript" });
      if (topics.length > 0) Object.assign(written.intake, { sns: { address: sns, topics } });
      await writeFile(config, stringify(written));
      await writeFile(roots, aws.sns.root());
      const env = {
        ...aws.env,
        NODE_EXTRA_CA_CERTS: roots,
        ...(builtIn ? {} : { DATABASE_URL: url }),
        SLACK_API_URL: slack.apiUrl,
        SLACK_BOT_TOKEN: slack.tokens.bot,
        SLACK_APP_TOKEN: slack.tokens.app,
      };
      const args = ["start", "--config", config];
      const copy = await startGumshoe({ command: join(ROOT, "src/gumshoe.js"), args, env, health, kept: KEPT });
      return { ...copy, health: async () => healthAt(health), sns: `http://${sns}/sns` };
    },
    folder,
    stop: async () => {
      sqs.destroy();
      await Promise.all([slack.stop(), aws.stop()]);
      await stopEmbedded(url, silent);
      await host.remove();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function healthAt(address: string): ReturnType<Copy["health"]> {
  // A connection that was idle may be closed just then.
  const answer = await fetch(`http://${address}/healthz`, { headers: { connection: "close" } });
  return { status: answer.status, told: (await answer.json()) as Record<string, unknown> };
}

/** A node that really runs the first script of each kind that it is sent, and answers the next ones with what came of that: the storm is about alarms. */
function onceRun(path: string): (command: { script: string; env: Record<string, string> }) => Promise<NodeResult> {
  const ran = new Map<string, Promise<NodeResult>>();
  return async ({ script, env }) => {
    const known = ran.get(script);
    const result = known ?? run(script, { PATH: path, ...env });
    ran.set(script, result);
    if (known) await pause(300);
    return result;
  };
}

async function run(script: string, env: Record<string, string>): Promise<NodeResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", script], { env, stdio: ["ignore", "pipe", "pipe"] });
    const told = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (part: string) => (told.stdout += part));
    child.stderr.setEncoding("utf8").on("data", (part: string) => (told.stderr += part));
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? 137, ...told }));
  });
}
