import { readFileSync } from "node:fs";
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { onTestFinished, vi } from "vitest";
import { startLocalSlack, type LocalSlack } from "../../../lab/slack/local-slack.ts";

/** The product's own manifest. */
export const MANIFEST = readFileSync("manifest.yml", "utf8");

/** The manifest with more scopes than the product asks for. */
export const withScopes = (...scopes: string[]) =>
  MANIFEST.replace(
    "    bot:\n",
    `    bot:\n${scopes
      .filter((scope) => !MANIFEST.includes(`- ${scope} `))
      .map((scope) => `      - ${scope}\n`)
      .join("")}`,
  );

/** The manifest without one of its scopes. */
export const withoutScope = (scope: string) => MANIFEST.replace(new RegExp(`      - ${scope} .*\n`), "");

type Options = Parameters<typeof startLocalSlack>[0];

/** A local Slack that stops with the test. */
export async function slackFor(options: Partial<Options> = {}): Promise<LocalSlack> {
  const slack = await startLocalSlack({ manifest: MANIFEST, ...options });
  onTestFinished(slack.stop);
  return slack;
}

/** The real client, which gives up at the first fault. */
export function clientFor(slack: LocalSlack, token = slack.tokens.bot): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
  });
}

/** Logs nothing: what the tests provoke is not to be read. */
const silent = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} };

/** The real Bolt app over `sockets` receivers, with `listen` adding its listeners; it stops with the test. */
export async function socketAppFor(
  slack: LocalSlack,
  listen: (app: App) => void,
  { sockets = 2, clientPingTimeout = 5000 } = {},
): Promise<App> {
  const receivers = Array.from(
    { length: sockets },
    () =>
      new SocketModeReceiver({
        appToken: slack.tokens.app,
        logger: silent,
        clientPingTimeout,
        customPropertiesExtractor: ({ envelope_id }: { envelope_id?: string }) => ({ envelopeId: envelope_id }),
        installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 2 } } },
      }),
  );
  const [first, ...others] = receivers;
  const app = new App({
    token: slack.tokens.bot,
    receiver: first!,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    deferInitialization: true,
    convoStore: false,
  });
  await app.init();
  for (const receiver of others) receiver.init(app);
  app.error(async () => {});
  listen(app);
  await Promise.all([app.start(), ...others.map((receiver) => receiver.start())]);
  onTestFinished(async () => void (await Promise.all(receivers.map((receiver) => receiver.client.disconnect()))));
  return app;
}

/** The real Bolt app behind signed HTTP, to which the local Slack is pointed. */
export async function httpAppFor(slack: LocalSlack, listen: (app: App) => void): Promise<App> {
  const receiver = new HTTPReceiver({ signingSecret: slack.tokens.signingSecret, logger: silent });
  const app = new App({
    token: slack.tokens.bot,
    receiver,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl },
    convoStore: false,
  });
  app.error(async () => {});
  listen(app);
  const server = (await app.start({ port: 0, host: "127.0.0.1" })) as { address: () => unknown };
  const { port } = server.address() as { port: number };
  await slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
  onTestFinished(async () => void (await app.stop()));
  return app;
}

/** One call as any HTTP client makes it, and the answer with its status and headers. */
export async function call(slack: LocalSlack, method: string, body: string | URLSearchParams, headers: Record<string, string> = {}) {
  const response = await fetch(`${slack.apiUrl}${method}`, { method: "POST", headers, body });
  return { status: response.status, headers: response.headers, body: (await response.json().catch(() => ({}))) as Record<string, unknown> };
}

/** One call with the bot's token and JSON arguments. */
export async function ask(slack: LocalSlack, method: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${slack.tokens.bot}`, "content-type": "application/json; charset=utf-8" };
  return (await call(slack, method, JSON.stringify(args), headers)).body;
}

/** Resolves with the first change that fits, from now on. */
export function changeOf<Found>(
  slack: LocalSlack,
  find: (change: Parameters<Parameters<LocalSlack["workspace"]["subscribe"]>[0]>[0]) => Found | undefined,
): Promise<Found> {
  return new Promise((resolve) => {
    const end = slack.workspace.subscribe((change) => {
      const found = find(change);
      if (found === undefined) return;
      end();
      resolve(found);
    });
  });
}

/** Waits until a check holds, for as long as a busy machine may need. */
export const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 20 });
