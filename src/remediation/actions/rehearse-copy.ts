import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { Stopped, type Durable } from "../durable.ts";
import { isRefused, type Draft, type Plan, type Refused } from "../plan.ts";
import { copyHostOf, copyIdFor, refusedBy, targetOf, type CopyDatabase, type CopyHost, type CopyWish } from "./copy/host.ts";
import { waitForCopy } from "./copy/wait.ts";
import { approvedCallOf, tagsFor, touched, unavailable } from "./database.ts";
import { makeDatabase, newNameFor, snapshotFor, taken, touchedSnapshot, type SeenNew } from "./new-database.ts";
import type { Bundle, RestoreToHa } from "./restore-to-ha.ts";
import { touchedDocument } from "./switch/draft.ts";
import { orderOn, type OnHost, type Ordering } from "./switch/steps.ts";

/** What a rehearsal needs: databases from snapshots at Lightsail, and the host that copies, told what is to be copied. */
export type RehearseCopy = { databases: RestoreToHa; copying: (wish: CopyWish) => CopyDatabase; live: string; everyMs?: number };

/** The scratch database on the target; one that an earlier rehearsal left there, the program drops by itself. */
const SCRATCH = "gumshoe_rehearsal";

const DATABASE_LIMIT_MS = 90 * 60_000;
const DATABASE_EXPECTED_MS = 15 * 60_000;

/** How long a copy should take whose size nobody knows, and how long it may. */
const COPY_EXPECTED_MS = 30 * 60_000;
const COPY_LIMIT_MS = 24 * 60 * 60_000;

const CREATE = "CreateRelationalDatabaseFromSnapshot";

/** Copies a database that was made from the incident's snapshot to the new one, compares it, measures it, and leaves nothing of it there. */
export function rehearseCopy(given: RehearseCopy): Action {
  return {
    id: "rehearse-copy",
    draft: async (asked) => draftOf(given, asked),
    run: async (plan, durable, signal) => run(given, plan, durable, signal),
  };
}

async function draftOf({ databases, copying, live }: RehearseCopy, asked: Asked): Promise<Draft | Refused> {
  const { planId, signal, made } = asked;
  const target = targetOf(made);
  if (isRefused(target)) return target;
  const name = newNameFor(asked, "rehearsal");
  const seen = await databases.look(signal);
  const refused = unavailable(seen) ?? (await taken(databases, name, asked));
  if (refused) return refused;
  const [snapshots, bundles] = await Promise.all([databases.snapshots(seen, signal), databases.bundles(signal)]);
  const snapshot = snapshotFor(snapshots, asked);
  if (!snapshot) return { refused: "no-snapshot", because: say("noSnapshot", seen.name) };
  const bundle = bundleFor(bundles, seen.plan);
  if (!bundle) return { refused: "bundle-unknown", because: say("bundleUnknown", seen.plan) };
  const wish = { id: copyIdFor(planId, "rehearsal"), mode: "rehearse", target, scratch: SCRATCH } as const;
  const on = await fitHost(copying({ ...wish, source: live }), signal);
  if (isRefused(on)) return on;
  const port = copying(wish);
  const document = await port.document(signal);
  return {
    calls: [
      databases.callFor({ name, snapshot, bundle, tags: tagsFor(planId) }),
      { on: "host", document: document.name, hosts: [on.node], values: { verb: "start", ...port.values } },
    ],
    touches: [
      touched(seen),
      touchedSnapshot(snapshot),
      { kind: "copy", name: wish.id, state: { ...on, to: target.address, secret: target.secret } },
      touchedDocument("document", document),
    ],
    says: {
      does: [say("rehearsesCopy", name, bundle.id, snapshot.name, on.host, target.address), say("readsNoLive", seen.name)],
      risks: [say("losesNothing", seen.name), say("loadsTarget", target.address)],
      takes: [say("rehearsalTakes", seen.sizeGib)],
      costs: [say("rehearsalCosts", bundle.id, bundle.usdPerMonth)],
      undo: [say("newIsDeletedByHand", name)],
      unchecked: [say("rehearsalLoginUnchecked", name)],
    },
  };
}

/** The host, and that nothing is known to stop a copy of what the present database holds: its definitions alone are looked at. */
async function fitHost(port: CopyDatabase, signal: AbortSignal): Promise<CopyHost | Refused> {
  const on = await copyHostOf(port, signal);
  if (isRefused(on)) return on;
  return refusedBy(on, await port.check(on.node, signal)) ?? on;
}

/** The present plan, or where it is not offered any more the cheapest without a standby that has no less. */
function bundleFor(bundles: readonly Bundle[], present: string): Bundle | undefined {
  const was = bundles.find(({ id }) => id === present);
  if (!was || (was.offered && !was.standby)) return was;
  return bundles
    .filter(({ standby, offered, ramGib, diskGib }) => !standby && offered && ramGib >= was.ramGib && diskGib >= was.diskGib)
    .toSorted((a, b) => a.usdPerMonth - b.usdPerMonth)[0];
}

async function run(given: RehearseCopy, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const { copying, everyMs = 20_000 } = given;
  const source = await temporary(given, plan, durable, signal);
  const { name, wish, on } = approvedIn(plan);
  const port = copying({ ...wish, source: source.endpoint });
  const ordering: Ordering = { port, document: "document", plan, durable, signal, everyMs };
  const begun = await orderOn(ordering, "start", on, "rehearsal begins");
  const wait = { name: "rehearsal", expectedMs: COPY_EXPECTED_MS, limitMs: COPY_LIMIT_MS };
  const end = "failed" in begun ? begun : await waitForCopy(ordering, on, wait);
  if ("failed" in end) {
    // One that runs on, or whose order is delivered late, would be in the way of the next.
    await orderOn(ordering, "stop", on, "rehearsal ends");
    throw new Stopped("failed", "rehearsal", say("rehearsalFailed", end.failed, name));
  }
  return {
    says: [say("rehearsed", end.elapsedS * 1000, on.host, wish.target.address), say("temporaryIsLeft", name)],
    gives: { rehearsedS: String(Math.max(1, end.elapsedS)) },
  };
}

async function temporary(
  { databases, everyMs = 20_000 }: RehearseCopy,
  plan: Plan,
  durable: Durable,
  signal: AbortSignal,
): Promise<SeenNew> {
  const bundle = String(approvedCallOf(plan, CREATE).input["relationalDatabaseBundleId"]);
  const making = {
    port: databases,
    plan,
    operation: CREATE,
    beside: plan.draft.touches[0]?.name ?? "",
    name: approvedIn(plan).name,
    wanted: { plan: bundle, public: false },
    everyMs,
    limitMs: DATABASE_LIMIT_MS,
    expectedMs: DATABASE_EXPECTED_MS,
  };
  return makeDatabase(making, durable, signal);
}

/** What people approved: the temporary database's name, what is copied where, and on which host. */
function approvedIn(plan: Plan): { name: string; wish: CopyWish; on: OnHost } {
  const { state = {}, name: id = "" } = plan.draft.touches.find(({ kind }) => kind === "copy") ?? {};
  return {
    name: newNameFor({ planId: plan.id, incident: plan.incident }, "rehearsal"),
    wish: { id, mode: "rehearse", target: { address: String(state["to"]), secret: String(state["secret"]) }, scratch: SCRATCH },
    on: { host: String(state["host"]), node: String(state["node"]), sums: "" },
  };
}
