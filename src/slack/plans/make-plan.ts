import type { ActionId } from "../../config/action-config.ts";
import type { Environment } from "../../config/config.ts";
import type { Incident } from "../../incident/incident.ts";
import { canonical } from "../../remediation/digest.ts";
import { isRefused, type Input, type Plan, type Who } from "../../remediation/plan.ts";
import type { PlanRow } from "../../remediation/plans.ts";
import { tellPlan } from "../../words/plan-say.ts";
import type { Words } from "../../words/en.ts";
import { refusalOf } from "../ask/attend.ts";
import type { Desk, Repairs, Request } from "../ask/desk.ts";
import type { Person } from "../ask/may-ask.ts";
import { threadOf } from "../incident/teller.ts";
import { answer, refusalAnswer } from "../messages/answers/answer.ts";
import type { Message } from "../messages/message.ts";
import { planKey, planMessage } from "../messages/plan/plan-message.ts";
import { filled, link } from "../messages/rich.ts";
import { planTelling } from "./plan-words.ts";

/** Somebody who asks for a plan, from where, and in which words they are answered. */
export type Asker = { person: Person | undefined; by: Who; words: Words; channel: Request["channel"] };

/** What somebody wants to have planned. */
export type Wanted = { incident: number; action: ActionId };

/** Where something is to be planned: the incident, and what its environment allows. */
export type Place = { incident: Incident; environment: Environment; repairs: Repairs };

/** Who asked is told that Slack did not take the plan's message, if that shows within this time. */
const POSTED_MS = 10_000;

/** Whether this person may have something planned there; what to tell them where not. */
export async function placeFor(
  desk: Desk,
  { person, words, channel }: Asker,
  { incident: id }: Wanted,
): Promise<Place | { told: Message }> {
  const { repairs } = desk;
  if (!repairs) return { told: answer(words.slack.plans.making.notHere) };
  const record = await desk.incidents.record(id);
  const environment = record && desk.environments.get(record.incident.environment);
  if (!record || !environment) return { told: answer(words.slack.plans.making.noIncident(id)) };
  const refusal = await refusalOf(desk, { channel }, person, environment);
  if (refusal) return { told: refusalAnswer(words, refusal, record.incident.environment, environment) };
  if (desk.closing()) return { told: answer(words.slack.refusals.restarting) };
  return { incident: record.incident, environment, repairs };
}

/** What is being planned by this copy, so that two who press at once get one plan. */
export type UnderWay = Set<string>;

/** Everything that making a plan takes; `say` tells only who asked. */
export type Making = {
  asker: Asker;
  wanted: Wanted;
  input: Input;
  place: Place;
  say: (message: Message) => Promise<void>;
  underWay: UnderWay;
};

/** Has a plan made, and its message posted once into the incident's thread. Returns what else to tell who asked. */
export async function makePlan(desk: Desk, making: Making): Promise<Message | undefined> {
  const { asker, wanted, input, place, underWay } = making;
  const { incident, repairs } = place;
  const { words } = asker;
  const key = `${incident.id} ${wanted.action} ${canonical(input)}`;
  const before = await repairs.plans.of(incident.id);
  if (underWay.has(key) || before.some((row) => isSame(row, wanted, input, desk.now()))) {
    const url = await desk.linkToIncident(incident);
    const to = url === undefined ? "" : link(url, words.slack.buttons.openThread);
    return answer(...filled(words.slack.plans.making.stands, { link: to }));
  }
  underWay.add(key);
  try {
    return await proposed(desk, making);
  } finally {
    underWay.delete(key);
  }
}

async function proposed(desk: Desk, { asker, wanted, input, place, say }: Making): Promise<Message | undefined> {
  const { incident, repairs } = place;
  const { words, by } = asker;
  const { making } = words.slack.plans;
  const { environment } = incident;
  const title = planTelling(desk.library, words).titleOf(wanted.action);
  await say(answer(making.planning(title, environment)));
  const made = await repairs.propose({ incident: incident.id, environment, action: wanted.action, input, by });
  if (isRefused<PlanRow>(made)) {
    desk.log.info({ incident: incident.id, environment, action: wanted.action, user: by.userId, guard: made.refused }, "refused to plan");
    await repairs.plans.refused({ incident: incident.id, environment, by, guard: made.refused, at: desk.now() });
    return answer(making.refused(title, tellPlan(made.because, words)));
  }
  const { id, digest } = made.plan;
  desk.log.info({ plan: id, incident: incident.id, environment, action: wanted.action, user: by.userId, digest }, "planned");
  const key = planKey(id);
  // Whoever is on duty tells of it too, by the same key: it is one message.
  await desk.outbox.owe({ ...threadOf(incident), key, message: planMessage(made, planTelling(desk.library, desk.words)) });
  const outcome = await desk.outbox.outcomeOf(key, POSTED_MS);
  if (!outcome || "ts" in outcome) return undefined;
  return answer(making.notPosted("refused" in outcome ? outcome.refused : outcome.inDoubt));
}

/** Whether a plan for the same is there that somebody can still approve, or that is under way. */
function isSame({ plan, state }: { plan: Plan; state: PlanRow["state"] }, wanted: Wanted, input: Input, now: Date): boolean {
  if (plan.action !== wanted.action || canonical(plan.input) !== canonical(input)) return false;
  return state === "proposed" ? plan.expiresAt > now : state !== "ended";
}
