import type { Button } from "@slack/types";
import type { ActionId, ActionsConfig } from "../../../config/action-config.ts";
import { stepsOf, type ChainStep } from "../../../remediation/chain.ts";
import type { Told } from "../../../report/told.ts";
import type { Words } from "../../../words/en.ts";
import { LIMITS } from "../../contract/limits.ts";
import { chainIn } from "../../plans/chain.ts";
import { isKnownAction, opensDialog } from "../../plans/choices.ts";
import type { OurBlock } from "../message.ts";
import { bold, numbered, titledList, type Piece } from "../rich.ts";
import { button } from "../button.ts";

/**
 * For what an action is offered, and what the environment allows; `done` are the actions that were done in the incident, `titleOf` calls those of a chain
 * that the cause itself does not name.
 */
export type Offer = {
  incident: number;
  environment: string;
  actions: ActionsConfig | undefined;
  done?: ReadonlySet<string>;
  titleOf?: (action: string) => string;
};

/** The beginnings of the buttons' action ids; one that lets choose opens a dialog at once. */
export const OFFER_ACTION = { make: "plan:make:", choose: "plan:choose:" } as const;

/**
 * What could be done about a root cause: a button for each action that the environment allows, and a line for each that it does not. Actions that follow
 * each other are one numbered list, of which only the next has a button.
 */
export function offerBlocks(actions: Told["actions"], offer: Offer, words: Words): OurBlock[] {
  if (actions.length === 0) return titledList(words.slack.sections.actions, [[words.slack.noActions]]);
  const chain = chainFor(actions, offer);
  const apart = actions.filter(({ id }) => !chain.some(({ action }) => action === id));
  const next = chain.find(({ is }) => is === "next");
  const buttons = [
    ...(next ? [stepButton(next.action, titleIn(actions, offer, next.action), offer, words)] : []),
    ...buttonsOf(apart, offer, words),
  ];
  const lines: Piece[][] = [...(buttons.length > 0 ? [[words.slack.plans.offer.how]] : []), ...othersOf(apart, offer, words)];
  return [
    ...titledList(words.slack.sections.actions, lines),
    ...chainBlocks(chain, (action) => titleIn(actions, offer, action), words),
    ...(buttons.length > 0 ? [{ type: "actions" as const, elements: buttons.slice(0, LIMITS.actions) }] : []),
  ];
}

/** What a click on such a button asks for; nothing where the value is none of ours. */
export function wishedFor(value: string | undefined): { incident: number; action: ActionId } | undefined {
  const [, incident, action = ""] = /^(\d{1,12}):([a-z][a-z0-9-]{0,63})$/.exec(value ?? "") ?? [];
  return incident !== undefined && isKnownAction(action) ? { incident: Number(incident), action } : undefined;
}

/** The chain that the cause's actions begin or belong to, as far as it is. */
function chainFor(actions: Told["actions"], { actions: allowed, done = new Set() }: Offer): ChainStep[] {
  const chain = chainIn(allowed);
  // The last one that the cause names is what its chain is for.
  const isMeant = chain?.slice(1).some((step) => actions.some(({ id }) => id === step));
  return chain && isMeant ? stepsOf(chain, done) : [];
}

function chainBlocks(chain: readonly ChainStep[], titleOf: (action: string) => string, words: Words): OurBlock[] {
  if (chain.length === 0) return [];
  const { offer } = words.slack.plans;
  const lines = chain.map(({ action, is }): Piece[] => {
    const title = titleOf(action);
    return [is === "next" ? bold(title) : title, `: ${offer.step[is]}`];
  });
  return numbered(offer.chain(chain.length), lines, offer.stops);
}

function titleIn(actions: Told["actions"], { titleOf }: Offer, action: string): string {
  return actions.find(({ id }) => id === action)?.title ?? titleOf?.(action) ?? action;
}

function buttonsOf(actions: Told["actions"], offer: Offer, words: Words): Button[] {
  return actions.flatMap(({ id, title }) => (isAllowed(id, offer) ? [stepButton(id, title, offer, words)] : []));
}

function isAllowed(id: string, { actions }: Offer): id is ActionId {
  return isKnownAction(id) && actions?.allow[id] !== undefined;
}

/** The button that has an action planned. */
export function stepButton(id: string, title: string, { incident, environment, actions }: Offer, words: Words): Button {
  const { offer } = words.slack.plans;
  const chooses = isKnownAction(id) && opensDialog(actions, id);
  const action = `${chooses ? OFFER_ACTION.choose : OFFER_ACTION.make}${id}`;
  return button({ action, value: `${incident}:${id}`, text: offer.button(title), label: offer.label(title, environment) });
}

/** What is done by hand, and why. That an environment allows nothing at all is said once for all. */
function othersOf(apart: Told["actions"], offer: Offer, words: Words): Piece[][] {
  const said = words.slack.plans.offer;
  const others = apart.filter(({ id }) => !isAllowed(id, offer));
  const known = others.filter(({ id }) => isKnownAction(id));
  const unknown = others.filter(({ id }) => !isKnownAction(id)).map(({ title }) => [said.byHand(title)]);
  if (offer.actions) return [...known.map(({ title }) => [said.notAllowed(title)]), ...unknown];
  return [...(known.length > 0 ? [[said.noRepairs]] : []), ...known.map(({ title }) => [title]), ...unknown];
}
