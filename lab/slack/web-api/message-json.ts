import type { Channel, Message, StoredFile, User, Workspace } from "../workspace.ts";

/** A message as the Web API and interaction payloads show it; metadata only where it was asked for. */
export function messageJson(message: Message, workspace: Workspace, withMetadata = false): Record<string, unknown> {
  const author = workspace.users.find(({ id }) => id === message.user);
  const files = (message.files ?? []).flatMap((id) => workspace.files.filter((file) => file.id === id));
  return {
    type: "message",
    ...(message.broadcast ? { subtype: "thread_broadcast" } : {}),
    user: message.user,
    ts: message.ts,
    ...(author?.isBot ? { bot_id: botId(workspace), app_id: workspace.appId } : {}),
    text: message.text,
    team: author?.teamId ?? workspace.team.id,
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.edited.ts } } : {}),
    ...(files.length > 0 ? { files: files.map((file) => fileJson(file, workspace)) } : {}),
    ...(message.reactions.length > 0 ? { reactions: message.reactions.map((each) => ({ ...each, count: each.users.length })) } : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...threadJson(message, workspace),
  };
}

function threadJson(message: Message, workspace: Workspace): Record<string, unknown> {
  if (message.threadTs !== undefined) {
    const parent = workspace.messages.find(({ channel, ts }) => channel === message.channel && ts === message.threadTs);
    return { thread_ts: message.threadTs, ...(parent ? { parent_user_id: parent.user } : {}) };
  }
  const replies = repliesTo(message, workspace);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: replies.at(-1)?.ts,
  };
}

/** The replies in a message's thread that everyone sees, oldest first. */
export function repliesTo(message: Message, workspace: Workspace): Message[] {
  return workspace.messages.filter(
    (each) => each.channel === message.channel && each.threadTs === message.ts && each.ephemeralFor === undefined,
  );
}

/** The bot's id as an app's bot, beside its id as a user. */
export function botId(workspace: Workspace): string {
  return workspace.botUserId.replace(/^U/, "B");
}

/** A channel as `conversations.info` shows it. */
export function channelJson(channel: Channel, workspace: Workspace): Record<string, unknown> {
  if (channel.isIm)
    return {
      id: channel.id,
      is_im: true,
      is_archived: false,
      user: channel.members.find((id) => id !== workspace.botUserId),
      is_open: true,
    };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.isPrivate !== true,
    is_group: channel.isPrivate === true,
    is_im: false,
    is_mpim: false,
    is_private: channel.isPrivate === true,
    is_archived: channel.isArchived === true,
    is_general: channel.name === "general",
    is_member: channel.members.includes(workspace.botUserId),
    is_ext_shared: channel.members.some((id) => workspace.users.some((user) => user.id === id && user.teamId !== workspace.team.id)),
    context_team_id: workspace.team.id,
    num_members: channel.members.length,
  };
}

/** A person as `users.info` shows them; the language only where it was asked for. */
export function userJson(user: User, workspace: Workspace, withLocale: boolean): Record<string, unknown> {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: user.tz,
    profile: { real_name: user.realName, display_name: user.name, team: user.teamId },
    is_admin: false,
    is_owner: false,
    is_restricted: user.isRestricted === true,
    is_ultra_restricted: false,
    is_bot: user.isBot === true,
    is_app_user: false,
    ...(user.teamId === workspace.team.id ? {} : { is_stranger: true }),
    ...(withLocale ? { locale: user.locale } : {}),
  };
}

/** A file as `files.info` shows it: it has no type until it is ready. */
export function fileJson(file: StoredFile, workspace: Workspace): Record<string, unknown> {
  const shares = Object.groupBy(file.shares, ({ channel }) => channel);
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.ready ? file.mimetype : "",
    filetype: file.ready ? (file.name.split(".").at(-1) ?? "") : "",
    user: file.user,
    user_team: workspace.team.id,
    size: file.bytes?.length ?? 0,
    alt_txt: file.altText,
    is_external: false,
    permalink: `https://${workspace.team.domain}.slack.com/files/${file.user}/${file.id}/${file.name}`,
    url_private: `https://files.slack.com/files-pri/${workspace.team.id}-${file.id}/${file.name}`,
    channels: Object.keys(shares),
    shares:
      Object.keys(shares).length > 0
        ? { public: Object.fromEntries(Object.entries(shares).map(([id, at]) => [id, at?.map(({ ts }) => ({ ts }))])) }
        : {},
  };
}
