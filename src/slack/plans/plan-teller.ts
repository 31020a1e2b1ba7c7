import type { Environment } from "../../config/config.ts";
import type { PlanFeed, PlanInThread, PlanRow, Plans } from "../../remediation/plans.ts";
import type { Library } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import { threadOf } from "../incident/teller.ts";
import type { Log } from "../log.ts";
import { planKey, planMessage } from "../messages/plan/plan-message.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { planTelling } from "./plan-words.ts";

/** What telling of plans needs: what is untold, the outbox to put it into, and how it is said. */
export type PlanTeller = {
  feed: PlanFeed;
  haltOf: Plans["haltOf"];
  /** The actions of an incident that are planned, or done. */
  plannedIn: (incident: number) => Promise<ReadonlySet<string>>;
  outbox: Pick<Outbox, "owe" | "oweEdit">;
  words: Words;
  library: Pick<Library, "actions" | "runbooks">;
  environments: ReadonlyMap<string, Pick<Environment, "timezone" | "actions">>;
  log: Log;
  now: () => Date;
};

/** Plans told of in one go; the others follow in the next. */
const MOST = 50;

/** While nothing but the progress of a plan changes, its message is edited no more often than that. */
const PROGRESS_MS = 4_000;

/** Plans whose last form is remembered. */
const REMEMBERED = 200;

type Given = { form: string; state: PlanRow["state"]; halted: boolean; at: number };

/**
 * Tells of plans in their incidents' threads. `once` puts all that is untold into the outbox and marks it told after that; it may be called as often as
 * one likes, by the copy that is on duty. Rejects where the store cannot be read; a plan that cannot be told is logged, and tried again the next time.
 */
export function tellPlans(teller: PlanTeller): { once: () => Promise<void> } {
  const given = new Map<string, Given>();
  let underWay: Promise<void> | undefined;
  const round = async () => {
    for (const untold of await teller.feed.untold(MOST)) {
      try {
        await tell(teller, given, untold);
      } catch (error) {
        teller.log.error({ plan: untold.row.plan.id, err: error }, "telling of a plan");
      }
    }
  };
  return {
    once: async () => {
      underWay ??= round().finally(() => (underWay = undefined));
      return underWay;
    },
  };
}

async function tell(teller: PlanTeller, given: Map<string, Given>, { row, incident }: PlanInThread): Promise<void> {
  const { feed, outbox, haltOf, plannedIn, log, now } = teller;
  const { id, environment } = row.plan;
  if (incident.home.channel === "") {
    log.warn({ plan: id, environment }, "a plan is told nowhere: its incident has no channel");
    return feed.told(id, row.version);
  }
  const halt = row.state === "ended" ? undefined : await haltOf(environment);
  const planned = row.end?.how === "done" ? { planned: await plannedIn(incident.id) } : {};
  const timezoneOf = (name: string) => teller.environments.get(name)?.timezone ?? "UTC";
  const actionsIn = (name: string) => teller.environments.get(name)?.actions;
  const message = planMessage(row, { ...planTelling(teller.library, teller.words), halt, timezoneOf, actionsIn, ...planned });
  const next: Given = { form: JSON.stringify(message), state: row.state, halted: halt !== undefined, at: now().getTime() };
  const last = given.get(id);
  if (last?.form !== next.form) {
    if (last && isMereProgress(last, next)) return;
    const key = planKey(id);
    await outbox.owe({ ...threadOf(incident), key, message });
    // Nothing was told of it before that an edit would have to put right.
    const isNew = row.state === "proposed" && row.approvals.length === 0 && !halt && row.version <= 1;
    if (!isNew) await outbox.oweEdit({ channel: incident.home.channel, key, message });
    remember(given, id, next);
  }
  await feed.told(id, row.version);
}

/** Whether a plan is under way as it was a moment ago: then it is told in a moment, with what came by then. */
function isMereProgress(last: Given, next: Given): boolean {
  return last.state === "running" && next.state === "running" && last.halted === next.halted && Math.abs(next.at - last.at) < PROGRESS_MS;
}

function remember(given: Map<string, Given>, id: string, form: Given): void {
  given.delete(id);
  given.set(id, form);
  const [oldest] = given.keys();
  if (given.size > REMEMBERED && oldest !== undefined) given.delete(oldest);
}
