import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable, type Landed } from "../durable.ts";
import type { Draft, Plan, Refused } from "../plan.ts";
import {
  approvedCall,
  nameFor,
  stallOf,
  tagsFor,
  touched,
  unavailable,
  type AwsCall,
  type LookAtDatabase,
  type SeenDatabase,
} from "./database.ts";

/** A snapshot, as it was just seen. */
export type SeenSnapshot = { status: string; sizeGib: number; percent?: number; tags: Readonly<Record<string, string>> };

/** What taking a snapshot needs of AWS. */
export type SnapshotDatabase = {
  look: LookAtDatabase;
  /** The snapshot of this name, whoever made it; nothing where there is none. */
  find: (name: string, signal: AbortSignal) => Promise<SeenSnapshot | undefined>;
  callFor: (database: SeenDatabase, name: string, tags: Readonly<Record<string, string>>) => AwsCall;
  /** Sends the approved call, once. Throws a NotDone where AWS surely did not take it, and anything else where nobody knows. */
  create: (plan: Plan, call: AwsCall, signal: AbortSignal) => Promise<"sent" | "name-taken">;
  usdPerGibMonth: number;
};

/** How long a snapshot is waited for, and how long it should take: minutes, and longest the first time. */
const LIMIT_MS = 60 * 60_000;
const EXPECTED_MS = 5 * 60_000;

/** Takes a snapshot of the database, and waits until it can be used. */
export function snapshotDatabase(port: SnapshotDatabase, { everyMs = 20_000 }: { everyMs?: number } = {}): Action {
  return {
    id: "snapshot-database",
    draft: async (asked) => draftOf(port, asked),
    run: async (plan, durable, signal) => run({ port, everyMs }, plan, durable, signal),
  };
}

async function draftOf(port: SnapshotDatabase, { planId, incident, signal }: Asked): Promise<Draft | Refused> {
  const name = nameFor({ planId, incident });
  const [seen, there] = await Promise.all([port.look(signal), port.find(name, signal)]);
  const refused = unavailable(seen);
  if (refused) return refused;
  if (there && !isOf(there, planId)) return { refused: "name-taken", because: say("nameIsTaken", name) };
  return {
    calls: [port.callFor(seen, name, tagsFor(planId))],
    touches: [touched(seen)],
    says: {
      does: [say("takesSnapshot", seen.name, name)],
      risks: [stallOf(seen)],
      takes: [say("snapshotTakes", seen.sizeGib)],
      costs: [say("snapshotCosts", seen.sizeGib, port.usdPerGibMonth)],
      undo: [say("snapshotIsDeletedByHand", name)],
      unchecked: [],
    },
  };
}

type Taking = { port: SnapshotDatabase; everyMs: number };

async function run({ port, everyMs }: Taking, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const name = nameFor({ planId: plan.id, incident: plan.incident });
  const call = approvedCall(plan);
  const database = plan.draft.touches[0]?.name ?? "";
  await durable.change("create-snapshot", {
    intent: { snapshot: name, ...call.input },
    landed: async () => landed(port, name, plan.id, signal),
    act: async () => {
      if ((await port.create(plan, call, signal)) === "sent") return { name };
      // A create whose answer was lost may show up only by its name being taken.
      const seen = await landed(port, name, plan.id, signal);
      if (seen.is !== "done") throw new Error(`the name ${name} is taken, and what has it cannot be seen`);
      return seen.result;
    },
  });
  const gib = await durable.until("snapshot-available", {
    look: async () => {
      const seen = await port.find(name, signal);
      if (seen?.status === "available" && seen.sizeGib > 0) return { is: "done", result: seen.sizeGib };
      if (seen && /^(?:failed|incompatible|deleting)/.test(seen.status))
        throw new NotDone(say("snapshotEndedBadly", name, seen.status, database));
      return { is: "waiting", status: seen?.status ?? "not listed yet", ...(seen?.percent === undefined ? {} : { percent: seen.percent }) };
    },
    everyMs,
    limitMs: LIMIT_MS,
    expectedMs: EXPECTED_MS,
  });
  return { says: [say("snapshotStands", name, gib)], gives: { snapshot: name } };
}

/** Whether the plan's snapshot is there. One of this name that is not the plan's is nobody's to take over. */
async function landed(port: SnapshotDatabase, name: string, planId: string, signal: AbortSignal): Promise<Landed<{ name: string }>> {
  const seen = await port.find(name, signal);
  if (!seen) return { is: "not-done" };
  if (!isOf(seen, planId)) throw new NotDone(say("nameIsTaken", name));
  return { is: "done", result: { name } };
}

function isOf({ tags }: SeenSnapshot, planId: string): boolean {
  return tags["gumshoe-plan"] === planId;
}
