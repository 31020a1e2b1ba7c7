import { viewRefusalsOf } from "../../../src/slack/contract/check-view.ts";
import { LIMITS } from "../../../src/slack/contract/limits.ts";
import type { Actions, Delivery, ViewValues } from "../people.ts";
import { storedView } from "../web-api/stored-view.ts";
import type { Block, View } from "../workspace.ts";
import { actorOf, interaction, TROUBLE, type Acting } from "./actor.ts";
import { typedValue } from "./elements.ts";

/** Fill in the modal on top and send it; the client itself holds back a form whose required inputs are empty. */
export async function submit(did: Parameters<Actions["submitView"]>[0], acting: Acting): Promise<Delivery> {
  const { workspace } = acting;
  const user = actorOf(did.user, acting);
  const view = top(did.user, did.viewId, acting);
  const values = stateOf(view, did.values);
  const errors = Object.fromEntries(emptyInputs(view, values).map((id) => [id, "Please complete this required field."]));
  if (Object.keys(errors).length > 0)
    return { acked: false, ms: 0, payload: { response_action: "errors", errors }, shown: Object.values(errors).join("\n") };
  const filled: View = { ...view, state: { values } };
  workspace.setViews(user.id, [...workspace.views(user.id).slice(0, -1), filled]);
  const delivery = await acting.deliver({
    type: "interactive",
    payload: { type: "view_submission", ...interaction(user, acting), view: filled, response_urls: [] },
  });
  if (!delivery.acked) return { ...delivery, shown: TROUBLE };
  const shown = obey(delivery.payload, user.id, filled, acting);
  return shown === TROUBLE ? { ...delivery, acked: false, error: "dispatch_failed", shown } : { ...delivery, ...(shown ? { shown } : {}) };
}

/** Close the modal on top; the app hears of it where the view asked for that. */
export async function close(did: Parameters<Actions["closeView"]>[0], acting: Acting): Promise<Delivery> {
  const { workspace } = acting;
  const user = actorOf(did.user, acting);
  const view = top(did.user, did.viewId, acting);
  workspace.setViews(user.id, view.clear_on_close ? [] : workspace.views(user.id).slice(0, -1));
  if (!view.notify_on_close) return { acked: false, ms: 0, error: "not_subscribed" };
  const { trigger_id: _, ...common } = interaction(user, acting);
  return acting.deliver({ type: "interactive", payload: { type: "view_closed", ...common, view, is_cleared: view.clear_on_close } });
}

function top(userId: string, viewId: string, { workspace }: Acting): View {
  const view = workspace.view(userId);
  if (view?.id !== viewId) throw new Error(`${userId} does not have the modal ${viewId} open on top`);
  return view;
}

function inputsOf(view: View): Block[] {
  return view.blocks.filter(({ type }) => type === "input");
}

/** Every input's value in Slack's form; a bare word stands for what was typed or chosen. */
function stateOf(view: View, given: ViewValues): View["state"]["values"] {
  const known = new Set(inputsOf(view).map(({ block_id }) => block_id));
  const unknown = Object.keys(given).filter((id) => !known.has(id));
  if (unknown.length > 0) throw new Error(`the modal has no input ${unknown.join(", ")}`);
  return Object.fromEntries(
    inputsOf(view).map((block) => {
      const element = block["element"] as { type: string; action_id: string };
      const value = given[String(block.block_id)]?.[element.action_id];
      const inForm = value !== null && typeof value === "object" ? value : typedValue(element.type, value as string | undefined);
      return [String(block.block_id), { [element.action_id]: { type: element.type, ...inForm } }];
    }),
  );
}

function emptyInputs(view: View, values: View["state"]["values"]): string[] {
  const empty = (value: unknown) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return inputsOf(view)
    .filter((block) => block["optional"] !== true)
    .map((block) => String(block.block_id))
    .filter((id) =>
      Object.values(values[id] ?? {}).every((state) =>
        Object.entries(state as object).every(([key, value]) => key === "type" || empty(value)),
      ),
    );
}

type Answer = { response_action?: string; errors?: Record<string, string>; view?: Record<string, unknown> };

/** Do what the acknowledgement of a form says; returns what the person sees of it, if anything. */
function obey(payload: unknown, userId: string, view: View, { workspace }: Acting): string | undefined {
  const answer = (payload !== null && typeof payload === "object" ? payload : {}) as Answer;
  const stack = workspace.views(userId);
  const below = stack.slice(0, -1);
  switch (answer.response_action) {
    case undefined:
      workspace.setViews(userId, below);
      return undefined;
    case "clear":
      workspace.setViews(userId, []);
      return undefined;
    case "errors": {
      const known = new Set(inputsOf(view).map(({ block_id }) => block_id));
      const errors = Object.entries(answer.errors ?? {});
      return errors.length > 0 && errors.every(([id]) => known.has(id)) ? errors.map(([, text]) => text).join("\n") : TROUBLE;
    }
    case "update":
    case "push": {
      const kept = answer.response_action === "update" ? below : stack;
      if (viewRefusalsOf(answer.view).length > 0 || kept.length >= LIMITS.view.stack) return TROUBLE;
      workspace.setViews(userId, [...kept, storedView(answer.view ?? {}, workspace, kept)]);
      return undefined;
    }
    default:
      return TROUBLE;
  }
}
