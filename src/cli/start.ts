import { randomBytes } from "node:crypto";
import { isLocal, loadConfig, type Config } from "../config/config.ts";
import { ConfigError } from "../config/yaml-file.ts";
import { connectToSlack, NotConnected, type GumshoeApp, type SlackSettings } from "../slack/gumshoe-app.ts";
import type { Log } from "../slack/log.ts";
import type { Words } from "../words/en.ts";
import { wordsOf } from "../words/language.ts";
import { checkStart } from "./check-start.ts";
import { serveHealth } from "./health-endpoint.ts";
import { jsonLog } from "./log.ts";
import { reachOf, scriptOf } from "./reach.ts";
import { openLibrary } from "./shipped.ts";
import { slackSettings } from "./slack-settings.ts";
import { UsageError } from "./usage-error.ts";
import type { SharedOptions, Terminal } from "./verbs.ts";

/** The options of `gumshoe start`. */
export type StartOptions = SharedOptions & { config: string; check: boolean };

/** What is waited for when it is stopped: diagnoses that run, then messages that are owed. */
const STOP_MS = { diagnosesMs: 25_000, outboxMs: 5_000 };

/** Without any connection to Slack for this long, whoever supervises the program had better start it anew. */
const DOWN_MS = 90_000;
const WATCH_MS = 5_000;

/** `gumshoe start`: be in Slack until a signal comes. Exit code 0 after a signal, 1 where the connection was lost for good. */
export async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const { config, library, settings } = await open(options, terminal);
  if (options.check) return checkStart({ config, settings, words: options.words }, terminal);
  const log = jsonLog(terminal.progress, secretsOf(settings));
  const stopping = { is: false };
  dieOfTheUnexpected(log, stopping);
  let app: GumshoeApp | undefined;
  const health = await serveHealth(config.health, () => healthOf(app, stopping.is)).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(options.words.start.fails.health(config.health, error.code ?? error.message));
  });
  try {
    await warmUp(config);
    app = await connect(settings, officeOf({ config, library, log }, terminal), options.words);
    const why = await ended(app, terminal.signal);
    stopping.is = true;
    log.info({ why }, "stopping");
    await app.stop(STOP_MS);
    log.info({}, "stopped");
    terminal.exitWith(why === "signal" ? 0 : 1);
  } finally {
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
    for (const [name, { runbook }] of config.value.environments)
      if (!known.has(runbook)) faults.push(words.start.needs.noRunbook(name, runbook, [...known.keys()]));
  }
  if (config.status === "rejected" || library.status === "rejected" || "faults" in slack || faults.length > 0)
    throw new UsageError(faults.join("\n"));
  return { config: config.value, library: library.value, settings: slack.settings };
}

function officeOf({ config, library, log }: Pick<Opened, "config" | "library"> & { log: Log }, { env }: Terminal) {
  return {
    environments: config.environments,
    ...library,
    words: wordsOf(config.slack.language),
    reachOf: (...asked: [Parameters<typeof reachOf>[0], Parameters<typeof reachOf>[1]]) => reachOf(...asked, env),
    scriptOf,
    log,
    now: () => new Date(),
    newId: () => randomBytes(5).toString("hex"),
  };
}

async function connect(settings: SlackSettings, office: ReturnType<typeof officeOf>, words: Words): Promise<GumshoeApp> {
  try {
    return await connectToSlack(settings, office);
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    const { fails } = words.start;
    throw new UsageError(
      error.at === "listen" && settings.mode === "http"
        ? fails.listen(settings.port, error.code)
        : fails[error.at === "signIn" ? "signIn" : "socket"](error.code),
    );
  }
}

/** The clients of AWS take half a second to load, in which nothing is acknowledged: so that is done before Slack is there. */
async function warmUp({ environments }: Config): Promise<void> {
  const all = [...environments.values()];
  if (all.some(({ hosts }) => !isLocal(hosts))) await import("../aws/ssm/ask-over-ssm.ts");
  if (all.some(({ metrics }) => metrics && !("files" in metrics))) await import("../aws/metrics/cloud.ts");
}

/** Resolves when the program shall end: by a signal, or because no connection to Slack stood for too long. */
async function ended(app: GumshoeApp, signal: AbortSignal): Promise<"signal" | "link"> {
  const { promise, resolve } = Promise.withResolvers<"signal" | "link">();
  const stopped = () => resolve("signal");
  if (signal.aborted) return "signal";
  signal.addEventListener("abort", stopped, { once: true });
  const watch = setInterval(() => {
    const { downSince } = app.health().links;
    if (downSince && Date.now() - downSince.getTime() > DOWN_MS) resolve("link");
  }, WATCH_MS);
  return promise.finally(() => clearInterval(watch));
}

function healthOf(app: GumshoeApp | undefined, stopping: boolean) {
  const health = app?.health();
  return { ok: !stopping && (health?.links.connected ?? 0) > 0, stopping, ...health };
}

/** An error that nobody expected ends the program, so that whoever supervises it starts it anew. */
function dieOfTheUnexpected(log: Log, stopping: { is: boolean }): void {
  process.on("unhandledRejection", (error) => {
    // A socket that is closed while it reconnects rejects with nothing (node-slack-sdk#2656).
    if (stopping.is && error === undefined) return;
    log.fatal({ err: error }, "an error that nobody expected");
    process.exit(1);
  });
}

function secretsOf(settings: SlackSettings): string[] {
  return [settings.botToken, settings.mode === "socket" ? settings.appToken : settings.signingSecret];
}
