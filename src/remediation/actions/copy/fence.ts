import { say, type PlanSay } from "../../../words/plan-say.ts";
import type { Endpoint, HostEnd } from "../switch/host.ts";

/**
 * How a copy closes the old database. `aside` is the name under which the database is set aside, where the application administers it itself; else the
 * application's role loses its login. `loses` is what the application has at present as an administrator, and will not have: the making of roles, and
 * tables that it can use by nothing else, with the name of one.
 */
export type Fence = { aside?: string; loses?: { makesRoles: boolean; tables: number; table: string } };

/** What the program's check says of it: `aside` and `loses` (docs/copy.md), of which each may be empty. */
export function fenceOf(checked: HostEnd): Fence {
  if (!("says" in checked)) return {};
  const { aside = "", loses = "" } = checked.says;
  const [, tables = "0", table = ""] = /tables=(\d{1,9}) (.*)$/.exec(loses) ?? [];
  const administers = loses.startsWith("rds_superuser");
  return {
    ...(aside === "" ? {} : { aside: aside.slice(0, 63) }),
    ...(administers ? { loses: { makesRoles: /^\S+ createrole\b/.test(loses), tables: Number(tables), table: table.slice(0, 130) } } : {}),
  };
}

/** What is done to the old database. */
export function saysFence({ aside }: Fence, host: string, { from, to }: Endpoint): PlanSay {
  return aside === undefined ? say("copiesForGood", host, from, to) : say("setsAside", host, from, aside, to);
}

/** What the application will not be able to do any more. */
export function saysLost({ loses }: Fence, to: string): PlanSay[] {
  if (!loses) return [];
  const { makesRoles, tables, table } = loses;
  return [say("becomesOrdinary", to, makesRoles), ...(tables > 0 ? [say("readsNoMore", tables, table)] : [])];
}

/** In what state the old database stays, and how it comes back. */
export function saysKept({ aside }: Fence, from: string, { id, host }: { id: string; host: string }): PlanSay {
  return aside === undefined ? say("oldIsKept", from) : say("asideIsKept", from, aside, id, host);
}
