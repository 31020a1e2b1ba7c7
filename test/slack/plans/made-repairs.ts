import { readFileSync } from "node:fs";
import { startLocalSlack, type LocalSlack } from "../../../lab/slack/local-slack.ts";
import type { Message, User } from "../../../lab/slack/workspace.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import { plannedIn } from "../../../src/remediation/made.ts";
import { policyOf } from "../../../src/remediation/policy.ts";
import { propose, type Proposing } from "../../../src/remediation/propose.ts";
import type { Draft, Refused } from "../../../src/remediation/plan.ts";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import { connectToSlack, type GumshoeApp } from "../../../src/slack/gumshoe-app.ts";
import { message } from "../../../src/slack/messages/message.ts";
import { offerBlocks } from "../../../src/slack/messages/plan/offer.ts";
import { createCourier } from "../../../src/slack/outbox/courier/courier.ts";
import { createOutbox, type Outbox } from "../../../src/slack/outbox/outbox.ts";
import { tellPlans } from "../../../src/slack/plans/plan-teller.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { LIMITS } from "../../remediation/plans-for-tests.ts";
import { madeIncident } from "../incident/made-untold.ts";
import { plainOutbox } from "../plain-outbox.ts";
import { madePlan } from "./made-plan.ts";
import { plainPlans, type PlainPlans } from "./plain-plans.ts";

const { library, parsers } = await openLibrary();
const words = wordsOf("en");
const MANIFEST = readFileSync("manifest.yml", "utf8");

const HOST = "hosts: [local], caddy: { accessLog: /var/log/caddy/access.log }, database: { host: db.shop.internal }";

/** Snapshots, and restarts of two services, approved by one of the group of approvers; staging is another's. */
export const REPAIRS = `environments:
  prod:
    ${HOST.replaceAll(", caddy", "\n    caddy").replaceAll(", database", "\n    database")}
    channel: "#prod"
    actions:
      approvers: [S0APPROVERS]
      allow:
        snapshot-database: {}
        restart-service: { units: [web, worker] }
        reboot-database: { approvals: 2 }
  staging: { ${HOST}, channel: C0STAGING, actions: { approvers: [U0ALEX], solo: true, allow: { restart-service: { units: [web] } } } }
`;

/** The buttons of the product in a local Slack: real Bolt and the real domain, over a store in memory; no host and no AWS. */
export type MadeRepairs = {
  slack: LocalSlack;
  app: GumshoeApp;
  plans: PlainPlans;
  outbox: Outbox;
  logged: { level: string; facts: Record<string, unknown>; doing: string }[];
  /** What a draft comes to from now on. */
  draft: { is: Draft | Refused; waits?: Promise<unknown> };
  offset: { ms: number };
  /** The message with the buttons below a verdict, of incident 7. */
  offers: (actions?: readonly string[]) => Promise<Message>;
  /** The message of the only plan, or of the one with this id. */
  card: (id?: string) => Message | undefined;
  press: (user: string, actionId: string, on: Message) => Promise<void>;
  private: (user: string) => Message[];
  until: (holds: () => boolean, what: string) => Promise<void>;
  /** More people in #prod, with ids of their own. */
  crowd: (size: number) => string[];
  stop: () => Promise<void>;
};

