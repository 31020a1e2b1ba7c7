import { setTimeout as pause } from "node:timers/promises";
import { App } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { ackFirst } from "./listen/ack-first.ts";
import { firstInMemory } from "./listen/deliveries.ts";
import type { Desk } from "./ask/desk.ts";
import { listenToCommand } from "./listen/diagnose-command.ts";
import { listenToShortcut } from "./listen/diagnose-shortcut.ts";
import { listenToHome } from "./listen/home-tab.ts";
import { listenToMentions } from "./listen/mention.ts";
import { peopleOver } from "./ask/people.ts";
import { reactionsOver } from "./ask/source-mark.ts";
import { boltLog } from "./link/bolt-log.ts";
import type { LinkState } from "./link/link.ts";
import { permalinks } from "./link/permalinks.ts";
import { signedHttp } from "./link/signed-http.ts";
import { sockets } from "./link/sockets.ts";
import { codeOf } from "./outbox/answers.ts";
import { createOutbox } from "./outbox/outbox.ts";
import { senderOver } from "./outbox/sender.ts";
import { noDiagnoses } from "./thread/open-diagnoses.ts";

/** How Slack is reached, and how it reaches us. */
export type SlackSettings = { botToken: string; apiUrl: string } & (
  | { mode: "socket"; appToken: string; apartMs?: number }
  | { mode: "http"; signingSecret: string; port: number }
);

/** What the app needs that is not Slack's. */
export type Office = Pick<Desk, "environments" | "library" | "parsers" | "words" | "reachOf" | "scriptOf" | "log" | "now" | "newId">;

/** The product as it is in Slack. */
export type GumshoeApp = {
  health: () => { links: LinkState; diagnoses: number; outbox: number };
  /** Stop in good order: nothing new is taken, what runs may end (for so long), what is owed is sent (for so long). */
  stop: (limits: { diagnosesMs: number; outboxMs: number }) => Promise<void>;
};

/** Slack could not be reached, or does not know us: at what, and by which code. */
export class NotConnected extends Error {
  readonly at: "signIn" | "socket" | "listen";
  readonly code: string;
  constructor(at: NotConnected["at"], cause: unknown) {
    const code = codeOf(cause);
    super(`connecting to Slack (${at}): ${code}`, { cause });
    this.name = "NotConnected";
    this.at = at;
    this.code = code;
  }
}

/** A call without an answer is given up after 8 s; what fails is tried twice more. Each client gets an object of its own. */
const calls = (apiUrl: string) => ({ slackApiUrl: apiUrl, timeout: 8_000, retryConfig: { retries: 2, minTimeout: 200 } });

/** Somebody waits for what these calls tell, and a dialog's trigger lives for 3 s. */
const QUICK = { timeout: 3_000, retryConfig: { retries: 1, minTimeout: 200 }, rejectRateLimitedCalls: true };

/** What is posted is repeated by the outbox, which looks first whether it stands. */
const ONCE = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };

/** What a stopped diagnosis may take to say so. */
const LAST_WORDS_MS = 2_000;

/** Connect to Slack, and take requests from then on. Throws a NotConnected where Slack does not know us, or cannot be reached. */
export async function connectToSlack(settings: SlackSettings, office: Office): Promise<GumshoeApp> {
  const { log, now } = office;
  const logger = boltLog(log);
  const link = settings.mode === "socket" ? sockets({ ...settings, logger, log, now }) : signedHttp({ ...settings, logger, log });
  const { botToken: token, apiUrl } = settings;
  const app = new App({
    token,
    receiver: link.receiver,
    clientOptions: calls(apiUrl),
    logger,
    deferInitialization: true,
    convoStore: false,
  });
  app.error(async (error) => log.error({ err: error }, "taking a request"));
  const home = await failing("signIn", async () => {
    await app.init();
    return app.client.auth.test();
  });
  let closing = false;
  const desk = deskIn(settings, office, { homeTeamId: home.team_id ?? "", closing: () => closing });
  const taken = ackFirst(app, firstInMemory(now), log);
  listenToCommand(app, desk);
  listenToMentions(app, desk, desk.client);
  listenToShortcut(app, desk, desk.client);
  listenToHome(app, desk, desk.client);
  await failing(settings.mode === "socket" ? "socket" : "listen", async () => link.start(app));
  log.info({ team: home.team, bot: home.user, mode: settings.mode }, "connected to Slack");
  const { open, outbox } = desk;
  return {
    health: () => ({ links: link.state(), diagnoses: open.running().length, outbox: outbox.pending() }),
    stop: async ({ diagnosesMs, outboxMs }) => {
      closing = true;
      await open.idle(diagnosesMs);
      for (const { stop } of open.running()) stop.abort(new Error("Gumshoe is being stopped"));
      await open.idle(LAST_WORDS_MS);
      await link.stop();
      for (const until = performance.now() + outboxMs; taken.inFlight() > 0 && performance.now() < until;) await pause(20);
      if (!(await outbox.flush(outboxMs))) log.error({ owed: outbox.pending() }, "stopping: messages were not sent");
    },
  };
}

/** The desk with its ways to Slack: two clients, so that a rate limit on posts holds up nobody who waits for an answer. */
function deskIn(
  { botToken, apiUrl }: SlackSettings,
  office: Office,
  rest: Pick<Desk, "homeTeamId" | "closing">,
): Desk & { client: WebClient } {
  const { log, now, environments, library } = office;
  const logger = boltLog(log);
  const client = new WebClient(botToken, { ...calls(apiUrl), ...QUICK, logger });
  const background = new WebClient(botToken, { ...calls(apiUrl), ...ONCE, logger });
  return {
    ...office,
    ...rest,
    client,
    people: peopleOver(client, { log, now }),
    known: { environments: [...environments.keys()], runbooks: [...library.runbooks.keys()] },
    linkTo: permalinks(client, log),
    marks: reactionsOver(client, log),
    outbox: createOutbox({ sender: senderOver(background), log }),
    open: noDiagnoses(),
  };
}

async function failing<Value>(at: NotConnected["at"], connect: () => Promise<Value>): Promise<Value> {
  try {
    return await connect();
  } catch (error) {
    throw new NotConnected(at, error);
  }
}
