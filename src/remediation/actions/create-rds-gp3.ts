import { say, type PlanSay } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable } from "../durable.ts";
import { isRefused, type Draft, type Plan, type Refused } from "../plan.ts";
import { tagsFor, touched, unavailable, type AwsCall, type SeenDatabase } from "./database.ts";
import { GP3_USD_PER_GIB_MONTH, knownClass, priceOf, RDS_CLASSES } from "./gp3.ts";
import { reachOf, type Reach, type SeenNetwork } from "./lightsail-reach.ts";
import { makeDatabase, newNameFor, secretNameOf, taken, type MakeDatabase } from "./new-database.ts";

/** A Lightsail database, as it was just seen, with what an instance at RDS must have after it. */
export type Source = SeenDatabase & { engine: string; version: string; ramGib: number; username: string; database: string };

/**
 * Where a new instance is to lie, and what it is to be, as gumshoe.yml says. `application` is who will log in there: its role's name, where gumshoe.yml has
 * it, and whether it administers its present database itself.
 */
export type CreateSettings = {
  subnetGroup: string;
  securityGroups: readonly string[];
  class?: string;
  parameterGroup?: string;
  application?: { user?: string; administers: boolean };
};

/** What a new instance at RDS is made of. */
export type RdsWanted = {
  name: string;
  source: Source;
  administrator: string;
  kind: string;
  version: string;
  sizeGib: number;
  reach: Reach;
  settings: CreateSettings;
  tags: Readonly<Record<string, string>>;
};

