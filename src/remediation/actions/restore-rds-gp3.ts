import { reason, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Asked, Done } from "../action.ts";
import { NotDone, type Change, type Durable, type Wait } from "../durable.ts";
import type { Draft, Plan, Refused } from "../plan.ts";
import { approvedCallOf, isBad, tagsFor } from "./database.ts";
import { GP3_USD_PER_GIB_MONTH, movesFewerBytes, priceOf } from "./gp3.ts";
import { touchedInstance, type Gp3Wanted, type Moving, type MoveRdsToGp3, type SeenInstance } from "./move-rds-to-gp3.ts";
import { makeDatabase, newNameFor, secretNameOf, snapshotFor, taken, touchedSnapshot } from "./new-database.ts";

/** How long each is waited for, and how long it should take (docs/aws.md). */
const RESTORE_MS = { limitMs: 2 * 60 * 60_000, expectedMs: 15 * 60_000 };
const PASSWORD_MS = { limitMs: 30 * 60_000, expectedMs: 60_000 };

/** The call that makes the instance beside the present one, by which a plan of that kind is known. */
export const RESTORES = "RestoreDBInstanceFromDBSnapshot";

/** What making an instance on gp3 from the incident's snapshot would be now. */
export async function restoreDraft(port: MoveRdsToGp3, seen: SeenInstance, asked: Asked): Promise<Draft | Refused> {
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
    says: saysOf(wanted),
  };
}

function saysOf({ name, database, snapshot }: Gp3Wanted): Draft["says"] {
  const { kind, standby } = database;
  return {
    does: [
      say("restoresOnGp3", name, kind, snapshot.name),
      say("keepsPassword", name),
      say("gp3Has", snapshot.sizeGib),
      ...(standby ? [say("hasStandby")] : []),
      say("switchesNothing", database.name),
    ],
    risks: [
      say("holdsDataUntil", snapshot.name, snapshot.takenAt.toISOString()),
      say("readsSlowlyAtFirst"),
      say("passwordIsKept"),
      ...(movesFewerBytes(database.storage, snapshot.sizeGib) ? [say("fewerBytes")] : []),
    ],
    takes: [say("restoringTakes")],
    costs: [say("rdsCosts", kind, priceOf(kind), snapshot.sizeGib, GP3_USD_PER_GIB_MONTH, standby), say("bothArePaid", database.name)],
    undo: [say("newIsDeletedByHand", name), say("isProtected")],
    unchecked: [],
  };
}

/** Makes the instance, then has RDS keep its password: for PostgreSQL that cannot be asked for with the restore. */
export async function restore({ port, everyMs }: Moving, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const name = newNameFor({ planId: plan.id, incident: plan.incident }, "gp3");
  const [present] = plan.draft.touches;
  const beside = present?.name ?? "";
  const wanted = { class: present?.state["class"] ?? "", storage: "gp3", public: false, protected: true };
  const making = { port, plan, operation: RESTORES, beside, name, wanted, everyMs, ...RESTORE_MS };
  const made = await makeDatabase(making, durable, signal);
  await durable.change("keep-password", keepPassword(port, name, plan, signal));
  const secret = await durable.until("password-kept", { look: async () => kept(port, name, beside, signal), everyMs, ...PASSWORD_MS });
  return {
    says: [
      say("rdsStands", name, made.endpoint, String(wanted.class)),
      say("passwordIsIn", secretNameOf(secret)),
      say("switchesNothing", beside),
    ],
  };
}

function keepPassword(port: MoveRdsToGp3, name: string, plan: Plan, signal: AbortSignal): Change<{ name: string }> {
  const call = approvedCallOf(plan, "ModifyDBInstance");
  return {
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
  };
}

async function kept(port: MoveRdsToGp3, name: string, beside: string, signal: AbortSignal): ReturnType<Wait<string>["look"]> {
  const seen = await port.find(name, signal);
  const status = seen?.status ?? "not listed";
  if (isBad(status)) throw new NotDone(say("newEndedBadly", name, status, beside));
  return seen?.secret !== undefined && status === "available" ? { is: "done", result: seen.secret } : { is: "waiting", status };
}
