import type { Actions, Delivery } from "../people.ts";
import { messageJson } from "../web-api/message-json.ts";
import type { Message } from "../workspace.ts";
import { actorOf, channelFor, interaction, messageFor, TROUBLE, type Acting } from "./actor.ts";
import { typed } from "./typed-text.ts";

/** Write a message, or a reply in a thread. */
export function say(did: Parameters<Actions["say"]>[0], acting: Acting): Message {
  const user = actorOf(did.user, acting);
  const channel = channelFor(user, did.channel, acting);
  if (channel.isArchived) throw new Error(`${channel.name} is archived`);
  const parent = did.threadTs === undefined ? undefined : messageFor(user, channel, did.threadTs, acting);
  const text = typed(did.text, acting.workspace, { labels: false });
  return acting.workspace.post({ channel: channel.id, user: user.id, text, ...(parent ? { threadTs: parent.threadTs ?? parent.ts } : {}) });
}

/** Write a message; the app hears of it where it names the bot and the bot is in the channel. */
export async function mention(did: Parameters<Actions["mention"]>[0], acting: Acting): Promise<Delivery> {
  const { workspace } = acting;
  const message = say(did, acting);
  const channel = workspace.channels.find(({ id }) => id === message.channel);
  const named = message.text.includes(`<@${workspace.botUserId}>`);
  if (!named || !channel?.members.includes(workspace.botUserId)) return { acked: false, ms: 0, error: "not_subscribed" };
  const { user, text, ts } = message;
  const teamId = actorOf(user, acting).teamId;
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  return acting.publish({
    type: "app_mention",
    user,
    text,
    ts,
    channel: channel.id,
    event_ts: ts,
    team: teamId,
    user_team: teamId,
    ...thread,
  });
}

/** Choose a message shortcut from a message's menu. */
export async function useShortcut(did: Parameters<Actions["shortcut"]>[0], acting: Acting): Promise<Delivery> {
  const { workspace, manifest, responseUrls } = acting;
  const user = actorOf(did.user, acting);
  const channel = channelFor(user, did.channel, acting);
  const message = messageFor(user, channel, did.ts, acting);
  const known = manifest.features.shortcuts?.some(({ type, callback_id }) => type === "message" && callback_id === did.callbackId);
  if (!known) throw new Error(`no message shortcut is called ${did.callbackId}`);
  const payload = {
    type: "message_action",
    ...interaction(user, acting),
    callback_id: did.callbackId,
    message_ts: message.ts,
    message: messageJson(message, workspace),
    channel: { id: channel.id, name: channel.name },
    response_url: responseUrls.issue({ user: user.id, channel: channel.id, message }),
    action_ts: workspace.nextTs(),
  };
  const delivery = await acting.deliver({ type: "interactive", payload });
  return delivery.acked ? delivery : { ...delivery, shown: TROUBLE };
}

/** Open the app's Home tab. */
export function openHome(userId: string, acting: Acting): Promise<Delivery> {
  const { workspace } = acting;
  const user = actorOf(userId, acting);
  const view = workspace.home(user.id);
  const channel = workspace.direct(user.id).id;
  return acting.publish({ type: "app_home_opened", user: user.id, channel, tab: "home", ...(view ? { view } : {}) });
}

/** Bring someone, or the bot, into a channel. */
export function invite(did: Parameters<Actions["invite"]>[0], acting: Acting): void {
  const user = actorOf(did.user, acting);
  const channel = channelFor(user, did.channel, acting);
  const invited = actorOf(did.invited, acting);
  if (channel.members.includes(invited.id)) return;
  acting.workspace.join(channel, invited.id);
  void acting.publish({
    type: "member_joined_channel",
    user: invited.id,
    channel: channel.id,
    channel_type: "C",
    team: invited.teamId,
    inviter: user.id,
  });
}

/** Give a user group other members. */
export function regroup({ group: id, users }: Parameters<Actions["regroup"]>[0], acting: Acting): void {
  const group = acting.workspace.userGroups.find((each) => each.id === id);
  if (!group) throw new Error(`there is no user group ${id}`);
  group.users = users.map((user) => actorOf(user, acting).id);
}
