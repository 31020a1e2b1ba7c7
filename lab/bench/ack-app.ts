import { App, SocketModeReceiver } from "@slack/bolt";
import { setTimeout as pause } from "node:timers/promises";
import { openLibrary } from "../../src/cli/shipped.ts";
import { readConfig } from "../../src/config/config.ts";
import { connectToSlack } from "../../src/slack/gumshoe-app.ts";
import { reason } from "../../src/words/because.ts";
import { wordsOf } from "../../src/words/language.ts";

/** A look takes about this long over SSM. */
const LOOK_MS = 10_000;

const [kind, apiUrl = "", botToken = "", appToken = ""] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

/** A Bolt app on two sockets that acknowledges and does nothing else. */
async function bare(): Promise<void> {
  const logger = { ...silent, setLevel() {}, getLevel: () => "error" as never, setName() {} };
  const receiver = () => new SocketModeReceiver({ appToken, logger, installerOptions: { clientOptions: { slackApiUrl: apiUrl } } });
  const [one, two] = [receiver(), receiver()];
  const app = new App({ token: botToken, receiver: one, clientOptions: { slackApiUrl: apiUrl }, logger, deferInitialization: true });
  app.command("/diagnose", async ({ ack }) => ack());
  await app.init();
  two.init(app);
  await app.start();
  await two.start();
}

/** The product, with hosts that answer after a while; everything else is its own. */
async function product(): Promise<void> {
  const yaml = 'environments:\n  prod: { hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }, channel: "#prod" }\n';
  await connectToSlack(
    { mode: "socket", apiUrl, botToken, appToken, apartMs: 0 },
    {
      ...(await openLibrary()),
      environments: readConfig("gumshoe.yml", yaml).environments,
      words: wordsOf("en"),
      reachOf: () => ({
        askHosts: async (_, { asking, onHost }) => {
          asking(["web-1"]);
          await pause(LOOK_MS);
          onHost("web-1", { unreachable: reason("undelivered") });
        },
        runQuery: { unknown: reason("noDatabaseAccess") },
        readMetrics: async () => ({ kind: "unknown", because: reason("noMetrics"), unasked: true }),
      }),
      scriptOf: () => "#!/bin/sh\n",
      log: silent,
      now: () => new Date(),
      newId: () => crypto.randomUUID(),
    },
  );
}

await (kind === "bare" ? bare() : product());
process.send?.("ready");
