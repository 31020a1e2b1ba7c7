import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { startLocalAws } from "../../lab/aws/local-aws.ts";
import { recordedHost } from "../../lab/recorded-host.ts";
import { startLocalSlack, type LocalSlack } from "../../lab/slack/local-slack.ts";

const dir = mkdtempSync(join(tmpdir(), "gumshoe-start-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

vi.setConfig({ testTimeout: 180_000 });

const command = resolve("src/gumshoe.js");
const HOST = "hosts: [local], caddy: { accessLog: /nowhere/access.log }, database: { host: db.invalid }";

function configOf(yaml: string): string {
  // A folder of its own: what is written down stands beside it.
  const path = join(mkdtempSync(join(dir, "c")), "gumshoe.yml");
  writeFileSync(path, yaml);
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function slackFor(): Promise<LocalSlack> {
  const slack = await startLocalSlack({ manifest: readFileSync("manifest.yml", "utf8") });
  stops.push(slack.stop);
  return slack;
}

function envOf({ apiUrl, tokens }: LocalSlack): Record<string, string> {
  return { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app };
}

type Run = { child: ChildProcess; out: () => string; err: () => string; ended: Promise<number | string> };

function start(args: string[], env: Record<string, string>): Run {
  const { SLACK_BOT_TOKEN: _1, SLACK_APP_TOKEN: _2, SLACK_API_URL: _3, DATABASE_URL: _4, ...clean } = process.env;
  const child = spawn(process.execPath, [command, "start", ...args], { env: { ...clean, ...env } });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (err += part));
  const ended = new Promise<number | string>((done) => child.once("close", (code, signal) => done(code ?? signal ?? "?")));
  stops.push(() => child.kill("SIGKILL"));
  return { child, out: () => out, err: () => err, ended };
}

async function until(holds: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`it did not come to this: ${what()}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

describe("gumshoe start", () => {
  test("is healthy once it is connected, diagnoses, and ends in good order with exit code 0; its log is JSON and holds no secret", async () => {
    const slack = await slackFor();
    const port = await freePort();
    const host = await recordedHost("lab/cases/lightsail-disk-queue");
    stops.push(host.remove);
    const seen = HOST.replace("/nowhere/access.log", host.values.caddyLog);
    const config = configOf(`health: 127.0.0.1:${port}\nenvironments:\n  prod: { ${seen}, channel: "#prod" }\n`);
    const run = start(["--config", config], { ...envOf(slack), PATH: host.path });
    const health = async () => fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    await until(async () => (await health())?.status === 200, run.err);
    expect(await (await health())!.json()).toMatchObject({
      ok: true,
      links: { connected: 1, of: 2 },
      store: { ok: true },
      diagnoses: 0,
      outbox: 0,
    });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
    await until(() => slack.workspace.messages.some(({ text }) => text.startsWith("Looking at prod")), run.err);
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(0);
    const headline = slack.workspace.messages.find(({ threadTs, user }) => threadTs === undefined && user === "U0GUMSHOE");
    // The recording is of long ago, so nothing of it tells of now.
    expect(headline?.text).toMatch(/^prod: (?:inconclusive|healthy)/);
    for (const line of run.err().trim().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
    for (const secret of [slack.tokens.bot, slack.tokens.app]) expect(run.err() + run.out()).not.toContain(secret);
    expect(slack.sockets()).toBe(0);
  });

  test("ends at once at a second signal", async () => {
    const slack = await slackFor();
    const port = await freePort();
    const config = configOf(`health: 127.0.0.1:${port}\nenvironments:\n  prod: { ${HOST}, channel: "#prod" }\n`);
    const run = start(["--config", config], envOf(slack));
    await until(() => run.err().includes("connected to Slack"), run.err);
    await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
    await until(() => slack.workspace.messages.length > 0, run.err);
    run.child.kill("SIGTERM");
    await until(() => run.err().includes("stopping"), run.err);
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(143);
  });

  test("says everything that is missing or wrong at once, and starts nothing", async () => {
    const run = start(["--config", configOf(`environments:\n  prod: { ${HOST}, channels: x, runbook: none }\n`)], {});
    expect(await run.ended).toBe(1);
    expect(run.err()).toMatch(/gumshoe: .*:2:\d+: `channels` is not a key here/);
    const unset = start(["--config", configOf(`environments:\n  prod: { ${HOST}, runbook: none }\n`)], {
      SLACK_BOT_TOKEN: "xapp-1",
      SLACK_API_URL: "nowhere",
    });
    expect(await unset.ended).toBe(1);
    expect(unset.err().trim().split("\n")).toEqual([
      "gumshoe: SLACK_BOT_TOKEN is no bot token: that begins with xoxb-",
      expect.stringContaining("SLACK_APP_TOKEN is not set"),
      expect.stringContaining("SLACK_API_URL is no address"),
      expect.stringContaining('environments.prod, runbook or checks: there is no runbook "none"; there are web-errors'),
    ]);
  });

  test("says which token Slack does not take, and that its address for health is taken", async () => {
    const slack = await slackFor();
    const config = configOf(`health: 127.0.0.1:${await freePort()}\nenvironments:\n  prod: { ${HOST}, channel: "#prod" }\n`);
    const wrongBot = start(["--config", config], { ...envOf(slack), SLACK_BOT_TOKEN: "xoxb-wrong-0123456789ab" });
    expect(await wrongBot.ended).toBe(1);
    expect(wrongBot.err()).toContain("gumshoe: signing in to Slack: invalid_auth");
    expect(wrongBot.err()).not.toContain("xoxb-wrong");
    const wrongApp = start(["--config", config], { ...envOf(slack), SLACK_APP_TOKEN: "xapp-1-wrong" });
    expect(await wrongApp.ended).toBe(1);
    expect(wrongApp.err()).toContain("gumshoe: opening a socket to Slack: invalid_auth");
    const taken = configOf(`health: ${new URL(slack.url).host}\nenvironments:\n  prod: { ${HOST}, channel: "#prod" }\n`);
    const noHealth = start(["--config", taken], envOf(slack));
    expect(await noHealth.ended).toBe(1);
    expect(noHealth.err()).toContain("EADDRINUSE");
  });
});

describe("gumshoe start --check", () => {
  const TWO = `slack: { channel: "#gone" }
environments:
  prod: { ${HOST}, channel: "#prod" }
  general: { ${HOST}, channel: "#general" }
  lost: { ${HOST}, channel: "#lost" }
  staging: { ${HOST.replace("host: db.invalid", "host: db.invalid, monitorUrlFrom: DB_URL")}, members: [U0ALEX] }
  open: { ${HOST}, aws: { region: eu-west-1 }, channel: C0STAGING }
  none: { ${HOST} }
`;

  test("tells of each part whether it works, and opens nothing for good", async () => {
    const slack = await slackFor();
    const good = start(["--check", "--config", configOf(`environments:\n  prod: { ${HOST}, channel: "#prod" }\n`)], envOf(slack));
    expect(await good.ended).toBe(0);
    expect(good.out().trim().split("\n")).toEqual([
      "ok   Slack knows the bot: gumshoe in Lab",
      "ok   The bot has every permission that it needs",
      "ok   A socket to Slack can be opened",
      expect.stringMatching(/^ok {3}The built-in database in .* can be written to$/),
      "ok   prod: Gumshoe is in #prod",
    ]);
    const bad = start(["--check", "--config", configOf(TWO)], envOf(slack));
    expect(await bad.ended).toBe(1);
    for (const says of [
      /NOT {2}slack\.channel: .*#gone/,
      /NOT {2}general: Gumshoe is not in #general/,
      /NOT {2}lost: .*#lost/,
      /ok {3}staging: no channel/,
      /NOT {2}staging: DB_URL is not set/,
      /ok {3}open: Gumshoe is in C0STAGING/,
      /NOT {2}none: nobody may ask/,
    ])
      expect(bad.out()).toMatch(says);
    expect(slack.sockets()).toBe(0);
    expect(slack.workspace.messages).toEqual([]);
  });

  test("tells as whom AWS knows it, and what AWS refuses", async () => {
    const slack = await slackFor();
    const aws = await startLocalAws({
      world: { nodes: [], lightsailDatabases: [], lightsailInstances: [], rdsInstances: [], metrics: () => [] },
    });
    stops.push(aws.stop);
    const remote = HOST.replace("hosts: [local]", "hosts: { tags: { role: web } }, aws: { region: us-east-1 }");
    const config = configOf(`environments:\n  prod: { ${remote}, channel: "#prod" }\n`);
    const good = start(["--check", "--config", config], { ...envOf(slack), ...aws.env });
    expect(await good.ended).toBe(0);
    expect(good.out()).toContain("ok   prod: AWS knows arn:aws:iam::111122223333:user/gumshoe in us-east-1");
    const bad = start(["--check", "--config", config], { ...envOf(slack), ...aws.env, AWS_ACCESS_KEY_ID: "AKIAUNKNOWN000000000" });
    expect(await bad.ended).toBe(1);
    expect(bad.out()).toMatch(/NOT {2}prod: AWS: .*STS/);
  });

  test("tells which token is refused", async () => {
    const slack = await slackFor();
    const run = start(["--check", "--config", configOf(`environments:\n  prod: { ${HOST}, channel: "#prod" }\n`)], {
      ...envOf(slack),
      SLACK_BOT_TOKEN: "xoxb-0123456789abcdef",
    });
    expect(await run.ended).toBe(1);
    expect(run.out()).toContain("NOT  Slack does not take SLACK_BOT_TOKEN: invalid_auth");
  });
});
