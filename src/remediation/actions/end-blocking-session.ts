import { say, type PlanSay } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import type { Durable } from "../durable.ts";
import { isRefused, type Draft, type Plan, type Refused } from "../plan.ts";
import { approvedOrder, orderEnd, orderLanded, surelyTold, toldBy, touchedWork, type DatabaseHost, type Told } from "./database-host.ts";
import { refusal } from "./unit.ts";

/** A session that others wait for and that waits for nobody. What a client says of itself is cut and printable, its statement without values. */
type Blocker = {
  pid: string;
  waiters: number;
  user: string;
  application: string;
  client: string;
  database: string;
  state: string;
  kind: string;
  began: string;
  xact: string;
  forS: number;
  may: boolean;
  statement: string;
};

type Ending = { port: DatabaseHost; everyMs: number };

/** A session that rolls much back takes its time. */
const GONE_MS = 5 * 60_000;

/**
 * Ends the session that blocks others, and looks that it is gone and those behind it go on. It is known by its number, its begin and its transaction's,
 * so no other session is ever ended. Of several it is the one that most wait for, or the input's `pid`.
 */
export function endBlockingSession(port: DatabaseHost, { everyMs = 5_000 }: { everyMs?: number } = {}): Action {
  return {
    id: "end-blocking-session",
    draft: async (asked) => draftOf(port, asked),
    run: async (plan, durable, signal) => run({ port, everyMs: Math.min(everyMs, 5_000) }, plan, durable, signal),
  };
}

async function draftOf(port: DatabaseHost, { planId, input, signal }: Asked): Promise<Draft | Refused> {
  const [look, document] = await Promise.all([port.look(planId, { verb: "sessions" }, signal), port.document(signal)]);
  const told = toldBy(look);
  if (isRefused(told)) return told;
  const blockers = blockersIn(told.says);
  const wanted = input["pid"];
  const session = wanted === undefined ? blockers[0] : blockers.find(({ pid }) => pid === wanted);
  if (!session) {
    return wanted !== undefined && blockers.length > 0
      ? refusal("blocks-nobody", say("blocksNobody", wanted, blockers.map(named)))
      : refusal("nothing-blocked", say("nothingBlocked"));
  }
  const refused = unfit(session, told);
  if (refused) return refused;
  const { pid, began, xact, user, application, client, database } = session;
  return {
    calls: [{ on: "host", document: document.name, hosts: [told.node], values: { verb: "end", ...port.values(planId), pid, began, xact } }],
    touches: [{ kind: "session", name: pid, state: { began, xact, user, application, client, database } }, ...touchedWork(told, document)],
    says: {
      does: [
        say("endsSession", pid, user, application, client, database),
        say("sessionIsIn", session.state, session.forS * 1000, session.statement.trim()),
        say("sessionsWait", session.waiters),
      ],
      risks: [say("transactionIsLost"), say("mayComeAgain")],
      takes: [say("endTakes")],
      costs: [say("costsNothing")],
      undo: [say("cannotBeUndone")],
      unchecked: othersOf(blockers, session),
    },
  };
}

function blockersIn(says: Told["says"]): Blocker[] {
  return Array.from({ length: Number(says["session.count"] ?? 0) }, (_, nth) => {
    const of = (name: string) => says[`session.${nth + 1}.${name}`] ?? "";
    const who = { pid: of("pid"), user: of("user"), application: of("application"), client: of("client"), database: of("database") };
    const what = { state: of("state"), kind: of("kind"), statement: of("statement"), began: of("began"), xact: of("xact") };
    return { ...who, ...what, forS: Number(of("forS")) || 0, waiters: Number(of("waiters")) || 0, may: of("may") === "yes" };
  });
}

/** Why a session cannot be ended from here. */
function unfit({ pid, user, application, kind, began, may }: Blocker, { says }: Told): Refused | undefined {
  if (pid === "0") return refusal("prepared-transaction", say("preparedBlocks"));
  if (kind !== "" && kind !== "client backend") return refusal("not-a-client", say("notAClient", pid, kind));
  if (application.startsWith("gumshoe-")) return refusal("own-session", say("sessionIsOurs", pid, application));
  if (!may || began === "") return refusal("may-not-end", say("mayNotEnd", says["login.user"] ?? "", pid, user));
  return undefined;
}

const named = ({ pid, waiters }: Blocker): string => `${pid} (${waiters})`;

/** What else blocks stays as it is, and is told. */
function othersOf(blockers: readonly Blocker[], session: Blocker): PlanSay[] {
  const others = blockers.filter((each) => each !== session);
  return others.length > 0 ? [say("othersBlockToo", others.map(named))] : [];
}

async function run({ port, everyMs }: Ending, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const order = approvedOrder(plan);
  const { pid = "", began = "", xact = "" } = order.values;
  const sent = await durable.change("end-session", {
    intent: { pid, began, xact, node: order.node, document: order.document.name, word: order.word },
    landed: async (before) => orderLanded(port, order, before, signal),
    act: async () => port.send(order, signal),
  });
  const end = await durable.until("end-session: end", orderEnd(port, plan, sent, signal));
  const waiting = await durable.until("session-gone", {
    look: async () => {
      const says = surelyTold(await port.look(plan.id, { verb: "session", values: { pid, began } }, signal, order.node));
      if (says["there"] !== "no") return { is: "waiting", status: "rolling back" };
      return { is: "done", result: Number(says["waiting"]) || 0 };
    },
    everyMs,
    limitMs: GONE_MS,
    expectedMs: 10_000,
  });
  const [waited, still] = [Number(end?.["waited"] ?? 0), Number(end?.["still"] ?? 0)];
  const moved = waited > 0 ? [say("waitersWentOn", waited - still, waited)] : [];
  return { mends: true, says: [say("sessionIsGone", pid), ...moved, waiting > 0 ? say("someWaitStill", waiting) : say("nobodyWaits")] };
}
