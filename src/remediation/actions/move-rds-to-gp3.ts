import { reason, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable, type Landed, type Wait } from "../durable.ts";
import type { Draft, Plan, Refused } from "../plan.ts";
import { approvedCallOf, isBad, tagsFor, touched, unavailable, type AwsCall, type SeenDatabase } from "./database.ts";
import { GP3_USD_PER_GIB_MONTH, gp2Iops, gp3Iops, priceOf } from "./gp3.ts";
import {
  makeDatabase,
  newNameFor,
  secretNameOf,
  snapshotFor,
  taken,
  touchedSnapshot,
  type MakeDatabase,
  type OwnSnapshot,
} from "./new-database.ts";

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

const HOW = ["in-place", "restore"] as const;

/** How long each is waited for, and how long it should take (docs/aws.md). */
const MODIFY_MS = { limitMs: 3 * 60 * 60_000, expectedMs: 5 * 60_000 };
const RESTORE_MS = { limitMs: 2 * 60 * 60_000, expectedMs: 15 * 60_000 };
const PASSWORD_MS = { limitMs: 30 * 60_000, expectedMs: 60_000 };

/** Gives an RDS instance gp3 in place, or with the input `how: restore` makes a second one on gp3 from the incident's snapshot. */
export function moveRdsToGp3(port: MoveRdsToGp3, { everyMs = 20_000 }: { everyMs?: number } = {}): Action {
  const moving = { port, everyMs };
  return {
    id: "move-rds-to-gp3",
    draft: async (asked) => draftOf(port, asked),
    run: async (plan, durable, signal) =>
      plan.input["how"] === "restore" ? restore(moving, plan, durable, signal) : moveInPlace(moving, plan, durable, signal),
  };
}

async function draftOf(port: MoveRdsToGp3, asked: Asked): Promise<Draft | Refused> {
  const { how = "in-place" } = asked.input;
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

const touchedInstance = (seen: SeenInstance) => touched(seen, { class: seen.kind, storage: seen.storage });

function inPlaceDraft(port: MoveRdsToGp3, seen: SeenInstance): Draft {
  const { name, storage, sizeGib, standby } = seen;
  const copies = standby ? 2 : 1;
  return {
    calls: [port.modifyCall(seen)],
    touches: [touchedInstance(seen)],
    says: {
      does: [say("movesToGp3", name, storage), say("gp3Has", sizeGib)],
      risks: [say("slowWhileOptimizing"), say("noStorageChange")],
      takes: [say("movingTakes")],
      costs: [say("gp3Costs", sizeGib * copies, GP3_USD_PER_GIB_MONTH, storage)],
      undo: [say("storageStaysMoved")],
      unchecked: [],
    },
  };
}

async function restoreDraft(port: MoveRdsToGp3, seen: SeenInstance, asked: Asked): Promise<Draft | Refused> {
  const name = newNameFor(asked, "gp3");
  const nameTaken = await taken(port, name, asked);
  if (nameTaken) return nameTaken;
  const snapshot = snapshotFor(await port.snapshots(seen, asked.signal), asked);
  if (!snapshot) return { refused: "no-snapshot", because: say("noSnapshot", seen.name) };
  if (!seen.place) throw new Unseen(reason("notThere", "setting", `DBSubnetGroup of ${seen.name}`));
  const wanted = { name, database: seen, place: seen.place, snapshot, tags: tagsFor(asked.planId) };
  return {
    calls: [port.restoreCall(wanted), port.passwordCall(wanted)],
    touches: [touchedInstance(seen), touchedSnapshot(snapshot)],
    says: {
      does: [
        say("restoresOnGp3", name, seen.kind, snapshot.name),
        say("keepsPassword", name),
        say("gp3Has", snapshot.sizeGib),
        ...(seen.standby ? [say("hasStandby")] : []),
        say("switchesNothing", seen.name),
      ],
      risks: [say("holdsDataUntil", snapshot.name, snapshot.takenAt.toISOString()), say("readsSlowlyAtFirst"), say("passwordIsKept")],
      takes: [say("restoringTakes")],
      costs: [
        say("rdsCosts", seen.kind, priceOf(seen.kind), snapshot.sizeGib, GP3_USD_PER_GIB_MONTH, seen.standby),
        say("bothArePaid", seen.name),
      ],
      undo: [say("newIsDeletedByHand", name), say("isProtected")],
      unchecked: [],
    },
  };
}

type Moving = { port: MoveRdsToGp3; everyMs: number };

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
  return { says: [say("onGp3", name), ...(status === "available" ? [] : [say("optimizesStill", name)])] };
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

async function restore({ port, everyMs }: Moving, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const operation = "RestoreDBInstanceFromDBSnapshot";
  const name = newNameFor({ planId: plan.id, incident: plan.incident }, "gp3");
  const [present] = plan.draft.touches;
  const beside = present?.name ?? "";
  const wanted = { class: present?.state["class"] ?? "", storage: "gp3", public: false, protected: true };
  const made = await makeDatabase({ port, plan, operation, beside, name, wanted, everyMs, ...RESTORE_MS }, durable, signal);
  const call = approvedCallOf(plan, "ModifyDBInstance");
  await durable.change("keep-password", {
    intent: { database: name, ...call.input },
    landed: async () => {
      const seen = await port.find(name, signal);
      const isKept = seen?.has["secret"] === true || seen?.status === "resetting-master-credentials";
      return isKept ? { is: "done", result: { name } } : { is: "not-done" };
    },
    act: async () => {
      await port.change(plan, call, signal);
      return { name };
    },
  });
  const secret = await durable.until("password-kept", {
    look: async () => {
      const seen = await port.find(name, signal);
      const status = seen?.status ?? "not listed";
      if (isBad(status)) throw new NotDone(say("newEndedBadly", name, status, beside));
      return seen?.secret !== undefined && status === "available" ? { is: "done", result: seen.secret } : { is: "waiting", status };
    },
    everyMs,
    ...PASSWORD_MS,
  });
  return {
    says: [
      say("rdsStands", name, made.endpoint, String(wanted.class)),
      say("passwordIsIn", secretNameOf(secret)),
      say("switchesNothing", beside),
    ],
  };
}
