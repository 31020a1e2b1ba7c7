import { App, SocketModeReceiver } from "@slack/bolt";
import { setTimeout as pause } from "node:timers/promises";
import { startGumshoe } from "../../src/cli/start/gumshoe.ts";
import { openLibrary } from "../../src/cli/shipped.ts";
import { readConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open.ts";
import { reason } from "../../src/words/because.ts";
import { wordsOf } from "../../src/words/language.ts";

/** A look takes about this long over SSM. */
const LOOK_MS = 10_000;

const [kind, apiUrl = "", botToken = "", appToken = "", folder = ""] = process.argv.slice(2);
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

/** The product on a store in a folder, with hosts that answer after a while; everything else is its own. It stops in good order at a signal. */
async function product(): Promise<void> {
  const yaml = 'environments:\n  prod: { hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }, channel: "#prod" }\n';
  const store = await openStore({ folder, log: silent });
  const gumshoe = await startGumshoe(
    {
      ...(await openLibrary()),
      config: readConfig("gumshoe.yml", yaml),
      settings: { mode: "socket", apiUrl, botToken, appToken, apartMs: 0 },
      env: {},
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
    store,
  );
  const stop = async () => {
    await gumshoe.stop({ diagnosesMs: 0, outboxMs: 0 });
    await store.close();
    process.exit();
  };
  process.once("SIGTERM", () => void stop());
}

await (kind === "bare" ? bare() : product());
process.send?.("ready");
