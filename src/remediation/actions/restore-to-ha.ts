import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import type { Durable } from "../durable.ts";
import type { Draft, Plan, Refused } from "../plan.ts";
import { approvedCallOf, tagsFor, touched, unavailable, type AwsCall, type LookAtDatabase, type SeenDatabase } from "./database.ts";
import { makeDatabase, newNameFor, snapshotFor, taken, touchedSnapshot, type MakeDatabase, type OwnSnapshot } from "./new-database.ts";

/** A plan of Lightsail for databases; one that is not `offered` can be kept, and not chosen any more. */
export type Bundle = { id: string; usdPerMonth: number; ramGib: number; diskGib: number; standby: boolean; offered: boolean };

/** What a new Lightsail database is made of. */
type HaWanted = { name: string; snapshot: OwnSnapshot; bundle: Bundle; tags: Readonly<Record<string, string>> };

/** What restoring a Lightsail database to a high-availability plan needs of AWS. */
export type RestoreToHa = MakeDatabase & {
  look: LookAtDatabase;
  /** All snapshots of the database that are there, whoever took them. */
  snapshots: (database: SeenDatabase, signal: AbortSignal) => Promise<readonly OwnSnapshot[]>;
  bundles: (signal: AbortSignal) => Promise<readonly Bundle[]>;
  callFor: (wanted: HaWanted) => AwsCall;
};

/** How long a new database is waited for, and how long it should take (docs/aws.md). */
const LIMIT_MS = 90 * 60_000;
const EXPECTED_MS = 15 * 60_000;

/** Makes a second Lightsail database from the incident's snapshot, on a high-availability plan. Switches nothing. */
export function restoreToHa(port: RestoreToHa, { everyMs = 20_000 }: { everyMs?: number } = {}): Action {
  return {
    id: "restore-to-ha",
    draft: async (asked) => draftOf(port, asked),
    run: async (plan, durable, signal) => run({ port, everyMs }, plan, durable, signal),
  };
}

async function draftOf(port: RestoreToHa, asked: Asked): Promise<Draft | Refused> {
  const { planId, signal } = asked;
  const name = newNameFor(asked, "ha");
  const seen = await port.look(signal);
  const refused = unavailable(seen) ?? (await taken(port, name, asked));
  if (refused) return refused;
  if (seen.standby) return { refused: "already-ha", because: say("alreadyHa", seen.name, seen.plan) };
  const [snapshots, bundles] = await Promise.all([port.snapshots(seen, signal), port.bundles(signal)]);
  const snapshot = snapshotFor(snapshots, asked);
  if (!snapshot) return { refused: "no-snapshot", because: say("noSnapshot", seen.name) };
  const was = bundles.find(({ id }) => id === seen.plan);
  if (!was) return { refused: "bundle-unknown", because: say("bundleUnknown", seen.plan) };
  const bundle = haFor(bundles, was);
  if (!bundle) return { refused: "no-ha-bundle", because: say("noHaBundle", was.id) };
  return {
    calls: [port.callFor({ name, snapshot, bundle, tags: tagsFor(planId) })],
    touches: [touched(seen), touchedSnapshot(snapshot)],
    says: {
      does: [say("makesHaDatabase", name, bundle.id, snapshot.name), say("switchesNothing", seen.name)],
      risks: [
        say("haHasSameDisk"),
        say("holdsDataUntil", snapshot.name, snapshot.takenAt.toISOString()),
        say("lightsailMakesPassword"),
        say("onlyFromLightsail"),
      ],
      takes: [say("haTakes")],
      costs: [say("haCosts", bundle.id, bundle.usdPerMonth, was.id, was.usdPerMonth)],
      undo: [say("newIsDeletedByHand", name)],
      unchecked: [],
    },
  };
}

/** The cheapest plan with a standby that has no less memory and no less disk. */
function haFor(bundles: readonly Bundle[], was: Bundle): Bundle | undefined {
  return bundles
    .filter(({ standby, offered, ramGib, diskGib }) => standby && offered && ramGib >= was.ramGib && diskGib >= was.diskGib)
    .toSorted((a, b) => a.usdPerMonth - b.usdPerMonth)[0];
}

type Restoring = { port: RestoreToHa; everyMs: number };

async function run({ port, everyMs }: Restoring, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const operation = "CreateRelationalDatabaseFromSnapshot";
  const name = newNameFor({ planId: plan.id, incident: plan.incident }, "ha");
  const bundle = String(approvedCallOf(plan, operation).input["relationalDatabaseBundleId"]);
  const beside = plan.draft.touches[0]?.name ?? "";
  const made = await makeDatabase(
    {
      port,
      plan,
      operation,
      beside,
      name,
      everyMs,
      wanted: { plan: bundle, public: false, standby: true },
      late: ["standby"],
      limitMs: LIMIT_MS,
      expectedMs: EXPECTED_MS,
    },
    durable,
    signal,
  );
  return { says: [say("haStands", name, made.endpoint, bundle), say("lightsailMakesPassword"), say("switchesNothing", beside)] };
}
