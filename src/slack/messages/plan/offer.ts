import type { ActionId, ActionsConfig } from "../../../config/action-config.ts";
import type { Told } from "../../../report/told.ts";
import type { Words } from "../../../words/en.ts";
import { LIMITS } from "../../contract/limits.ts";
import { isKnownAction, opensDialog } from "../../plans/choices.ts";
import type { OurBlock } from "../message.ts";
import { titledList, type Piece } from "../rich.ts";
import { button } from "../button.ts";

/** For what an action is offered, and what the environment allows. */
export type Offer = { incident: number; environment: string; actions: ActionsConfig | undefined };

/** The beginnings of the buttons' action ids; one that lets choose opens a dialog at once. */
export const OFFER_ACTION = { make: "plan:make:", choose: "plan:choose:" } as const;

/** What could be done about a root cause: a button for each action that the environment allows, and a line for each that it does not. */
export function offerBlocks(actions: Told["actions"], offer: Offer, words: Words): OurBlock[] {
  if (actions.length === 0) return titledList(words.slack.sections.actions, [[words.slack.noActions]]);
  const buttons = actions
    .flatMap(({ id, title }) => (isAllowed(id, offer) ? [offered(id, title, offer, words)] : []))
    .slice(0, LIMITS.actions);
  const others = actions.filter(({ id }) => !isAllowed(id, offer)).map((action) => [notOffered(action, offer, words)]);
  const lines: Piece[][] = [...(buttons.length > 0 ? [[words.slack.plans.offer.how]] : []), ...others];
  return [
    ...titledList(words.slack.sections.actions, lines),
    ...(buttons.length > 0 ? [{ type: "actions" as const, elements: buttons }] : []),
  ];
}

/** What a click on such a button asks for; nothing where the value is none of ours. */
export function wishedFor(value: string | undefined): { incident: number; action: ActionId } | undefined {
  const [, incident, action = ""] = /^(\d{1,12}):([a-z][a-z0-9-]{0,63})$/.exec(value ?? "") ?? [];
  return incident !== undefined && isKnownAction(action) ? { incident: Number(incident), action } : undefined;
}

function isAllowed(id: string, { actions }: Offer): id is ActionId {
  return isKnownAction(id) && actions?.allow[id] !== undefined;
}

function offered(id: ActionId, title: string, { incident, environment, actions }: Offer, words: Words) {
  const { offer } = words.slack.plans;
  const action = `${opensDialog(actions, id) ? OFFER_ACTION.choose : OFFER_ACTION.make}${id}`;
  return button({ action, value: `${incident}:${id}`, text: offer.button(title), label: offer.label(title, environment) });
}

function notOffered({ id, title }: Told["actions"][number], { actions }: Offer, words: Words): string {
  const { offer } = words.slack.plans;
  if (!isKnownAction(id)) return offer.byHand(title);
  return actions ? offer.notAllowed(title) : offer.noRepairs(title);
}
