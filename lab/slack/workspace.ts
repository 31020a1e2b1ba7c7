import type { Clock } from "../clock.ts";
import { seedChannels, seedUserGroups, seedUsers, TEAM } from "./seed.ts";

/** A block as it was posted, in Slack's own form. */
export type Block = { type: string; block_id?: string; [field: string]: unknown };

/** A person, or the bot; `teamId` differs for someone of another workspace. */
export type User = {
  id: string;
  name: string;
  realName: string;
  locale: string;
  tz: string;
  isBot?: true;
  isRestricted?: true /* guest */;
  teamId: string;
};

/** A channel; `isIm` is a direct conversation of one person with the bot. */
export type Channel = { id: string; name: string; members: string[]; isPrivate?: true; isArchived?: true; isIm?: true };

/** People who are named together, such as those who may approve. */
export type UserGroup = { id: string; handle: string; name: string; users: string[] };

/** One message; `ephemeralFor` is the only person who sees it, `broadcast` a reply that the channel shows too. */
export type Message = {
  channel: string;
  ts: string;
  threadTs?: string;
  broadcast?: true;
  user: string;
  text: string;
  blocks?: Block[];
  metadata?: unknown;
  edited?: { ts: string };
  reactions: { name: string; users: string[] }[];
  ephemeralFor?: string;
  files?: string[];
};

/** An uploaded file; it can be shown in a message once it is `ready`. */
export type StoredFile = {
  id: string;
  name: string;
  title: string;
  altText: string;
  mimetype: string;
  user: string;
  /** Bytes that were announced. */
  length: number;
  bytes?: Buffer;
  ready: boolean;
  shares: { channel: string; ts: string }[];
};

/** A modal or a Home tab in Slack's own form, as interaction payloads carry it. */
export type View = {
  id: string;
  hash: string;
  type: "modal" | "home";
  blocks: Block[];
  title?: { type: string; text: string };
  submit?: { type: string; text: string } | null;
  close?: { type: string; text: string } | null;
  callback_id: string;
  private_metadata: string;
  external_id: string;
  root_view_id: string;
  previous_view_id: string | null;
  notify_on_close: boolean;
  clear_on_close: boolean;
  state: { values: Record<string, Record<string, unknown>> };
  team_id: string;
  app_id: string;
  bot_id: string;
};

/** What just changed; a `view` without a view was closed. */
type Change =
  | { kind: "message" | "update" | "ephemeral"; message: Message }
  | { kind: "delete"; message: Message }
  | { kind: "view"; user: string; view: View | undefined }
  | { kind: "home"; user: string; view: View }
  | { kind: "reaction"; message: Message; name: string; user: string; added: boolean }
  | { kind: "file"; file: StoredFile }
  | { kind: "channel"; channel: Channel };

/** The workspace as everyone may read it: its state in memory, and who hears of changes. `messages` are in the order they were posted. */
export type Workspace = {
  readonly team: { id: string; name: string; domain: string };
  readonly appId: string;
  readonly botUserId: string;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly userGroups: readonly UserGroup[];
  readonly messages: readonly Message[];
  readonly files: readonly StoredFile[];
  /** The Home tab that the app published for a person. */
  home: (userId: string) => View | undefined;
  /** The modal on top of what a person has open. */
  view: (userId: string) => View | undefined;
  /** Returns the function that ends the subscription. */
  subscribe: (listener: (change: Change) => void) => () => void;
  /** Keeps what was said so far; the function that it returns lets all be as it was, as often as it is called, tells nobody, and closes modals. */
  keep: () => () => void;
};

/** The workspace as the server and the people change it; every change is told to those who subscribed. */
export type WritableWorkspace = Workspace & {
  nextTs: () => string;
  nextId: (prefix: string) => string;
  post: (message: Omit<Message, "ts" | "reactions">) => Message;
  /** Tell that a message was changed in place. */
  changed: (message: Message) => void;
  remove: (message: Message) => void;
  find: (channel: string, ts: string) => Message | undefined;
  /** The direct conversation of a person with the bot, opened when there is none. */
  direct: (userId: string) => Channel;
  join: (channel: Channel, userId: string) => void;
  react: (message: Message, name: string, userId: string, added: boolean) => void;
  addFile: (file: StoredFile) => void;
  fileChanged: (file: StoredFile) => void;
  /** All modals that a person has open, the one on top last. */
  views: (userId: string) => readonly View[];
  setViews: (userId: string, stack: readonly View[]) => void;
  publishHome: (userId: string, view: View) => void;
};

