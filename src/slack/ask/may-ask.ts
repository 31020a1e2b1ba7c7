import type { Environment } from "../../config/config.ts";

/** What Slack says of a person; `language` is the one that their own answers are in. */
export type Person = {
  userId: string;
  name: string;
  teamIds: readonly string[];
  guest: boolean;
  stranger: boolean;
  bot: boolean;
  locale: string;
};

/** Why somebody may not; told to that person only. */
export type Refusal = {
  guard: "asker-unknown" | "guest" | "stranger" | "not-member" | "membership-unknown" | "nobody" | "direct";
};

/** Who asks, from where: what could not be read is `undefined`, and refuses. `groups` holds who is in the user groups that are asked about. */
export type Asking = {
  person: Person | undefined;
  homeTeamId: string;
  channel: { id: string; name: string | undefined; direct: boolean };
  groups: ReadonlyMap<string, ReadonlySet<string> | undefined>;
};

/** Whether somebody may ask anything at all: people of this workspace who are no guests. What is not known refuses. */
export function isOneOfUs(person: Person | undefined, homeTeamId: string): Refusal | undefined {
  if (!person) return { guard: "asker-unknown" };
  if (person.stranger || person.bot || !person.teamIds.includes(homeTeamId)) return { guard: "stranger" };
  return person.guest ? { guard: "guest" } : undefined;
}

/** Whether somebody may ask about an environment here: in its own channel, or as one of its members. What is not known refuses. */
export function mayAsk(
  { person, homeTeamId, channel, groups }: Asking,
  environment: Pick<Environment, "channel" | "members">,
): Refusal | undefined {
  const foreign = isOneOfUs(person, homeTeamId);
  if (foreign) return foreign;
  if (channel.direct) return { guard: "direct" };
  if (environment.channel === undefined && environment.members.length === 0) return { guard: "nobody" };
  if (isOwnChannel(channel, environment.channel)) return undefined;
  if (environment.members.includes(person?.userId ?? "")) return undefined;
  const asked = groupsOf(environment);
  if (asked.some((group) => groups.get(group)?.has(person?.userId ?? ""))) return undefined;
  const unread = asked.some((group) => groups.get(group) === undefined) || (isByName(environment.channel) && channel.name === undefined);
  return { guard: unread ? "membership-unknown" : "not-member" };
}

/** The user groups among an environment's members. */
export function groupsOf({ members }: Pick<Environment, "members">): string[] {
  return members.filter((member) => member.startsWith("S"));
}

/** Whether a channel is written as a name: an id is in capitals. */
export function isByName(channel: string | undefined): boolean {
  return channel !== undefined && !/^[CG][A-Z0-9]{2,}$/.test(channel);
}

/** Whether a channel is an environment's own. */
export function isOwnChannel({ id, name }: Asking["channel"], own: string | undefined): boolean {
  if (own === undefined) return false;
  return isByName(own) ? name !== undefined && own.replace(/^#/, "").toLowerCase() === name.toLowerCase() : own === id;
}
