import type { WebClient } from "@slack/web-api";
import { LANGUAGES, type Language } from "../../words/language.ts";
import type { Log } from "../log.ts";
import type { Person } from "./may-ask.ts";

/** What Slack knows of people, groups and channels, each remembered for a while; `undefined` where it does not say. */
export type People = {
  person: (userId: string) => Promise<Person | undefined>;
  membersOf: (groupId: string) => Promise<ReadonlySet<string> | undefined>;
  /** The same as it is at this moment, where something hangs on it. */
  membersNow: (groupId: string) => Promise<ReadonlySet<string> | undefined>;
  /** Who is in a channel, by its id. */
  inChannel: (channelId: string) => Promise<ReadonlySet<string> | undefined>;
  channelName: (channelId: string) => Promise<string | undefined>;
};

/** Short enough that somebody who was made a guest, or left a group, is refused soon; long enough that Slack's rate limits are far. */
const KEPT_MS = 5 * 60_000;

/** Many who press at once are one question; Slack takes 20 of these a minute. */
const KEPT_NOW_MS = 3_000;

/** Things remembered of one kind. */
const MOST = 5_000;

type UserInfo = {
  id?: string;
  name?: string;
  real_name?: string;
  team_id?: string;
  locale?: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_stranger?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  /** In an organisation of several workspaces: all that this person is in. */
  enterprise_user?: { teams?: string[] };
};

/** Ask Slack about people, over a client of its own: its waits must hold up nothing else. */
export function peopleOver(client: WebClient, { log, now }: { log: Log; now: () => Date }): People {
  const asking = <Value>(what: string, ask: (id: string) => Promise<Value>, keptMs = KEPT_MS) =>
    remembered(
      async (id) => {
        try {
          return await ask(id);
        } catch (error) {
          log.warn({ id, err: error }, `asking Slack about a ${what}`);
          return undefined;
        }
      },
      { now, keptMs },
    );
  const members = async (usergroup: string) => new Set((await client.usergroups.users.list({ usergroup })).users);
  return {
    person: asking("person", async (userId) =>
      personOf(userId, (await client.users.info({ user: userId, include_locale: true })).user ?? {}),
    ),
    membersOf: asking("user group", members),
    membersNow: asking("user group", members, KEPT_NOW_MS),
    inChannel: asking("channel's members", async (channel) => membersOfChannel(client, channel)),
    channelName: asking("channel", async (channel) => (await client.conversations.info({ channel })).channel?.name),
  };
}

/** Members of a channel that are read; in a larger one the others count as not seen. */
const CHANNEL = { page: 1_000, pages: 5 };

async function membersOfChannel(client: WebClient, channel: string): Promise<Set<string>> {
  const all = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < CHANNEL.pages; page++) {
    const told = await client.conversations.members({ channel, limit: CHANNEL.page, ...(cursor ? { cursor } : {}) });
    for (const member of told.members ?? []) all.add(member);
    cursor = told.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  return all;
}

/** The language of a person's own answers: theirs where we speak it, else that of the channels. */
export function languageOf(person: Person | undefined, otherwise: Language): Language {
  return LANGUAGES.find((language) => person?.locale.toLowerCase().startsWith(language)) ?? otherwise;
}

function personOf(userId: string, user: UserInfo): Person {
  return {
    userId,
    name: user.real_name || user.name || userId,
    teamIds: [user.team_id ?? "", ...(user.enterprise_user?.teams ?? [])],
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: user.is_stranger === true || user.deleted === true,
    bot: user.is_bot === true,
    locale: user.locale ?? "",
  };
}

/** The same answer for a while, and one question at a time for each id; what was not answered is asked again. */
function remembered<Value>(
  ask: (id: string) => Promise<Value | undefined>,
  { now, keptMs }: { now: () => Date; keptMs: number },
): (id: string) => Promise<Value | undefined> {
  const kept = new Map<string, { answer: Promise<Value | undefined>; at: number }>();
  return async (id) => {
    const before = kept.get(id);
    const at = now().getTime();
    // A clock that went back makes nothing last longer.
    if (before && Math.abs(at - before.at) < keptMs) return before.answer;
    const answer = ask(id);
    kept.set(id, { answer, at });
    const [oldest] = kept.keys();
    if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    void answer.then((value) => value === undefined && kept.get(id)?.answer === answer && kept.delete(id));
    return answer;
  };
}
