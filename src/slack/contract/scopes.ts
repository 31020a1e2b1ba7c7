/** What a bot token may be allowed, as far as we know and use it; a scope outside this list is taken for misspelt. */
export const BOT_SCOPES = [
  "app_mentions:read",
  "channels:history",
  "channels:join",
  "channels:read",
  "chat:write",
  "chat:write.customize",
  "chat:write.public",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:read",
  "im:write",
  "reactions:read",
  "reactions:write",
  "team:read",
  "usergroups:read",
  "users:read",
] as const;

/** A permission of the bot. */
export type Scope = (typeof BOT_SCOPES)[number];

/** What a method needs: nothing, one scope, or one by the kind of conversation that it is called for. */
export type Need = undefined | Scope | { public: Scope; private: Scope; im: Scope };

const READ = { public: "channels:read", private: "groups:read", im: "im:read" } as const;
const HISTORY = { public: "channels:history", private: "groups:history", im: "im:history" } as const;

/** Every Web API method that we may call, and the scope that it needs (Slack's method pages). */
export const METHODS = {
  "auth.test": undefined,
  "blocks.validate": undefined,
  /** With the app-level token, which carries `connections:write` and is made by hand. */
  "apps.connections.open": undefined,
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
  "chat.postEphemeral": "chat:write",
  "chat.delete": "chat:write",
  "chat.getPermalink": undefined,
  "views.open": undefined,
  "views.push": undefined,
  "views.update": undefined,
  "views.publish": undefined,
  "conversations.info": READ,
  "conversations.list": READ,
  "conversations.members": READ,
  "conversations.history": HISTORY,
  "conversations.replies": HISTORY,
  "conversations.open": "im:write",
  "conversations.join": "channels:join",
  "users.info": "users:read",
  "users.list": "users:read",
  "usergroups.list": "usergroups:read",
  "usergroups.users.list": "usergroups:read",
  "reactions.add": "reactions:write",
  "reactions.remove": "reactions:write",
  "files.getUploadURLExternal": "files:write",
  "files.completeUploadExternal": "files:write",
  "files.info": "files:read",
} as const satisfies Record<string, Need>;

/** A Web API method that we know. */
export type Method = keyof typeof METHODS;

/** Every event that we may subscribe to, and the scope that it needs. */
export const EVENTS = {
  app_home_opened: undefined,
  app_mention: "app_mentions:read",
  member_joined_channel: "channels:read",
} as const satisfies Record<string, Scope | undefined>;

/** What slash commands and shortcuts need. */
export const INTERACTIONS: Scope = "commands";

/** The scopes of which a call needs one, for a conversation of a kind or for one that is not known. */
export function scopesFor(method: Method, kind?: "public" | "private" | "im"): readonly Scope[] {
  const need: Need = METHODS[method];
  if (need === undefined) return [];
  if (typeof need === "string") return [need];
  return kind === undefined ? [need.public, need.private, need.im] : [need[kind]];
}
