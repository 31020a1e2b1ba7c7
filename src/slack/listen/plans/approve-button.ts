import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Desk } from "../../ask/desk.ts";
import { answer } from "../../messages/answers/answer.ts";
import type { Message } from "../../messages/message.ts";
import { guardAnswer } from "../../messages/plan/plan-answers.ts";
import { approvedByValue, PLAN_ACTION } from "../../messages/plan/plan-buttons.ts";
import type { Asker } from "../../plans/make-plan.ts";
import { planAnswerModal, TYPED, typedModal } from "../../views/plan-modals.ts";
import { answered, askerOf, attended, inDialog, pressOf, type Press } from "./press.ts";

/** What a dialog is about, carried in the dialog itself: Slack signs what comes back. */
const About = z.object({ value: z.string(), channel: z.string(), threadTs: z.string().optional() });

/** The button that approves: whether the yes counts is decided in `remediation/approve`; the plan's message then shows it. */
export function listenToApprovals(app: App, desk: Desk, client: WebClient): void {
  app.action<BlockAction<ButtonAction>>(PLAN_ACTION.approve, async ({ action, body }) => {
    const press = pressOf(body);
    if (press) await attended(desk, client, press, async (asker) => approved(desk, asker, action.value));
  });
  app.action<BlockAction<ButtonAction>>(PLAN_ACTION.type, async ({ action, body }) =>
    inDialog(desk, client, body, async (press) => typingOf(desk, press, action.value)),
  );
  app.view({ callback_id: TYPED.callback, type: "view_submission" }, async ({ view, body }) => {
    const { value, channel, threadTs } = About.parse(JSON.parse(view.private_metadata));
    const typed = view.state.values[TYPED.block]?.[TYPED.action]?.value ?? "";
    const press = { userId: body.user.id, channel, ...(threadTs === undefined ? {} : { threadTs }) };
    await attended(desk, client, press, async (asker) => approved(desk, asker, value, typed));
  });
}

/** Says yes to what the button carries. Returns why it does not count; where it does, the plan's message says so. */
async function approved(desk: Desk, { by, words }: Asker, value: string | undefined, typed?: string): Promise<Message | undefined> {
  const { repairs, log, environments } = desk;
  const { refusals, making } = words.slack.plans;
  const said = approvedByValue(value);
  if (!repairs) return answer(making.notHere);
  if (!said) return answer(refusals.unknown);
  const came = await repairs.approve({ ...said, by, ...(typed === undefined ? {} : { typed }) });
  const facts = { plan: said.plan, digest: said.digest, user: by.userId };
  if (came.is === "unknown") {
    log.warn(facts, "a press for a plan that is not there");
    return answer(refusals.unknown);
  }
  if (came.is === "counted") {
    log.info({ ...facts, missing: came.missing }, "approved");
    return undefined;
  }
  const { guard, row } = came;
  log.info({ ...facts, guard }, "refused an approval");
  const halt = guard === "halted" ? await repairs.plans.haltOf(row.plan.environment) : undefined;
  return guardAnswer(guard, row, { halt, perDay: environments.get(row.plan.environment)?.actions?.perDay ?? 0 }, words);
}

/** What the dialog turns into: where to type, or why there is nothing to type for. */
async function typingOf(desk: Desk, press: Press, value: string | undefined): Promise<ModalView> {
  let { words } = desk;
  const told = await answered(desk, async (): Promise<ModalView | Message> => {
    const asker = await askerOf(desk, press);
    if ("told" in asker) return asker.told;
    words = asker.words;
    const said = approvedByValue(value);
    const row = said && (await desk.repairs?.plans.read(said.plan));
    if (!row) return answer(words.slack.plans.refusals.unknown);
    const { channel, threadTs } = press;
    return typedModal(words, row.plan.environment, JSON.stringify({ value, channel, threadTs }));
  });
  return "type" in told ? told : planAnswerModal(words, told);
}
