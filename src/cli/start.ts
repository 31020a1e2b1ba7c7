import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { isLocal, loadConfig, type Config } from "../config/config.ts";
import { ConfigError } from "../config/yaml-file.ts";
import { NotConnected, type SlackSettings } from "../slack/gumshoe-app.ts";
import type { Log } from "../slack/log.ts";
import { openStore, type OpenStore } from "../store/open.ts";
import type { Words } from "../words/en.ts";
import { wordsOf } from "../words/language.ts";
import { checkStart } from "./check-start.ts";
import { serveHealth } from "./health-endpoint.ts";
import { jsonLog } from "./log.ts";
import { reachOf, scriptOf } from "./reach.ts";
import { openLibrary } from "./shipped.ts";
import { slackSettings } from "./slack-settings.ts";
import { startGumshoe, type Gumshoe, type Made } from "./start/gumshoe.ts";
import { withFaults } from "./store/say-fault.ts";
import { UsageError } from "./usage-error.ts";
import type { SharedOptions, Terminal } from "./verbs.ts";

/** The options of `gumshoe start`. */
export type StartOptions = SharedOptions & { config: string; check: boolean };

/** What is waited for when it is stopped: diagnoses that run, then messages that are owed, then the store. */
const STOP_MS = { diagnosesMs: 25_000, outboxMs: 5_000, storeMs: 15_000 };

/** Without any connection to Slack for this long, whoever supervises the program had better start it anew. */
const DOWN_MS = 90_000;
const WATCH_MS = 5_000;

/** `gumshoe start`: be in Slack until a signal comes. Exit code 0 after a signal, 1 where the connection was lost for good. */
export async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const opened = await open(options, terminal);
  const { config, settings } = opened;
  const { words } = options;
  if (options.check) return checkStart({ config, settings, words }, terminal);
  const log = jsonLog(terminal.progress, secretsOf(settings, terminal.env));
  const now: { gumshoe?: Gumshoe; stopping: boolean } = { stopping: false };
  dieOfTheUnexpected(log, now);
  const health = await serveHealth(config.health, async () => healthOf(now)).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(words.start.fails.health(config.health, error.code ?? error.message));
  });
  let store: OpenStore | undefined;
  try {
    await warmUp(config);
    const at = { url: terminal.env["DATABASE_URL"] || undefined, folder: config.store.folder, log };
    store = await withFaults(words, async () => openStore(at));
    now.gumshoe = await begin(madeOf(opened, log, terminal), store, words);
    const why = await ended(now.gumshoe, terminal.signal);
    now.stopping = true;
    log.info({ why }, "stopping");
    await now.gumshoe.stop(STOP_MS);
    log.info({}, "stopped");
    terminal.exitWith(why === "signal" ? 0 : 1);
  } finally {
    const left = store?.close().catch((error: unknown) => log.error({ err: error }, "leaving the store"));
    await Promise.race([left, pause(STOP_MS.storeMs, undefined, { ref: false })]);
    health.close();
    // What still holds the process open by then is not waited for.
    setTimeout(() => process.exit(), 1_000).unref();
  }
}

type Opened = { config: Config; library: Awaited<ReturnType<typeof openLibrary>>; settings: SlackSettings };

/** Read everything that a person wrote, and say all that is wrong with it at once. */
async function open({ config: path, runbooks, words }: StartOptions, { env }: Terminal): Promise<Opened> {
  const [config, library] = await Promise.allSettled([loadConfig(path), openLibrary(runbooks)]);
  const faults = [config, library].flatMap((read) => {
    if (read.status === "fulfilled") return [];
    if (!(read.reason instanceof ConfigError)) throw read.reason;
    return [read.reason.message];
  });
  const slack = config.status === "fulfilled" ? slackSettings(config.value, env, words) : { faults: [] };
  if ("faults" in slack) faults.push(...slack.faults);
  if (config.status === "fulfilled" && library.status === "fulfilled") {
    const known = library.value.library.runbooks;
    for (const [name, { runbook, checks }] of config.value.environments)
      for (const id of new Set([runbook, ...checks.flatMap((check) => check.runbook ?? [])]))
        if (!known.has(id)) faults.push(words.start.needs.noRunbook(name, id, [...known.keys()]));
  }
  if (config.status === "rejected" || library.status === "rejected" || "faults" in slack || faults.length > 0)
    throw new UsageError(faults.join("\n"));
  return { config: config.value, library: library.value, settings: slack.settings };
}

