import { reason, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable, type Landed, type Wait } from "../durable.ts";
import type { Draft, Plan, Refused } from "../plan.ts";
import { approvedCallOf, isBad, touched, unavailable, type AwsCall, type SeenDatabase } from "./database.ts";
import { GP3_USD_PER_GIB_MONTH, gp2Iops, gp3Iops, movesFewerBytes } from "./gp3.ts";
import type { MakeDatabase, OwnSnapshot } from "./new-database.ts";
import { restore, restoreDraft, RESTORES } from "./restore-rds-gp3.ts";

/** Where an instance is, and by which parameters it runs. */
export type Place = { subnetGroup: string; securityGroups: readonly string[]; parameterGroup: string; optionGroup: string };

/** An RDS instance, as it was just seen; `pending` are the changes that wait or are under way, each by RDS's name for it. */
export type SeenInstance = SeenDatabase & {
  engine: string;
  kind: string;
  storage: string;
  iops?: number;
  pending: Readonly<Record<string, string>>;
  place?: Place;
};

/** What an instance beside the present one is made of. */
export type Gp3Wanted = {
  name: string;
  database: SeenInstance;
  place: Place;
  snapshot: OwnSnapshot;
  tags: Readonly<Record<string, string>>;
};

/** What moving an RDS instance to gp3 needs of AWS. */
export type MoveRdsToGp3 = MakeDatabase & {
  look: (signal: AbortSignal) => Promise<SeenInstance>;
  snapshots: (database: SeenDatabase, signal: AbortSignal) => Promise<readonly OwnSnapshot[]>;
  modifyCall: (database: SeenInstance) => AwsCall;
  restoreCall: (wanted: Gp3Wanted) => AwsCall;
  passwordCall: (wanted: Gp3Wanted) => AwsCall;
  /** Sends an approved change of an instance, once. Throws a NotDone where AWS surely did not take it, and anything else where nobody knows. */
  change: (plan: Plan, call: AwsCall, signal: AbortSignal) => Promise<void>;
};

/** In place, or beside it from a snapshot. */
const HOW = ["in-place", "restore"] as const;

/** How it is done where nobody chooses, and how often is looked. */
type Settings = { how?: (typeof HOW)[number]; everyMs?: number };

/** How long it is waited for until it can be used on gp3, and how long that should take. */
const MODIFY_MS = { limitMs: 3 * 60 * 60_000, expectedMs: 5 * 60_000 };

/** Gives an RDS instance gp3 in place, or with the input `how: restore` makes a second one on gp3 from the incident's snapshot. */
export function moveRdsToGp3(port: MoveRdsToGp3, { how = "in-place", everyMs = 20_000 }: Settings = {}): Action {
  const moving = { port, everyMs };
  return {
    id: "move-rds-to-gp3",
    draft: async (asked) => draftOf(port, asked.input["how"] ?? how, asked),
    run: async (plan, durable, signal) => {
      const restores = plan.draft.calls.some((call) => call.on === "aws" && call.operation === RESTORES);
      return restores ? restore(moving, plan, durable, signal) : moveInPlace(moving, plan, durable, signal);
    },
  };
}

async function draftOf(port: MoveRdsToGp3, how: string, asked: Asked): Promise<Draft | Refused> {
  if (how !== "in-place" && how !== "restore") return { refused: "unknown-choice", because: say("unknownChoice", "how", how, HOW) };
  const seen = await port.look(asked.signal);
  const refused = notToMove(seen, how);
  if (refused) return refused;
  return how === "restore" ? restoreDraft(port, seen, asked) : inPlaceDraft(port, seen);
}