/** Start it; to be stopped by the test. */
export async function startRepairs(yaml = REPAIRS): Promise<MadeRepairs> {
  const slack = await startLocalSlack({ manifest: MANIFEST });
  const { environments } = readConfig("gumshoe.yml", yaml);
  const offset = { ms: 0 };
  const now = () => new Date(Date.now() + offset.ms);
  const incidents = new Map([
    [7, madeIncident({ home: { channel: "C0PROD" } })],
    [8, madeIncident({ id: 8, environment: "staging", home: { channel: "C0STAGING" } })],
  ]);
  const plans = plainPlans((id) => incidents.get(id)!);
  const logged: MadeRepairs["logged"] = [];
  const say = (level: string) => (facts: Record<string, unknown>, doing: string) => void logged.push({ level, facts, doing });
  const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error"), fatal: say("fatal") };
  const store = plainOutbox();
  const outbox = createOutbox({ store, log, onSettled: store.onSettled });
  const draft: MadeRepairs["draft"] = { is: madePlan().draft };
  let made = 0;
  const leave = new AbortController();
  const proposing: Proposing = {
    plans,
    allowedIn: (environment) => ({
      actionOf: (id) => ({
        id,
        draft: async () => {
          await draft.waits;
          return draft.is;
        },
        run: async () => ({ says: [] }),
      }),
      policyOf: (id) => policyOf(environments.get(environment)?.actions, id),
      permitted: async () => ({ missing: [] }),
      expiresMs: 30 * 60_000,
      proof: LIMITS,
    }),
    rootCausesOf: async () => ["disk-queue"],
    newId: () => `p-${++made}`,
    now,
    signal: leave.signal,
  };
  const nothing = async () => undefined;
  const app = await connectToSlack(
    { mode: "socket", appToken: slack.tokens.app, botToken: slack.tokens.bot, apiUrl: slack.apiUrl, apartMs: 0 },
    {
      environments,
      library,
      parsers,
      words,
      outbox,
      log,
      now,
      reachOf: () => ({ askHosts: nothing, readMetrics: async () => ({ kind: "unknown" }) }) as never,
      scriptOf: () => "",
      diagnoses: { ask: nothing as never, running: async () => [], last: async () => new Map() },
      mutes: { all: async () => [] } as never,
      incidents: {
        list: async () => [],
        record: async (id) => (incidents.has(id) ? ({ incident: incidents.get(id) } as never) : undefined),
      },
      audit: { note: nothing as never },
      run: nothing,
      reportOf: async () => [],
      health: async () => [],
      newId: () => "e-1",
      onChange: plans.onChange,
      isFirst: async () => true,
      repairs: { plans, propose: async (wish) => propose(proposing, wish) },
    },
  );
  const courier = createCourier({ store, sender: app.sender, log });
  store.onOwed(courier.ring);
  const delivering = courier.run(leave.signal);
  const planned = async (incident: number) => plannedIn(plans, incident);
  const teller = tellPlans({ feed: plans.feed, haltOf: plans.haltOf, plannedIn: planned, outbox, words, library, environments, log, now });
  plans.onChange(() => void teller.once());
  const ticking = setInterval(() => void teller.once(), 100);
  await app.listen();
  for (const { id, home } of incidents.values())
    void outbox.post({
      ...home,
      key: `incident:${id}:headline`,
      message: message([{ type: "divider" }], [`Incident ${id} is open, and this is its thread`]),
    });
  const until: MadeRepairs["until"] = async (holds, what) => {
    for (const end = Date.now() + 15_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
      if (Date.now() > end) throw new Error(`it did not come to this: ${what}\n${JSON.stringify(logged.slice(-5), null, 1)}`);
  };
  const keyed = (key: string) =>
    slack.workspace.messages.find(
      ({ metadata }) => (metadata as { event_payload?: { key?: string } } | undefined)?.event_payload?.key === key,
    );
  return {
    slack,
    app,
    plans,
    outbox,
    logged,
    draft,
    offset,
    offers: async (ids = ["snapshot-database", "restart-service", "reboot-database"]) => {
      const title = (id: string) => ({ id, title: library.actions.get(id)?.en ?? id });
      const actions = ids.map(title);
      const offer = { incident: 7, environment: "prod", actions: environments.get("prod")?.actions };
      await outbox.post({
        channel: "C0PROD",
        thread: { key: "incident:7:headline" },
        key: "verdict",
        message: message(offerBlocks(actions, offer, words)),
      });
      return keyed("verdict")!;
    },
    card: (id = "p-1") => keyed(`plan:${id}`),
    press: async (user, actionId, on) => void (await slack.people.click({ user, channel: on.channel, ts: on.ts, actionId })),
    private: (user) => slack.workspace.messages.filter(({ ephemeralFor }) => ephemeralFor === user),
    until,
    crowd: (size) =>
      Array.from({ length: size }, (_, nth) => {
        const user: User = {
          id: `U0CROWD${nth}`,
          name: `crowd${nth}`,
          realName: `Crowd ${nth}`,
          locale: "en-US",
          tz: "Etc/UTC",
          teamId: slack.workspace.team.id,
        };
        (slack.workspace.users as User[]).push(user);
        slack.people.invite({ user: "U0ALEX", channel: "C0PROD", invited: user.id });
        return user.id;
      }),
    stop: async () => {
      for (const { text, blocks } of slack.workspace.messages) {
        const faults = faultsOf({ text, blocks });
        if (faults.length > 0) throw new Error(`${text}\n${faults.join("\n")}`);
      }
      clearInterval(ticking);
      await outbox.flush(2_000);
      leave.abort();
      await delivering;
      await app.leave(1_000);
      await slack.stop();
    },
  };
}
