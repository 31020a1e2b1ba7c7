import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { startLocalSlack, type LocalSlack } from "../../lab/slack/local-slack.ts";
import type { Message } from "../../lab/slack/workspace.ts";
import { openLibrary } from "../../src/cli/shipped.ts";
import { readConfig, type Environment } from "../../src/config/config.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import type { Runbook } from "../../src/runbook/library.ts";
import { startGumshoe as begin, type Gumshoe } from "../../src/cli/start/gumshoe.ts";
import type { Health } from "../../src/cli/start/health.ts";
import type { Log } from "../../src/slack/log.ts";
import type { OpenStore } from "../../src/store/open.ts";
import { wordsOf, type Language } from "../../src/words/language.ts";
import { freshStore } from "../store/fresh-store.ts";
import { reachOfCase, type MadeReach } from "./made-reach.ts";

/** The product in a local Slack, with a way to hosts that is a function. */
export type MadeGumshoe = {
  slack: LocalSlack;
  app: Gumshoe;
  store: OpenStore;
  /** How it is, as of a moment ago. */
  health: () => Health;
  /** Whether no diagnosis runs, and nothing is to be told or owed to Slack. */
  idle: () => boolean;
  logged: { level: string; facts: Record<string, unknown>; doing: string }[];
  /** Messages that everyone sees, of a channel. */
  messages: (channel?: string) => Message[];
  /** What only this person was told, newest last. */
  private: (user: string) => Message[];
  /** Resolves as soon as something of the workspace changed so that it holds. */
  until: (holds: () => boolean, what: string) => Promise<void>;
  stop: () => Promise<void>;
};

const library = await openLibrary();

/** The founding incident as it was recorded. */
export const founding = (await readCase("lab/cases/lightsail-disk-queue")).raw;

/** Slack's own 3 s are held by `lab/bench/ack.ts`; what is told here does not hang on how busy the machine is. */
const PATIENCE_MS = 30_000;

/** The manifest that the lab installs. */
const MANIFEST = readFileSync("manifest.yml", "utf8");

const HOST = "hosts: [local], caddy: { accessLog: /var/log/caddy/access.log }, database: { host: db.shop.internal }";

/** One environment with a channel of its own. */
export const ONE = `environments:\n  prod: { ${HOST}, channel: "#prod" }\n`;

/** Two environments; staging may be asked about from any channel by Alex and by those on call. */
export const TWO = `${ONE}  staging: { ${HOST}, channel: C0STAGING, members: [U0ALEX, S0ONCALL] }\n`;

type Options = {
  yaml?: string;
  language?: Language;
  mode?: "socket" | "http";
  /** How long after the first socket the second is opened. */
  apartMs?: number;
  reach?: (environment: Environment, runbook: Runbook) => MadeReach;
  /** A store that is open, for one that others use too. */
  store?: OpenStore;
  now?: () => Date;
  slack?: LocalSlack;
  script?: (environment: Environment, runbook: Runbook) => string;
};

/** Start it, on a store of its own; everything stops with `stop`. To be called within a test. */
export async function startGumshoe(options: Options = {}): Promise<MadeGumshoe> {
  const { yaml = ONE, language = "en", mode = "socket", apartMs = 0, now = () => new Date(founding.at) } = options;
  const slack = options.slack ?? (await startLocalSlack({ manifest: MANIFEST, mode, patienceMs: PATIENCE_MS }));
  const store = options.store ?? (await freshStore());
  const logged: MadeGumshoe["logged"] = [];
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const way = mode === "socket" ? { mode, appToken: slack.tokens.app, apartMs } : { mode, signingSecret: slack.tokens.signingSecret, port };
  const made = {
    ...library,
    config: readConfig("gumshoe.yml", yaml),
    settings: { ...way, botToken: slack.tokens.bot, apiUrl: slack.apiUrl },
    env: {},
    words: wordsOf(language),
    reachOf: options.reach ?? (() => reachOfCase(founding)),
    scriptOf: options.script ?? (() => "#!/bin/sh\necho look\n"),
    log: logInto(logged),
    now,
    newId: () => crypto.randomUUID().slice(0, 8),
  };
  const app = await begin(made, store);
  if (mode === "http") await slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
  const watch = await watched(app, store, slack);
  return {
    slack,
    app,
    store,
    logged,
    ...watch,
    messages: (channel = "C0PROD") =>
      slack.workspace.messages.filter((each) => each.channel === channel && each.ephemeralFor === undefined),
    private: (user) => slack.workspace.messages.filter(({ ephemeralFor }) => ephemeralFor === user),
    until: (holds, what) => untilIn(slack, holds, what),
    stop: async () => {
      watch.end();
      await app.stop({ diagnosesMs: 0, outboxMs: 1_000 });
      if (!options.slack) await slack.stop();
    },
  };
}

/** Asks how it is, again and again. What was seen before the last change in Slack is no longer so. */
async function watched(app: Gumshoe, { db }: OpenStore, slack: LocalSlack): Promise<Watch> {
  let [changedAt, ended] = [performance.now(), false];
  let seen = { health: await app.health(), beganAt: 0, untold: true };
  const unsubscribe = slack.workspace.subscribe(() => (changedAt = performance.now()));
  const look = async () => {
    const beganAt = performance.now();
    // What runs has something to tell that does not stand in the rows yet, also where it ends meanwhile.
    const running = db.selectFrom("diagnosis").select("id").where("state", "=", "running").execute();
    const before = await running.then(({ length }) => length > 0).catch(() => true);
    const rows = db.selectFrom("incident").select("id").whereRef("version", ">", "told_version").execute();
    // What is told from now on is owed in the next moment.
    const untold = await rows.then(({ length }) => length > 0).catch(() => true);
    seen = { health: await app.health(), beganAt, untold: before || untold };
  };
  // One look after the other: an older one that took longer must not have the last word.
  const looking = async () => {
    for (; !ended; await pause(50)) await look();
  };
  void looking();
  const idle = () => seen.beganAt > changedAt && !seen.untold && seen.health.diagnoses === 0 && seen.health.outbox === 0;
  const end = () => {
    ended = true;
    unsubscribe();
  };
  return { health: () => seen.health, idle, end };
}

type Watch = Pick<MadeGumshoe, "health" | "idle"> & { end: () => void };

function logInto(logged: MadeGumshoe["logged"]): Log {
  const say = (level: string) => (facts: Record<string, unknown>, doing: string) => void logged.push({ level, facts, doing });
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error"), fatal: say("fatal") };
}

async function untilIn(slack: LocalSlack, holds: () => boolean, what: string): Promise<void> {
  if (holds()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => void (holds() && resolve());
  const unsubscribe = slack.workspace.subscribe(look);
  // What the product knows of itself changes without a word in Slack.
  const looking = setInterval(look, 20);
  const timer = setTimeout(() => reject(new Error(`it did not come to this: ${what}`)), 60_000);
  await promise.finally(() => {
    clearTimeout(timer);
    clearInterval(looking);
    unsubscribe();
  });
}

/** The key that a message of ours carries. */
export function keyOf({ metadata }: Message): string {
  return (metadata as { event_payload?: { key?: string } } | undefined)?.event_payload?.key ?? "";
}

/** What a message is of its incident or diagnosis: headline, steps, verdict, ran. */
export function partOf(message: Message): string {
  const [kind, part, ofIncident] = keyOf(message).split(":");
  return (kind === "incident" ? ofIncident : part) ?? "";
}