/** Why an instance is not to be moved. Beside it one can be made while its storage is optimized. */
function notToMove(seen: SeenInstance, how: (typeof HOW)[number]): Refused | undefined {
  const { name, engine, storage, status, pending, sizeGib } = seen;
  if (engine !== "postgres") return { refused: "not-postgres", because: say("notPostgres", name, engine) };
  if (storage === "gp3") return { refused: "already-gp3", because: say("alreadyOnGp3", name) };
  if (status === "storage-optimization" && how === "in-place") return { refused: "optimizing", because: say("optimizing", name) };
  const waiting = Object.keys(pending);
  if (waiting.length > 0) return { refused: "change-pending", because: say("changePending", name, waiting) };
  const busy = status === "storage-optimization" ? undefined : unavailable(seen);
  if (busy) return busy;
  const has = iopsOf(seen);
  if (has >= gp3Iops(sizeGib)) return { refused: "not-faster", because: say("notFaster", name, storage, has, gp3Iops(sizeGib)) };
  return undefined;
}

/** What the present storage has at all times. */
function iopsOf({ name, storage, iops, sizeGib }: SeenInstance): number {
  if (storage === "gp2") return gp2Iops(sizeGib);
  if (storage === "standard") return 100;
  if (iops === undefined) throw new Unseen(reason("notThere", "setting", `Iops of ${name}`));
  return iops;
}

/** What of the instance must be the same when the plan runs. */
export const touchedInstance = (seen: SeenInstance) => touched(seen, { class: seen.kind, storage: seen.storage });

function inPlaceDraft(port: MoveRdsToGp3, seen: SeenInstance): Draft {
  const { name, storage, sizeGib, standby } = seen;
  return {
    calls: [port.modifyCall(seen)],
    touches: [touchedInstance(seen)],
    says: {
      does: [say("movesToGp3", name, storage), say("gp3Has", sizeGib)],
      risks: [say("slowWhileOptimizing"), say("noStorageChange"), ...(movesFewerBytes(storage, sizeGib) ? [say("fewerBytes")] : [])],
      takes: [say("movingTakes")],
      costs: [say("gp3Costs", sizeGib, GP3_USD_PER_GIB_MONTH, storage, standby)],
      undo: [say("storageStaysMoved")],
      unchecked: [],
    },
  };
}

/** What carrying it out needs. */
export type Moving = { port: MoveRdsToGp3; everyMs: number };

async function moveInPlace({ port, everyMs }: Moving, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const call = approvedCallOf(plan, "ModifyDBInstance");
  const name = plan.draft.touches[0]?.name ?? "";
  let maybeSent = false;
  await durable.change("change-storage", {
    intent: { database: name, ...call.input },
    landed: async ({ attempted }) => {
      maybeSent = attempted;
      return moved(await port.look(signal), attempted);
    },
    act: async () => {
      await port.change(plan, call, signal).catch(async (error: unknown) => {
        // A change whose answer was lost may show up only by a second one being refused.
        if (!(maybeSent && error instanceof NotDone) || moved(await port.look(signal), true).is !== "done") throw error;
      });
      return { storage: "gp3" };
    },
  });
  const { status } = await durable.until("usable-on-gp3", { look: async () => usable(await port.look(signal)), everyMs, ...MODIFY_MS });
  return { mends: true, says: [say("onGp3", name), ...(status === "available" ? [] : [say("optimizesStill", name)])] };
}

/** Whether the change was taken: RDS tells it as pending first. Where it was never sent and is so nevertheless, somebody else made it. */
function moved({ name, storage, pending, status }: SeenInstance, attempted: boolean): Landed<{ storage: string }> {
  const isSo = storage === "gp3" || pending["StorageType"] === "gp3" || (attempted && status === "modifying");
  if (!isSo) return { is: "not-done" };
  if (!attempted) throw new NotDone(say("alreadyOnGp3", name));
  return { is: "done", result: { storage: "gp3" } };
}

/** On gp3 it can be used while its storage is optimized, which takes up to more than a day: that is not waited for. */
function usable({ name, storage, pending, status }: SeenInstance): Awaited<ReturnType<Wait<{ status: string }>["look"]>> {
  if (isBad(status)) throw new NotDone(say("moveEndedBadly", name, status));
  const settled = storage === "gp3" && pending["StorageType"] === undefined;
  if (settled && (status === "available" || status === "storage-optimization")) return { is: "done", result: { status } };
  return { is: "waiting", status };
}
