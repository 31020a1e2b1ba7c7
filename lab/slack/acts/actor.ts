import type { Backstage } from "../backstage.ts";
import type { Deliver } from "../delivery/deliver.ts";
import type { Publish } from "../delivery/events.ts";
import type { Channel, Message, User } from "../workspace.ts";

/** What a person's acts work with: the workspace, and the ways to the app. */
export type Acting = Backstage & { deliver: Deliver; publish: Publish };

/** The person who acts; one whom the workspace does not know cannot. */
export function actorOf(id: string, { workspace }: Acting): User {
  const user = workspace.users.find((each) => each.id === id);
  if (!user) throw new Error(`nobody here has the id ${id}`);
  return user;
}

/** A channel that the person is a member of. */
export function channelFor(user: User, id: string, { workspace }: Acting): Channel {
  const channel = workspace.channels.find((each) => each.id === id);
  if (!channel) throw new Error(`there is no channel ${id}`);
  if (!channel.members.includes(user.id)) throw new Error(`${user.name} is not a member of ${channel.name}`);
  return channel;
}

/** A message that the person sees. */
export function messageFor(user: User, channel: Channel, ts: string, { workspace }: Acting): Message {
  const message = workspace.find(channel.id, ts);
  const sees = message && (message.ephemeralFor === undefined || message.ephemeralFor === user.id);
  if (!sees) throw new Error(`${user.name} sees no message ${ts} in ${channel.name}`);
  return message;
}

/** The fields that every interaction carries. */
export function interaction(user: User, { workspace, triggers }: Acting) {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    team: { id: workspace.team.id, domain: workspace.team.domain },
    api_app_id: workspace.appId,
    token: "lab",
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: triggers.issue(user.id),
  };
}

/** What the client says where an interaction did not reach the app or was not answered. */
export const TROUBLE = "We had some trouble connecting. Try again?";
