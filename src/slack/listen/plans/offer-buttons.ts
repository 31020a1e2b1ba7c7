import type { App, BlockAction, ButtonAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Input } from "../../../remediation/plan.ts";
import type { Desk } from "../../ask/desk.ts";
import { answer } from "../../messages/answers/answer.ts";
import type { Message } from "../../messages/message.ts";
import { OFFER_ACTION, wishedFor } from "../../messages/plan/offer.ts";
import { asksForTable, unitsOf } from "../../plans/choices.ts";
import { makePlan, placeFor, type Asker, type Place, type UnderWay, type Wanted } from "../../plans/make-plan.ts";
import { planAnswerModal, TABLE, tableModal, UNIT, unitModal } from "../../views/plan-modals.ts";
import { answered, askerOf, attended, inDialog, pressOf, sayTo, type Press } from "./press.ts";

/** What a dialog is about, carried in the dialog itself: Slack signs what comes back. */
const About = z.object({
  value: z.string(),
  press: z.object({ channel: z.string(), channelName: z.string().optional(), threadTs: z.string().optional() }),
});

/** The buttons below a verdict: a plan is made, where it takes a choice after a dialog, and posted into the incident's thread. */
export function listenToOffers(app: App, desk: Desk, client: WebClient): void {
  const underWay: UnderWay = new Set();
  app.action<BlockAction<ButtonAction>>(new RegExp(`^${OFFER_ACTION.make}`), async ({ action, body }) => {
    const press = pressOf(body);
    if (!press) return;
    await attended(desk, client, press, async (asker) => {
      const wanted = wishedFor(action.value);
      if (!wanted) return answer(asker.words.slack.plans.refusals.unknown);
      const place = await placeFor(desk, asker, wanted);
      if ("told" in place) return place.told;
      const units = unitsIn(place, wanted);
      if (asksForTable(wanted.action) || (units && units.length > 1)) {
        // gumshoe.yml named one when the button was posted.
        const view = dialogFor(asker, wanted, units ?? [], aboutOf(action.value, press));
        await client.views.open({ trigger_id: body.trigger_id, view });
        return undefined;
      }
      const input = units?.[0] === undefined ? {} : { unit: units[0] };
      return makePlan(desk, { asker, wanted, input, place, say: sayTo(desk, client, press), underWay });
    });
  });
  app.action<BlockAction<ButtonAction>>(new RegExp(`^${OFFER_ACTION.choose}`), async ({ action, body }) =>
    inDialog(desk, client, body, async (press) => choiceOf(desk, press, action.value)),
  );
  const submitted = (callback_id: string, inputOf: (values: Values, place: Place, wanted: Wanted) => Input | undefined) =>
    app.view({ callback_id, type: "view_submission" }, async ({ view, body }) => {
      const about = About.parse(JSON.parse(view.private_metadata));
      const press: Press = withoutUndefined({ ...about.press, userId: body.user.id });
      await attended(desk, client, press, async (asker) => {
        const wanted = wishedFor(about.value);
        if (!wanted) return answer(asker.words.slack.plans.refusals.unknown);
        const place = await placeFor(desk, asker, wanted);
        if ("told" in place) return place.told;
        const input = inputOf(view.state.values, place, wanted);
        if (!input) return answer(asker.words.slack.plans.making.noUnit);
        return makePlan(desk, { asker, wanted, input, place, say: sayTo(desk, client, press), underWay });
      });
    });
  submitted(UNIT.callback, (values, place, wanted) => {
    const unit = values[UNIT.block]?.[UNIT.action]?.selected_option?.value;
    return unit !== undefined && unitsIn(place, wanted)?.includes(unit) ? { unit } : undefined;
  });
  submitted(TABLE.callback, (values) => {
    const typed = (block: string) => values[block]?.[TABLE.action]?.value?.trim() ?? "";
    return { table: typed(TABLE.table), columns: typed(TABLE.columns) };
  });
}

type Values = ViewSubmitAction["view"]["state"]["values"];

/** What is asked before a plan is made. */
function dialogFor({ words }: Asker, { action }: Wanted, units: readonly string[], about: string): ModalView {
  return asksForTable(action) ? tableModal(words, about) : unitModal(words, units, about);
}

/** What the dialog turns into: the choice, or why there is none. */
async function choiceOf(desk: Desk, press: Press, value: string | undefined): Promise<ModalView> {
  const told = await answered(desk, async (): Promise<ModalView | { told: Message; asker?: Asker }> => {
    const asker = await askerOf(desk, press);
    if ("told" in asker) return asker;
    const wanted = wishedFor(value);
    if (!wanted) return { told: answer(asker.words.slack.plans.refusals.unknown), asker };
    const place = await placeFor(desk, asker, wanted);
    if ("told" in place) return { ...place, asker };
    const units = unitsIn(place, wanted) ?? [];
    return units.length === 0 && !asksForTable(wanted.action)
      ? { told: answer(asker.words.slack.plans.making.noUnit), asker }
      : dialogFor(asker, wanted, units, aboutOf(value, press));
  });
  if ("type" in told) return told;
  return "told" in told ? planAnswerModal(told.asker?.words ?? desk.words, told.told) : planAnswerModal(desk.words, told);
}

function unitsIn({ environment }: Place, { action }: Wanted): readonly string[] | undefined {
  return environment.actions && unitsOf(environment.actions, action);
}

function aboutOf(value: string | undefined, press: Press): string {
  return JSON.stringify({ value, press });
}

/** The same without the fields that are not there. */
function withoutUndefined({ userId, channel, channelName, threadTs }: z.infer<typeof About>["press"] & { userId: string }): Press {
  return { userId, channel, ...(channelName === undefined ? {} : { channelName }), ...(threadTs === undefined ? {} : { threadTs }) };
}