/** What making an RDS instance for a Lightsail database needs of AWS. */
export type CreateRdsGp3 = MakeDatabase & {
  look: (signal: AbortSignal) => Promise<Source>;
  /** The versions of a major that RDS makes instances of, such as 15.14. */
  versions: (major: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Whether a class with a version can be had on gp3, and with a standby where that is wanted. */
  orderable: (kind: string, version: string, standby: boolean, signal: AbortSignal) => Promise<boolean>;
  network: (settings: CreateSettings, signal: AbortSignal) => Promise<SeenNetwork>;
  callFor: (wanted: RdsWanted) => AwsCall;
  /** Whether the hosts reach it; left out where the next step finds that out. */
  reachable?: (host: string, port: number, signal: AbortSignal) => Promise<boolean>;
};

/** What the administrator is called where the name that it would have is the application's: AWS keeps and changes an administrator's password. */
const ADMINISTRATOR = "gumshoe_admin";

/** gp3's least size in GiB for PostgreSQL (RDS, gp3 storage). */
const LEAST_GIB = 20;

/** How long a new instance is waited for, and how long it should take: 5 to 17 minutes are known of (docs/aws.md). */
const LIMIT_MS = 60 * 60_000;
const EXPECTED_MS = 10 * 60_000;

type Creating = { port: CreateRdsGp3; settings: CreateSettings; everyMs: number };

/** Makes an empty PostgreSQL at RDS on gp3, for a Lightsail database to be copied to. Switches and copies nothing. */
export function createRdsGp3(port: CreateRdsGp3, settings: CreateSettings, { everyMs = 20_000 }: { everyMs?: number } = {}): Action {
  const creating = { port, settings, everyMs };
  return {
    id: "create-rds-gp3",
    draft: async (asked) => draftOf(creating, asked),
    run: async (plan, durable, signal) => run(creating, plan, durable, signal),
  };
}

async function draftOf({ port, settings }: Creating, asked: Asked): Promise<Draft | Refused> {
  const { signal, planId } = asked;
  const name = newNameFor(asked, "gp3");
  const source = await port.look(signal);
  const refused = notToMove(source) ?? (await taken(port, name, asked));
  if (refused) return refused;
  const kind = classFor(source, asked.input["class"] ?? settings.class);
  if (typeof kind !== "string") return kind;
  const version = await versionFor(port, source, kind, signal);
  if (typeof version !== "string") return version;
  const reach = reachOf(await port.network(settings, signal), settings);
  if (isRefused(reach)) return reach;
  const sizeGib = Math.max(LEAST_GIB, source.sizeGib);
  const wanted = {
    name,
    source,
    administrator: administratorOf(source, settings),
    kind,
    version,
    sizeGib,
    reach,
    settings,
    tags: tagsFor(planId),
  };
  return {
    calls: [port.callFor(wanted)],
    touches: [touched(source, { version: source.version }), reach.touches],
    says: saysOf(wanted),
  };
}

/** As at present; but not the application's own role, which a copy makes with the application's own password. */
function administratorOf({ username }: Source, { application }: CreateSettings): string {
  return application && (application.administers || application.user === username) ? ADMINISTRATOR : username;
}

function notToMove(source: Source): Refused | undefined {
  if (source.engine !== "postgres") return { refused: "not-postgres", because: say("notPostgres", source.name, source.engine) };
  return unavailable(source);
}

/** The class that was asked for, else the smallest with the memory of now. */
function classFor({ ramGib }: Source, asked: string | undefined): string | Refused {
  const known = Object.keys(RDS_CLASSES);
  if (asked !== undefined && !known.includes(asked))
    return { refused: "unknown-choice", because: say("unknownChoice", "class", asked, known) };
  const kind = asked ?? known.find((each) => (knownClass(each)?.ramGib ?? 0) >= ramGib);
  return kind ?? { refused: "unknown-choice", because: say("unknownChoice", "class", `${ramGib} GiB`, known) };
}

/** The version nearest to the present one that is not older, else the newest of the same major; of those, one that can be had on gp3. */
async function versionFor(port: CreateRdsGp3, source: Source, kind: string, signal: AbortSignal): Promise<string | Refused> {
  const [major = "", minor = 0] = partsOf(source.version);
  const offered = (await port.versions(String(major), signal))
    .filter((each) => partsOf(each)[0] === major)
    .toSorted((a, b) => (partsOf(a)[1] ?? 0) - (partsOf(b)[1] ?? 0));
  if (offered.length === 0) return { refused: "no-version", because: say("versionNotThere", source.version) };
  const newer = offered.filter((each) => (partsOf(each)[1] ?? 0) >= minor);
  const wanted = newer.length > 0 ? newer : offered.slice(-1);
  for (const each of wanted) if (await port.orderable(kind, each, source.standby, signal)) return each;
  return { refused: "not-orderable", because: say("notOrderable", kind, wanted) };
}

const partsOf = (version: string): number[] => version.split(".").map(Number);

function saysOf({ name, source, administrator, kind, version, sizeGib, settings }: RdsWanted): Draft["says"] {
  const { standby, ramGib } = source;
  const has = knownClass(kind)?.ramGib ?? ramGib;
  const older = (partsOf(version)[1] ?? 0) < (partsOf(source.version)[1] ?? 0);
  const { parameterGroup, subnetGroup } = settings;
  return {
    does: [
      say("makesRdsDatabase", name, kind, sizeGib, version),
      say("gp3Has", sizeGib),
      ...(standby ? [say("hasStandby")] : []),
      ...(administrator === source.username ? [] : [say("administratorIsAnother", administrator, source.username)]),
      say("switchesNothing", source.name),
      say("copiesNothing"),
    ],
    risks: [
      say("losesNothing", source.name),
      say("passwordIsKept"),
      ...(has < ramGib ? [say("lessMemory", kind, has, ramGib)] : []),
      ...(older ? [say("olderMinor", version, source.version)] : []),
    ],
    takes: [say("creatingTakes", standby)],
    costs: [say("rdsCosts", kind, priceOf(kind), sizeGib, GP3_USD_PER_GIB_MONTH, standby), say("bothArePaid", source.name)],
    undo: [say("newIsDeletedByHand", name), say("isProtected")],
    unchecked: [say("routesUnchecked", subnetGroup), ...(parameterGroup ? [say("parameterGroupUnchecked", parameterGroup)] : [])],
  };
}

async function run({ port, everyMs }: Creating, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const operation = "CreateDBInstance";
  const name = newNameFor({ planId: plan.id, incident: plan.incident }, "gp3");
  const beside = plan.draft.touches[0]?.name ?? "";
  const call = plan.draft.calls[0];
  const kind = call?.on === "aws" ? String(call.input["DBInstanceClass"]) : "";
  const made = await makeDatabase(
    {
      port,
      plan,
      operation,
      beside,
      name,
      wanted: { class: kind, storage: "gp3", public: false, encrypted: true, protected: true, secret: true },
      everyMs,
      limitMs: LIMIT_MS,
      expectedMs: EXPECTED_MS,
    },
    durable,
    signal,
  );
  const reached = await reachedFrom(port, made.endpoint, { beside, durable, everyMs, signal });
  const secret = made.secret === undefined ? [] : [say("passwordIsIn", secretNameOf(made.secret))];
  return {
    says: [say("rdsStands", name, made.endpoint, kind), ...reached, ...secret, say("switchesNothing", beside), say("copiesNothing")],
    gives: { database: name, address: made.endpoint, ...(made.secret === undefined ? {} : { secret: made.secret }) },
  };
}

type Reaching = { beside: string; durable: Durable; everyMs: number; signal: AbortSignal };

/** Tries the way from the hosts, where that can be tried: once, since a way that is not open does not open by itself. */
async function reachedFrom(
  { reachable }: CreateRdsGp3,
  endpoint: string,
  { beside, durable, everyMs, signal }: Reaching,
): Promise<PlanSay[]> {
  if (!reachable) return [];
  const [, host = "", port = "5432"] = /^(.*):(\d+)$/.exec(endpoint) ?? [];
  await durable.until("reached-from-hosts", {
    look: async () => {
      if (await reachable(host, Number(port), signal)) return { is: "done", result: true };
      throw new NotDone(say("notReachedFromHosts", endpoint, beside));
    },
    everyMs,
    limitMs: 5 * 60_000,
    expectedMs: 10_000,
  });
  return [say("reachedFromHosts", endpoint)];
}
