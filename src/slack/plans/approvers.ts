import type { Policy } from "../../remediation/plan.ts";
import { isOneOfUs } from "../ask/may-ask.ts";
import type { People } from "../ask/people.ts";

/**
 * Everybody whom a policy lets approve, groups as they are now; without whoever `asks`, where Slack does not know them as an able member of this
 * workspace. Nothing where a group cannot be read.
 */
export type ApproversOf = (policy: Pick<Policy, "approvers">, asks: string) => Promise<ReadonlySet<string> | undefined>;

/** Who may approve, by what Slack says at this moment. */
export function approversOver({ person, membersNow }: Pick<People, "person" | "membersNow">, homeTeamId: string): ApproversOf {
  return async ({ approvers }, asks) => {
    const groups = approvers.filter((id) => id.startsWith("S"));
    const [members, who] = await Promise.all([Promise.all(groups.map(membersNow)), person(asks)]);
    const all = new Set(approvers.filter((id) => !id.startsWith("S")));
    for (const group of members) {
      if (!group) return undefined;
      for (const member of group) all.add(member);
    }
    // A group may hold people who left, or were made guests.
    if (isOneOfUs(who, homeTeamId)) all.delete(asks);
    return all;
  };
}
