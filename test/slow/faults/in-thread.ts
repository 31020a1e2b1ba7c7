import { expect } from "vitest";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { actionsOf } from "../../../src/cli/start/actions.ts";
import { runPlans } from "../../../src/cli/start/run-plans.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import { approve, type Approved } from "../../../src/remediation/approve.ts";
import { plannedIn } from "../../../src/remediation/made.ts";
import { isRefused, type Input, type Who } from "../../../src/remediation/plan.ts";
import type { PlanRow } from "../../../src/remediation/plans.ts";
import { propose } from "../../../src/remediation/propose.ts";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import type { Message } from "../../../src/slack/messages/message.ts";
import type { Post } from "../../../src/slack/outbox/entry.ts";
import { tellPlans } from "../../../src/slack/plans/plan-teller.ts";
import { verifyAudit } from "../../../src/store/audit/lines.ts";
import { wordsOf, type Language } from "../../../src/words/language.ts";
import { tellPlan } from "../../../src/words/plan-say.ts";
import { account, callsOf, meanwhile } from "../../aws/account.ts";
import { openIncident } from "../../store/plans/a-plan.ts";
import { freshParts } from "../../store/parts.ts";

const { library } = await openLibrary();

/** Who has things planned. */
const MINA: Who = { userId: "U0MINA", name: "Mina" };
/** Who says yes. */
export const JUN: Who = { userId: "U0JUN", name: "Jun" };

/** The role that looks, and the one that repairs. */
const LOOKS = "arn:aws:iam::111122223333:role/gumshoe-look";
const REPAIRS = "arn:aws:iam::111122223333:role/gumshoe-repair";

/** What a shop with its database at Lightsail allows; `hosts` where there are some. */
const yamlFor = (allow: string, { metrics = "lightsailDatabase: shop-db", hosts = "{ tags: { role: web } }", more = "" }) => `environments:
  prod:
    hosts: ${hosts}
    aws: { region: us-east-1, role: ${LOOKS} }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db-old.example }
    metrics: { ${metrics} }
    channel: C0PROD
    actions:
      approvers: [U0JUN, U0TAE]
      role: ${REPAIRS}
${more}      allow:
        ${allow}
`;

/** How a shop differs from the one that all share. */
type Shop = { allow: string; metrics?: string; hosts?: string; more?: string };

/**
 * The whole way of a repair without Slack itself: real plans and guards, a real store, the real runner and the real AWS SDK against the lab's account, and the
 * message that Slack would be given. Time passes while something is waited for; `offMs` is what Gumshoe's own clock is wrong by.
 */
export async function shop(world: Partial<AwsWorld>, given: Shop, clock = virtualClock(new Date())) {
  const from = { ...(await account(world, { clock, role: LOOKS })), clock };
  const parts = await freshParts();
  const incident = await openIncident(parts);
  const environment = readConfig("gumshoe.yml", yamlFor(given.allow, given)).environments.get("prod")!;
  const own = { offMs: 0 };
  const now = () => new Date(clock.now().getTime() + own.offMs);
  const allowedAs = (approvers: readonly Who[]) =>
    actionsOf(environment, { name: "prod", approvers, looks: from.access, clock: from.access.clock, everyMs: 20 });
  const rootCausesOf = async () => ["db-disk-saturated"];
  const signal = new AbortController();
  let ids = 0;
  const planned = async (action: string, input: Input = {}, by = MINA) => {
    const proposing = {
      plans: parts.plans,
      allowedIn: () => allowedAs([]),
      rootCausesOf,
      newId: () => `p${++ids}`,
      now,
      signal: signal.signal,
    };
    return meanwhile(clock, propose(proposing, { incident, environment: "prod", action, input, by }));
  };
  const approvers = new Set([JUN.userId, "U0TAE"]);
  const approved = async ({ id, digest }: PlanRow["plan"], by = JUN, typed?: string): Promise<Approved> => {
    const approving = { plans: parts.plans, approversOf: async () => approvers, perDayIn: () => environment.actions!.perDay, now };
    return approve(approving, { plan: id, digest, by, ...(typed === undefined ? {} : { typed }) });
  };
  const errors: string[] = [];
  const quiet = () => {};
  const heard = ({ err }: { err?: Error }, doing: string) => void errors.push(`${doing}: ${err?.message ?? ""}`);
  const log = { debug: quiet, info: quiet, warn: quiet, error: heard as never, fatal: heard as never };
  const runner = runPlans({
    plans: parts.plans,
    stepsOf: parts.stepsOf,
    allowedFor: async (_plan, by) => allowedAs(by),
    rootCausesOf,
    newId: () => "e-1",
    onDue: () => quiet,
    lost: () => signal.signal,
    log,
    now,
  });
  /** Carries out whatever is due, one after the other, as the program does. */
  const carriedOut = async () => {
    for (;;) {
      const taken = await parts.plans.takeDue(now());
      if (!taken) return;
      await meanwhile(clock, runner.run(taken));
    }
  };
  /** What the plan's message says in a thread, which Slack would take. */
  const told = async (language: Language = "en"): Promise<string> => {
    const messages: Message[] = [];
    const outbox = {
      owe: async (post: Post) => {
        if ("message" in post) messages.push(post.message);
        return undefined;
      },
      oweEdit: async ({ message }: { message: Message }) => void messages.push(message),
    };
    const environments = new Map([["prod", environment]]);
    const words = wordsOf(language);
    await parts.db.updateTable("plan").set({ told_version: 0 }).execute();
    const { planFeed: feed, plans } = parts;
    const planned = async (incident: number) => plannedIn(plans, incident);
    await tellPlans({ feed, haltOf: plans.haltOf, plannedIn: planned, outbox, words, library, environments, log, now }).once();
    const last = messages.at(-1);
    expect(last && faultsOf(last)).toEqual([]);
    return last?.text ?? "";
  };
  return {
    from,
    parts,
    incident,
    own,
    errors,
    now,
    planned,
    approved,
    carriedOut,
    told,
    calls: (operation: string) => callsOf(from, operation),
    /** Plans, approves and carries out, and returns what the thread says then. */
    repaired: async (action: string, input: Input = {}, typed?: string) => {
      const row = await planned(action, input);
      if (isRefused<PlanRow>(row)) throw new Error(tellPlan(row.because, wordsOf("en")));
      for (const by of [JUN, { userId: "U0TAE", name: "Tae" }].slice(0, row.plan.policy.approvals))
        expect(await approved(row.plan, by, typed)).toHaveProperty("is", "counted");
      await carriedOut();
      expect(await verifyAudit(parts.db)).toMatchObject({ whole: true });
      expect(errors).toEqual([]);
      return told();
    },
  };
}
