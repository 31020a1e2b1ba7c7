import type { UserGroup } from "../../workspace.ts";
import { ApiError, flagOf, pageOf, required } from "../arguments.ts";
import { userOf } from "../lookups.ts";
import { userJson } from "../message-json.ts";
import type { RunMethod } from "./methods.ts";

const info: RunMethod = (args, backstage) => ({
  user: userJson(userOf(args, backstage), backstage.workspace, flagOf(args, "include_locale")),
});

const list: RunMethod = (args, { workspace }) => {
  const { items, response_metadata } = pageOf(workspace.users, args);
  return { members: items.map((user) => userJson(user, workspace, flagOf(args, "include_locale"))), response_metadata };
};

const listGroups: RunMethod = (args, { workspace }) => ({
  usergroups: workspace.userGroups.map((group) => groupJson(group, workspace.team.id, flagOf(args, "include_users"))),
});

const listGroupUsers: RunMethod = (args, { workspace }) => {
  const id = required(args, "usergroup");
  const group = workspace.userGroups.find((each) => each.id === id);
  if (!group) throw new ApiError("no_such_subteam");
  return { users: group.users };
};

/** People, and the groups they are in. */
export const users = {
  "users.info": info,
  "users.list": list,
  "usergroups.list": listGroups,
  "usergroups.users.list": listGroupUsers,
};

function groupJson({ id, handle, name, users: members }: UserGroup, teamId: string, withUsers: boolean): Record<string, unknown> {
  return { id, team_id: teamId, is_usergroup: true, handle, name, user_count: members.length, ...(withUsers ? { users: members } : {}) };
}
