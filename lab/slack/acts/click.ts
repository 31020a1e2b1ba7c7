import type { Click, Delivery } from "../people.ts";
import { messageJson } from "../web-api/message-json.ts";
import type { View } from "../workspace.ts";
import { actorOf, channelFor, interaction, messageFor, TROUBLE, type Acting } from "./actor.ts";
import { actionOf, elementIn } from "./elements.ts";

/** Press or choose something that stands in a message, a modal or a Home tab; the payload carries exactly what was posted. */
export async function press(did: Click, acting: Acting): Promise<Delivery> {
  if (!acting.manifest.settings.interactivity?.is_enabled) return { acked: false, ms: 0, error: "not_subscribed", shown: TROUBLE };
  const payload = "viewId" in did ? inView(did, acting) : inMessage(did, acting);
  const delivery = await acting.deliver({ type: "interactive", payload });
  return delivery.acked ? delivery : { ...delivery, shown: TROUBLE };
}

function inMessage(did: Click & { channel: string; ts: string }, acting: Acting): Record<string, unknown> {
  const { workspace, responseUrls } = acting;
  const user = actorOf(did.user, acting);
  const channel = channelFor(user, did.channel, acting);
  const message = messageFor(user, channel, did.ts, acting);
  const action = actionOf(elementIn(message.blocks ?? [], did.actionId, did.blockId), did.value, workspace.nextTs());
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  const isEphemeral = message.ephemeralFor !== undefined;
  return {
    type: "block_actions",
    ...interaction(user, acting),
    container: { type: "message", message_ts: message.ts, channel_id: channel.id, is_ephemeral: isEphemeral, ...thread },
    channel: { id: channel.id, name: channel.name },
    ...(isEphemeral ? {} : { message: messageJson(message, workspace) }),
    state: { values: {} },
    response_url: responseUrls.issue({ user: user.id, channel: channel.id, message }),
    actions: [action],
  };
}

function inView(did: Click & { viewId: string }, acting: Acting): Record<string, unknown> {
  const user = actorOf(did.user, acting);
  const view = viewFor(user.id, did.viewId, acting);
  const action = actionOf(elementIn(view.blocks, did.actionId, did.blockId), did.value, acting.workspace.nextTs());
  return {
    type: "block_actions",
    ...interaction(user, acting),
    container: { type: "view", view_id: view.id },
    view,
    actions: [action],
  };
}

function viewFor(userId: string, viewId: string, { workspace }: Acting): View {
  const view = [workspace.view(userId), workspace.home(userId)].find((each) => each?.id === viewId);
  if (!view) throw new Error(`${userId} does not see the view ${viewId}`);
  return view;
}
