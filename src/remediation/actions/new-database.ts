import { say } from "../../words/plan-say.ts";
import type { Asked } from "../action.ts";
import { NotDone, type Durable, type Landed, type Wait } from "../durable.ts";
import type { Plan, Refused } from "../plan.ts";
import { approvedCallOf, isBad, nameFor, type AwsCall } from "./database.ts";

/** What a database has, by the words that people know it by; it is held against what was asked for. */
type Traits = Readonly<Record<string, string | number | boolean>>;

/** A database that a plan has made, as it was just seen. `secret` is the ARN of what keeps its password, where RDS does and it is there. */
export type SeenNew = {
  status: string;
  endpoint: string;
  tags: Readonly<Record<string, string>>;
  has: Traits;
  secret?: string;
};

/** What making a database beside the present one needs of AWS. */
export type MakeDatabase = {
  /** The database of this name, whoever made it; nothing where there is none. */
  find: (name: string, signal: AbortSignal) => Promise<SeenNew | undefined>;
  /** Sends the approved call, once. Throws a NotDone where AWS surely did not take it, and anything else where nobody knows. */
  create: (plan: Plan, call: AwsCall, signal: AbortSignal) => Promise<"sent" | "name-taken">;
};

/** A snapshot of the present database, as it was just seen. */
export type OwnSnapshot = {
  name: string;
  arn: string;
  status: string;
  sizeGib: number;
  takenAt: Date;
  tags: Readonly<Record<string, string>>;
};

/** What is made of a plan: by which call, beside which database, under which name, what it must have then and what of it may come late. */
export type Making = {
  port: MakeDatabase;
  plan: Plan;
  operation: string;
  beside: string;
  name: string;
  wanted: Traits;
  late?: readonly string[];
  everyMs: number;
  limitMs: number;
  expectedMs: number;
};

/** Identifiers at RDS have 63 characters at most. */
const MOST_CHARS = 63;

/** The name of the database that a plan makes: the plan's own, which snapshots have too, with what it is for. */
export function newNameFor(asked: Pick<Asked, "planId" | "incident">, suffix: "ha" | "gp3" | "rehearsal"): string {
  const most = MOST_CHARS - suffix.length - 1;
  return `${nameFor(asked).slice(0, most).replace(/-$/, "")}-${suffix}`;
}

/** The name that a secret has in Secrets Manager, without the six characters that its ARN has after it: the ARN itself looks like a secret. */
export function secretNameOf(arn: string): string {
  return arn.replace(/^.*:secret:/, "").replace(/-\w{6}$/, "");
}

/** The refusal of a name that something else has already. */
export async function taken(port: MakeDatabase, name: string, { planId, signal }: Asked): Promise<Refused | undefined> {
  const there = await port.find(name, signal);
  return there && !isOf(there, planId) ? { refused: "name-taken", because: say("nameIsTaken", name) } : undefined;
}

/** The snapshot to make a database from: this plan's, else the newest that was taken for the same incident. One that is not Gumshoe's is none. */
export function snapshotFor(
  snapshots: readonly OwnSnapshot[],
  { planId, incident }: Pick<Asked, "planId" | "incident">,
): OwnSnapshot | undefined {
  const ours = snapshots
    .filter(
      ({ name, status, tags }) => status === "available" && tags["managed-by"] === "gumshoe" && name.startsWith(`gumshoe-i${incident}-`),
    )
    .toSorted((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
  return ours.find((each) => isOf(each, planId)) ?? ours[0];
}

/** What of a snapshot must be the same when the plan runs. */
export function touchedSnapshot({ name, arn, status, sizeGib, takenAt }: OwnSnapshot) {
  return { kind: "snapshot", name, state: { id: arn, status, sizeGib, takenAt: takenAt.toISOString() } };
}

/** Makes the database once, and waits until it is available and has what was asked for. */
export async function makeDatabase(making: Making, durable: Durable, signal: AbortSignal): Promise<SeenNew> {
  const { port, plan, operation, name } = making;
  const call = approvedCallOf(plan, operation);
  await durable.change("create-database", {
    intent: { database: name, ...call.input },
    landed: async () => landed(making, signal),
    act: async () => {
      if ((await port.create(plan, call, signal)) === "sent") return { name };
      // A create whose answer was lost may show up only by its name being taken.
      const seen = await landed(making, signal);
      if (seen.is !== "done") throw new Error(`the name ${name} is taken, and what has it cannot be seen`);
      return seen.result;
    },
  });
  return durable.until("database-available", waitFor(making, signal));
}

/** Whether the plan's database is there. One of this name that is not the plan's is nobody's to take over. */
async function landed({ port, name, plan }: Making, signal: AbortSignal): Promise<Landed<{ name: string }>> {
  const seen = await port.find(name, signal);
  if (!seen) return { is: "not-done" };
  if (!isOf(seen, plan.id)) throw new NotDone(say("nameIsTaken", name));
  return { is: "done", result: { name } };
}

function waitFor({ port, name, beside, wanted, late = [], everyMs, limitMs, expectedMs }: Making, signal: AbortSignal): Wait<SeenNew> {
  return {
    look: async () => {
      const seen = await port.find(name, signal);
      if (!seen) return { is: "waiting", status: "not listed yet" };
      const { status, has, endpoint } = seen;
      if (isBad(status) || status === "deleting") throw new NotDone(say("newEndedBadly", name, status, beside));
      const other = Object.entries(wanted).find(([of, value]) => has[of] !== value);
      if (status !== "available" || !endpoint || (other && late.includes(other[0]))) return { is: "waiting", status };
      if (other) throw new NotDone(say("notAsAsked", name, other[0], String(has[other[0]] ?? "unknown"), String(other[1]), beside));
      return { is: "done", result: seen };
    },
    everyMs,
    limitMs,
    expectedMs,
  };
}

function isOf({ tags }: { tags: Readonly<Record<string, string>> }, planId: string): boolean {
  return tags["gumshoe-plan"] === planId;
}
