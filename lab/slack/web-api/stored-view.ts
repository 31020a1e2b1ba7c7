import type { Block, View, WritableWorkspace } from "../workspace.ts";
import { withIds } from "./block-ids.ts";
import { botId } from "./message-json.ts";

/** A view as Slack stores it, on top of those that are open below it. */
export function storedView(given: Record<string, unknown>, workspace: WritableWorkspace, below: readonly View[] = []): View {
  const id = workspace.nextId("V");
  return {
    submit: null,
    close: null,
    callback_id: "",
    private_metadata: "",
    external_id: "",
    notify_on_close: false,
    clear_on_close: false,
    ...given,
    id,
    hash: `${workspace.nextTs()}.${id}`,
    type: given["type"] as View["type"],
    blocks: withIds(given["blocks"] as Block[], workspace),
    root_view_id: below[0]?.id ?? id,
    previous_view_id: below.at(-1)?.id ?? null,
    state: { values: {} },
    team_id: workspace.team.id,
    app_id: workspace.appId,
    bot_id: botId(workspace),
  } as View;
}
