import { setTimeout as pause } from "node:timers/promises";
import { App } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { approve, type Approving } from "../remediation/approve.ts";
import type { Policy } from "../remediation/plan.ts";
import type { Desk, Repairs } from "./ask/desk.ts";
import { peopleOver } from "./ask/people.ts";
import { reactionsOver } from "./ask/source-mark.ts";
import { incidentLinks } from "./incident/incident-link.ts";
import { boltLog } from "./link/bolt-log.ts";
import { channelsOver } from "./link/channels.ts";
import type { LinkState } from "./link/link.ts";
import { permalinks } from "./link/permalinks.ts";
import { signedHttp } from "./link/signed-http.ts";
import { sockets } from "./link/sockets.ts";
import { ackFirst } from "./listen/ack-first.ts";
import { firstAnywhere, firstInMemory, type IsFirst } from "./listen/deliveries.ts";
import { listenToCommand } from "./listen/diagnose-command.ts";
import { listenToShortcut } from "./listen/diagnose-shortcut.ts";
import { listenToHome } from "./listen/home-tab.ts";
import { listenToMentions } from "./listen/mention.ts";
import { listenToApprovals } from "./listen/plans/approve-button.ts";
import { listenToOffers } from "./listen/plans/offer-buttons.ts";
import { listenToPlanButtons } from "./listen/plans/plan-buttons.ts";
import { listenToReport } from "./listen/report-button.ts";
import { codeOf } from "./outbox/answers.ts";
import { senderOver, type Sender } from "./outbox/sender.ts";
import { approversOver, type ApproversOf } from "./plans/approvers.ts";

/** How Slack is reached, and how it reaches us. */
export type SlackSettings = { botToken: string; apiUrl: string } & (
  | { mode: "socket"; appToken: string; apartMs?: number }
  | { mode: "http"; signingSecret: string; port: number }
);

/** What the app adds to a desk: whatever asks Slack. */
type OfSlack = "people" | "homeTeamId" | "known" | "marks" | "linkToIncident" | "shutFor" | "channelId" | "closing" | "repairs";

/** What the app needs that is not Slack's. `isFirst` is the store's; where it does not answer, this copy's memory decides. */
export type Office = Omit<Desk, OfSlack> & { isFirst: IsFirst; repairs?: OfficeRepairs };

/** Repairs as they are given to the app: who may approve is Slack's to tell. */
export type OfficeRepairs = { plans: Repairs["plans"] & Approving["plans"]; propose: Repairs["propose"] };

/** The product as it is in Slack: signed in, and deaf until it is told to listen. */
export type GumshoeApp = {
  /** The calls of whoever sends the outbox. */
  sender: Sender;
  /** A channel's id, where Slack shows one of this name. Never rejects. */
  channelId: (channel: string) => Promise<string>;
  linkToIncident: Desk["linkToIncident"];
  state: () => LinkState;
  /** Whether Slack's API answers at all. Never rejects. */
  answers: () => Promise<boolean>;
  /** Take requests from now on. Throws a NotConnected where that does not work. */
  listen: () => Promise<void>;
  /** From now on who asks for something is told to ask again later. */
  refuse: () => void;
  /** Close the connections, and wait for what was taken, for so long. */
  leave: (limitMs: number) => Promise<void>;
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

/** Who asks for the way to a thread that is only being opened waits this long. */
const LINK_MS = 2_000;

/** Sign in to Slack. Throws a NotConnected where Slack does not know us, or cannot be reached. */
export async function connectToSlack(settings: SlackSettings, office: Office): Promise<GumshoeApp> {
  const { log, now } = office;
  const logger = boltLog(log);
  const link = settings.mode === "socket" ? sockets({ ...settings, logger, log, now }) : signedHttp({ ...settings, logger, log });
  const { botToken: token, apiUrl } = settings;
  const options = { token, receiver: link.receiver, clientOptions: calls(apiUrl), logger, deferInitialization: true };
  const app = new App({ ...options, convoStore: false });
  app.error(async (error) => log.error({ err: error }, "taking a request"));
  const home = await failing("signIn", async () => {
    await app.init();
    return app.client.auth.test();
  });
  let closing = false;
  const ways = waysTo(settings, office);
  const { client, background, channels, linkToIncident } = ways;
  const desk = deskOf(office, ways, { homeTeamId: home.team_id ?? "", closing: () => closing });
  const taken = ackFirst(app, firstAnywhere(firstInMemory(now), office.isFirst, log), log);
  listenToCommand(app, desk);
  listenToMentions(app, desk, client);
  listenToShortcut(app, desk, client);
  listenToHome(app, desk, client);
  listenToReport(app, desk, client);
  listenToOffers(app, desk, client);
  listenToApprovals(app, desk, client);
  listenToPlanButtons(app, desk, client);
  return {
    sender: senderOver(background, channels.idOf),
    channelId: channels.idOf,
    linkToIncident,
    state: link.state,
    answers: async () =>
      client.api.test().then(
        () => true,
        () => false,
      ),
    listen: async () => {
      await failing(settings.mode === "socket" ? "socket" : "listen", async () => link.start(app));
      log.info({ team: home.team, bot: home.user, mode: settings.mode }, "connected to Slack");
    },
    refuse: () => (closing = true),
    leave: async (limitMs) => {
      closing = true;
      await link.stop();
      for (const until = performance.now() + limitMs; taken.inFlight() > 0 && performance.now() < until;) await pause(20);
    },
  };
}

type Ways = ReturnType<typeof waysTo>;

/** The ways to Slack: two clients, so that a rate limit on posts holds up nobody who waits for an answer. */
function waysTo({ botToken, apiUrl }: SlackSettings, { log, now, outbox }: Office) {
  const logger = boltLog(log);
  const client = new WebClient(botToken, { ...calls(apiUrl), ...QUICK, logger });
  const background = new WebClient(botToken, { ...calls(apiUrl), ...ONCE, logger });
  const channels = channelsOver(client, { log, now });
  const permalink = permalinks(client, log);
  const linkTo = async (channel: string, ts: string) => permalink(await channels.idOf(channel), ts);
  return { client, background, channels, linkToIncident: incidentLinks({ outbox, linkTo }, LINK_MS) };
}

function deskOf(office: Office, { client, channels, linkToIncident }: Ways, rest: Pick<Desk, "homeTeamId" | "closing">): Desk {
  const { log, now, environments, library } = office;
  const people = peopleOver(client, { log, now });
  const { repairs, ...given } = office;
  return {
    ...given,
    ...rest,
    people,
    ...(repairs ? { repairs: repairsOf(repairs, office, approversOver(people, rest.homeTeamId)) } : {}),
    known: { environments: [...environments.keys()], runbooks: [...library.runbooks.keys()] },
    linkToIncident,
    shutFor: channels.shutFor,
    channelId: channels.idOf,
    marks: reactionsOver(client, log),
  };
}

function repairsOf({ plans, propose }: OfficeRepairs, { environments, now }: Office, approversOf: ApproversOf): Repairs {
  const perDayIn = (environment: string) => environments.get(environment)?.actions?.perDay ?? 0;
  return {
    plans,
    propose,
    approversOf,
    approve: async (click) => {
      const ofClick = async (policy: Policy) => approversOf(policy, click.by.userId);
      return approve({ plans, perDayIn, now, approversOf: ofClick }, click);
    },
  };
}

async function failing<Value>(at: NotConnected["at"], connect: () => Promise<Value>): Promise<Value> {
  try {
    return await connect();
  } catch (error) {
    throw new NotConnected(at, error);
  }
}
