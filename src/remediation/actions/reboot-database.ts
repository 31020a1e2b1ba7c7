import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable, type Landed, type Wait } from "../durable.ts";
import type { Draft, Plan, Refused } from "../plan.ts";
import { approvedCall, isBad, touched, unavailable, type AwsCall, type LookAtDatabase, type SeenDatabase } from "./database.ts";

/** What rebooting a database needs of AWS. */
export type RebootDatabase = {
  look: LookAtDatabase;
  /** When the database last began again since then, as AWS's events tell; nothing where they tell of none. */
  restartedSince: (since: Date, signal: AbortSignal) => Promise<Date | undefined>;
  /** Connections that are open now, where that is known; it never rejects. */
  connections: (signal: AbortSignal) => Promise<number | undefined>;
  callFor: (database: SeenDatabase) => AwsCall;
  /** Sends the approved call, once. Throws a NotDone where AWS surely did not take it, and anything else where nobody knows. */
  reboot: (plan: Plan, call: AwsCall, signal: AbortSignal) => Promise<void>;
  now: () => Date;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

type Begun = { since: string };
type Rebooting = { port: RebootDatabase; everyMs: number };

const LIMIT_MS = 20 * 60_000;
const EXPECTED_MS = 2 * 60_000;

/** Events come late by a minute or so: a database that is available is asked about them for so long before it is said that they tell nothing. */
const EVENTS_LATE_MS = 5 * 60_000;

/** Looks for a reboot whose answer was lost, before people are asked. */
const LOOKS = 4;

/** How far back a restart counts as known when the plan is made: AWS keeps events for 14 days. */
const BACK_MS = 13 * 24 * 60 * 60_000;

/** Reboots the database, and waits until it is available again and AWS tells that it began anew. */
export function rebootDatabase(port: RebootDatabase, { everyMs = 15_000 }: { everyMs?: number } = {}): Action {
  return {
    id: "reboot-database",
    draft: async (asked) => draftOf(port, asked),
    run: async (plan, durable, signal) => run({ port, everyMs }, plan, durable, signal),
  };
}

async function draftOf(port: RebootDatabase, { now, signal }: Asked): Promise<Draft | Refused> {
  const [seen, restartedAt, connections] = await Promise.all([
    port.look(signal),
    port.restartedSince(new Date(now.getTime() - BACK_MS), signal),
    port.connections(signal),
  ]);
  const refused = unavailable(seen);
  if (refused) return refused;
  return {
    calls: [port.callFor(seen)],
    touches: [touched(seen, { restartedAt: restartedAt?.toISOString() ?? "" })],
    says: {
      does: [say("rebootsDatabase", seen.name)],
      risks: [say("databaseIsAway"), say("sessionsEnd", ...(connections === undefined ? [] : [connections])), say("diskStaysSlow")],
      takes: [say("rebootTakes")],
      costs: [say("costsNothing")],
      undo: [say("cannotBeUndone")],
      unchecked: [],
    },
  };
}

async function run(rebooting: Rebooting, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const { port } = rebooting;
  const call = approvedCall(plan);
  const name = plan.draft.touches[0]?.name ?? "";
  const known = knownSince(plan);
  // Where people said that it took place there is no more to go by than when the plan was made.
  const begun = (await durable.change<Begun | null>("reboot", {
    intent: { database: name, ...call.input },
    landed: async (before) => landed(rebooting, { name, known, ...before }, signal),
    act: async () => {
      const since = port.now().toISOString();
      await port.reboot(plan, call, signal);
      return { since };
    },
  })) ?? { since: plan.plannedAt.toISOString() };
  const since = new Date(begun.since);
  const back = await durable.until("database-back", waitFor(rebooting, known, signal));
  if (back.restartedAt === undefined) return { mends: true, says: [say("noRestartTold", name)] };
  return { mends: true, says: [say("databaseIsBack", name, Math.max(0, new Date(back.restartedAt).getTime() - since.getTime()))] };
}

/**
 * From when on a restart is a new one: after the last that the plan's look has seen. Both are of AWS's own clock, so that it does not matter what Gumshoe's
 * says.
 */
function knownSince({ draft, plannedAt }: Plan): Date {
  const known = Date.parse(String(draft.touches[0]?.state["restartedAt"] ?? ""));
  return new Date(Number.isNaN(known) ? plannedAt.getTime() - BACK_MS : known + 1);
}

function waitFor({ port, everyMs }: Rebooting, since: Date, signal: AbortSignal): Wait<{ restartedAt?: string }> {
  return {
    look: async (waitedMs) => {
      const [{ name, status }, restartedAt] = await Promise.all([port.look(signal), port.restartedSince(since, signal)]);
      if (isBad(status)) throw new NotDone(say("endedBadly", name, status));
      if (status !== "available") return { is: "waiting", status };
      if (restartedAt) return { is: "done", result: { restartedAt: restartedAt.toISOString() } };
      if (waitedMs >= EVENTS_LATE_MS) return { is: "done", result: {} };
      return { is: "waiting", status };
    },
    everyMs,
    limitMs: LIMIT_MS,
    expectedMs: EXPECTED_MS,
  };
}

/**
 * A reboot has no name to find. What was never sent did not take place; of what may have been, AWS's events and the database's status since then
 * decide, and where they tell nothing people are asked: a second reboot would end the sessions once more.
 */
async function landed(
  { port, everyMs }: Rebooting,
  { name, known, begunAt, attempted }: { name: string; known: Date; begunAt: Date; attempted: boolean },
  signal: AbortSignal,
): Promise<Landed<Begun>> {
  if (!attempted) return { is: "not-done" };
  for (let look = 1; ; look++) {
    const [{ status }, restartedAt] = await Promise.all([port.look(signal), port.restartedSince(known, signal)]);
    if (restartedAt || status === "rebooting") return { is: "done", result: { since: begunAt.toISOString() } };
    if (look === LOOKS) return { is: "unclear", because: say("noRestartTold", name) };
    await port.sleep(everyMs, signal);
  }
}