function madeOf({ config, library, settings }: Opened, log: Log, { env }: Terminal): Made {
  return {
    config,
    settings,
    env,
    ...library,
    words: wordsOf(config.slack.language),
    reachOf: (...asked: [Parameters<typeof reachOf>[0], Parameters<typeof reachOf>[1]]) => reachOf(...asked, env),
    scriptOf,
    log,
    now: () => new Date(),
    newId: () => randomBytes(5).toString("hex"),
  };
}

async function begin(made: Made, store: OpenStore, words: Words): Promise<Gumshoe> {
  const { fails } = words.start;
  try {
    return await startGumshoe(made, store);
  } catch (error) {
    const { sns } = made.config.intake;
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (sns && syscall === "listen") throw new UsageError(fails.sns(sns.address, code ?? ""));
    if (!(error instanceof NotConnected)) throw error;
    throw new UsageError(
      error.at === "listen" && made.settings.mode === "http"
        ? fails.listen(made.settings.port, error.code)
        : fails[error.at === "signIn" ? "signIn" : "socket"](error.code),
    );
  }
}

/** The clients of AWS take half a second to load, in which nothing is acknowledged: so that is done before Slack is there. */
async function warmUp({ environments, intake }: Config): Promise<void> {
  const all = [...environments.values()];
  if (all.some(({ hosts }) => !isLocal(hosts))) await import("../aws/ssm/ask-over-ssm.ts");
  if (all.some(({ metrics }) => metrics && !("files" in metrics))) await import("../aws/metrics/cloud.ts");
  if (intake.queues.length > 0) await import("../aws/alarms/queue/poll-queue.ts");
}

/**
 * Resolves when the program shall end: by a signal, or because no connection to Slack stood for too long although its API answers, which only a start
 * cures. While Slack itself is down, alarms are taken in and looked into all the same, and told when it is back.
 */
async function ended(gumshoe: Gumshoe, signal: AbortSignal): Promise<"signal" | "link"> {
  const { promise, resolve } = Promise.withResolvers<"signal" | "link">();
  const stopped = () => resolve("signal");
  if (signal.aborted) return "signal";
  signal.addEventListener("abort", stopped, { once: true });
  const watch = setInterval(() => {
    const { downSince } = gumshoe.links();
    if (!downSince || Date.now() - downSince.getTime() <= DOWN_MS) return;
    void gumshoe.slackAnswers().then((answers) => answers && resolve("link"));
  }, WATCH_MS);
  return promise.finally(() => clearInterval(watch));
}

async function healthOf({ gumshoe, stopping }: { gumshoe?: Gumshoe; stopping: boolean }) {
  return gumshoe ? gumshoe.health() : { ok: false, stopping };
}

/** An error that nobody expected ends the program, so that whoever supervises it starts it anew. */
function dieOfTheUnexpected(log: Log, now: { stopping: boolean }): void {
  process.on("unhandledRejection", (error) => {
    // A socket that is closed while it reconnects rejects with nothing (node-slack-sdk#2656).
    if (now.stopping && error === undefined) return;
    log.fatal({ err: error }, "an error that nobody expected");
    process.exit(1);
  });
}

function secretsOf(settings: SlackSettings, { DATABASE_URL: url = "" }: Terminal["env"]): string[] {
  const password = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : "";
  const secrets = [settings.botToken, settings.mode === "socket" ? settings.appToken : settings.signingSecret, url, password];
  return secrets.filter((secret) => secret !== "");
}