/** A workspace with the seed's people and channels. */
export function createWorkspace(clock: Clock): WritableWorkspace {
  const listeners = new Set<(change: Change) => void>();
  const tell = (change: Change) => listeners.forEach((listener) => listener(change));
  const ids = identifiers(clock);
  const subscribe = (listener: (change: Change) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const { messages, ...said } = conversation(tell, ids.nextTs);
  const { closeAll, ...seen } = views(tell);
  const keep = () => {
    const kept = structuredClone(messages);
    return () => {
      messages.splice(0, messages.length, ...structuredClone(kept));
      closeAll();
    };
  };
  return { team: TEAM, ...ids, ...people(tell, ids.nextId), messages, ...said, ...seen, subscribe, keep };
}

type Tell = (change: Change) => void;

function identifiers(clock: Clock): Pick<WritableWorkspace, "nextTs" | "nextId"> {
  let posted = 0;
  let named = 0;
  return {
    nextTs: () => `${Math.floor(clock.now().getTime() / 1000)}.${String((posted += 1)).padStart(6, "0")}`,
    nextId: (prefix) => `${prefix}${String((named += 1)).padStart(8, "0")}`,
  };
}

function people(tell: Tell, nextId: WritableWorkspace["nextId"]) {
  const users = seedUsers();
  const channels = seedChannels();
  const botUserId = (users.find((user) => user.isBot) as User).id;
  const direct = (userId: string): Channel => {
    const open = channels.find((channel) => channel.isIm && channel.members.includes(userId));
    if (open) return open;
    const channel: Channel = { id: nextId("D"), name: "directmessage", members: [userId, botUserId], isIm: true };
    channels.push(channel);
    tell({ kind: "channel", channel });
    return channel;
  };
  const join = (channel: Channel, userId: string) => {
    channel.members.push(userId);
    tell({ kind: "channel", channel });
  };
  return { appId: "A0GUMSHOE", botUserId, users, channels, userGroups: seedUserGroups(), direct, join };
}

function conversation(tell: Tell, nextTs: WritableWorkspace["nextTs"]) {
  const messages: Message[] = [];
  const files: StoredFile[] = [];
  return {
    messages,
    files,
    find: (channel: string, ts: string) => messages.find((message) => message.channel === channel && message.ts === ts),
    post: (draft: Omit<Message, "ts" | "reactions">) => {
      const message: Message = { ...draft, ts: nextTs(), reactions: [] };
      messages.push(message);
      tell({ kind: message.ephemeralFor === undefined ? "message" : "ephemeral", message });
      return message;
    },
    changed: (message: Message) => tell({ kind: "update", message }),
    remove: (message: Message) => {
      messages.splice(messages.indexOf(message), 1);
      tell({ kind: "delete", message });
    },
    react: (message: Message, name: string, user: string, added: boolean) => {
      const users = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
      const others = users.filter((each) => each !== user);
      const left = added ? [...others, user] : others;
      const kept = message.reactions.filter((reaction) => reaction.name !== name);
      message.reactions = left.length > 0 ? [...kept, { name, users: left }] : kept;
      tell({ kind: "reaction", message, name, user, added });
    },
    addFile: (file: StoredFile) => {
      files.push(file);
      tell({ kind: "file", file });
    },
    fileChanged: (file: StoredFile) => tell({ kind: "file", file }),
  };
}

function views(tell: Tell) {
  const stacks = new Map<string, readonly View[]>();
  const homes = new Map<string, View>();
  return {
    home: (userId: string) => homes.get(userId),
    view: (userId: string) => stacks.get(userId)?.at(-1),
    closeAll: () => stacks.clear(),
    views: (userId: string) => stacks.get(userId) ?? [],
    setViews: (user: string, stack: readonly View[]) => {
      stacks.set(user, stack);
      tell({ kind: "view", user, view: stack.at(-1) });
    },
    publishHome: (user: string, view: View) => {
      homes.set(user, view);
      tell({ kind: "home", user, view });
    },
  };
}
