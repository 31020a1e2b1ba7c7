import type { Environment } from "../../config/config.ts";
import type { Desk } from "./desk.ts";
import { isOneOfUs, type Person } from "./may-ask.ts";

/**
 * Whether somebody may read, outside of an environment's channel, what is planned there: as its member or approver, or because they are in its channel.
 * What Slack does not tell is a no.
 */
export async function maySee(
  { people, channelId, homeTeamId }: Pick<Desk, "people" | "channelId" | "homeTeamId">,
  person: Person | undefined,
  { channel, members, actions }: Pick<Environment, "channel" | "members" | "actions">,
): Promise<boolean> {
  if (!person || isOneOfUs(person, homeTeamId)) return false;
  const rules = Object.values(actions?.allow ?? {});
  const named = new Set([...members, ...(actions?.approvers ?? []), ...rules.flatMap((each) => each?.approvers ?? [])]);
  if (named.has(person.userId)) return true;
  const groups = [...named].filter((id) => id.startsWith("S")).map(async (id) => people.membersOf(id));
  const inChannel = channel === undefined ? [] : [channelId(channel).then(people.inChannel)];
  const sets = await Promise.all([...groups, ...inChannel]);
  return sets.some((set) => set?.has(person.userId) === true);
}
