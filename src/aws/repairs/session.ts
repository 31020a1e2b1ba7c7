import { openAccess, type Access } from "../access.ts";
import type { Clock } from "../clock.ts";
import type { Session } from "../role.ts";
import type { Plan, Who } from "../../remediation/plan.ts";

/** Credentials of a repair hold for 15 minutes, the least that STS gives; a plan that takes longer has new ones. */
const DURATION_S = 900;

/** Characters of a session's name and of a source identity (STS, AssumeRole). */
const MOST_CHARS = 64;

/** The session of one plan: CloudTrail shows the incident and who approved it. A name that has no letter STS takes is told by its Slack id. */
export function sessionFor({ incident }: Pick<Plan, "incident">, approvers: readonly Who[]): Session {
  const plain = (name: string) => name.normalize("NFKD").replace(/\p{M}/gu, "");
  const names = approvers.map(({ userId, name }) => fit(plain(name).replace(/[^\w+=.@-]+/g, "-")) || userId);
  return {
    name: fit([`gumshoe-i${incident}`, ...names].join(",")).slice(0, MOST_CHARS),
    ...(approvers.length > 0
      ? {
          sourceIdentity: approvers
            .map(({ userId }) => userId)
            .join(",")
            .slice(0, MOST_CHARS),
        }
      : {}),
    durationS: DURATION_S,
  };
}

const fit = (text: string): string => text.replace(/^-+|-+$/g, "");

/** The way by which an approved plan changes something: with the repair role where there is one. One for each plan, kept while it runs. */
export function actingAs({ region, role, approvers, clock }: Acting): (plan: Pick<Plan, "id" | "incident">) => Access {
  const opened = new Map<string, Access>();
  return (plan) => {
    const access =
      opened.get(plan.id) ??
      openAccess(
        { region, ...(role === undefined ? {} : { role }) },
        { session: sessionFor(plan, approvers), ...(clock ? { clock } : {}) },
      );
    opened.set(plan.id, access);
    return access;
  };
}

type Acting = { region: string; role: string | undefined; approvers: readonly Who[]; clock?: Clock };
