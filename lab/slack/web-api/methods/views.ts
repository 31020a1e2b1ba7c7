import { viewRefusalsOf } from "../../../../src/slack/contract/check-view.ts";
import { faultLine } from "../../../../src/slack/contract/fault.ts";
import { LIMITS } from "../../../../src/slack/contract/limits.ts";
import type { Backstage } from "../../backstage.ts";
import { storedView } from "../stored-view.ts";
import type { View } from "../../workspace.ts";
import { ApiError, required, textOf, type Args } from "../arguments.ts";
import { userOf } from "../lookups.ts";
import type { RunMethod } from "./methods.ts";

const open: RunMethod = (args, backstage) => {
  const given = checked(args, "modal", backstage);
  const { user } = spent(args, backstage);
  const view = storedView(given, backstage.workspace);
  backstage.workspace.setViews(user, [view]);
  return { view };
};

const push: RunMethod = (args, backstage) => {
  const given = checked(args, "modal", backstage);
  const { user } = spent(args, backstage);
  const stack = backstage.workspace.views(user);
  if (stack.length >= LIMITS.view.stack) throw new ApiError("push_limit_reached");
  const view = storedView(given, backstage.workspace, stack);
  backstage.workspace.setViews(user, [...stack, view]);
  return { view };
};

const update: RunMethod = (args, backstage) => {
  const { workspace } = backstage;
  const id = textOf(args, "view_id");
  const externalId = textOf(args, "external_id");
  if (id === undefined && externalId === undefined) required(args, "view_id");
  for (const { id: user } of workspace.users) {
    const stack = workspace.views(user);
    const old = stack.find((view) => (id === undefined ? view.external_id === externalId : view.id === id));
    if (!old) continue;
    checkHash(args, old);
    const fresh = storedView(checked(args, "modal", backstage, old), workspace);
    const view: View = { ...fresh, id: old.id, root_view_id: old.root_view_id, previous_view_id: old.previous_view_id };
    workspace.setViews(
      user,
      stack.map((each) => (each === old ? view : each)),
    );
    return { view };
  }
  throw new ApiError("not_found");
};

const publish: RunMethod = (args, backstage) => {
  const { workspace, manifest } = backstage;
  if (!manifest.features.app_home?.home_tab_enabled) throw new ApiError("not_enabled");
  const user = userOf(args, backstage, "user_id");
  const old = workspace.home(user.id);
  if (old) checkHash(args, old);
  const view = storedView(checked(args, "home", backstage, old), workspace);
  workspace.publishHome(user.id, view);
  return { view };
};

/** Modals and Home tabs. */
export const views = { "views.open": open, "views.push": push, "views.update": update, "views.publish": publish };

function spent(args: Args, { triggers }: Backstage): { user: string } {
  const trigger = triggers.spend(required(args, "trigger_id"));
  if ("error" in trigger) throw new ApiError(trigger.error);
  return trigger;
}

function checkHash(args: Args, { hash }: View): void {
  const expected = textOf(args, "hash");
  if (expected !== undefined && expected !== hash) throw new ApiError("hash_conflict");
}

/** The view of a call, when Slack takes it; `replaced` is the one that it stands in for. */
function checked(args: Args, type: View["type"], backstage: Backstage, replaced?: View): Record<string, unknown> {
  const view = args["view"];
  const faults = viewRefusalsOf(view);
  const refusal = faults[0];
  if (refusal) throw new ApiError(refusal.code, { response_metadata: { messages: faults.map(faultLine) } });
  const given = view as Record<string, unknown>;
  if (given["type"] !== type)
    throw new ApiError("invalid_arguments", { response_metadata: { messages: [`[ERROR] must be ${type} [json-pointer:/view/type]`] } });
  const externalId = textOf(given, "external_id");
  if (externalId !== undefined && isTaken(externalId, backstage, replaced)) throw new ApiError("duplicate_external_id");
  return given;
}

function isTaken(externalId: string, { workspace }: Backstage, replaced: View | undefined): boolean {
  const all = workspace.users.flatMap(({ id }) => [...workspace.views(id), workspace.home(id)]);
  return all.some((view) => view !== undefined && view !== replaced && view.external_id === externalId);
}
