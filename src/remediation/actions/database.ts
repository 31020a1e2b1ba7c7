import { say, type PlanSay } from "../../words/plan-say.ts";
import type { Call, Plan, Refused, Touched } from "../plan.ts";

/** A call to AWS, as people approve it and as it is then sent. */
export type AwsCall = Extract<Call, { on: "aws" }>;

/** A database at AWS, as it was just seen. `id` is what no other database ever has; `standby` says that a second one stands by in another zone. */
export type SeenDatabase = {
  service: "lightsail" | "rds";
  name: string;
  id: string;
  arn: string;
  status: string;
  /** The bundle, or the instance class and the kind of storage. */
  plan: string;
  sizeGib: number;
  endpoint: string;
  standby: boolean;
};

/** Looks at the one database that an action is for. Rejects where it is not there, or cannot be seen. */
export type LookAtDatabase = (signal: AbortSignal) => Promise<SeenDatabase>;

/** Statuses that a database does not leave by itself (AWS, "Viewing DB instance status"). */
const BAD = /^(?:failed|storage-full|incompatible-.+|insufficient-capacity|inaccessible-encryption-credentials.*|restore-error|stopped)$/;

/** Whether a status is one that no waiting helps against. */
export function isBad(status: string): boolean {
  return BAD.test(status);
}

/** The refusal to do anything to a database that is busy or broken. */
export function unavailable({ name, status }: SeenDatabase): Refused | undefined {
  return status === "available" ? undefined : { refused: "not-available", because: say("notAvailable", name, status) };
}

/** What of a database must be the same when the plan runs; `more` is what else this plan counts on. */
export function touched(seen: SeenDatabase, more: Touched["state"] = {}): Touched {
  const { name, id, service, status, plan, sizeGib, endpoint, standby } = seen;
  return { kind: "database", name, state: { id, service, status, plan, sizeGib, endpoint, standby, ...more } };
}

/** The AWS call that people approved: what is sent is this, and nothing made up anew. */
export function approvedCall({ draft }: Pick<Plan, "draft">): AwsCall {
  const call = draft.calls.find((each): each is AwsCall => each.on === "aws");
  if (!call) throw new Error("the plan has no call to AWS");
  return call;
}

/** The approved call of an operation, for plans that make more than one. */
export function approvedCallOf({ draft }: Pick<Plan, "draft">, operation: string): AwsCall {
  const call = draft.calls.find((each): each is AwsCall => each.on === "aws" && each.operation === operation);
  if (!call) throw new Error(`the plan has no call of ${operation}`);
  return call;
}

/** The name of what a plan makes: the same for the same plan, and one that Lightsail and RDS take (lower case, no two hyphens in a row). */
export function nameFor({ planId, incident }: { planId: string; incident: number }): string {
  const word = planId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `gumshoe-i${incident}-${word}`.slice(0, 200).replace(/-$/, "");
}

/** The tags by which a plan knows what it made. */
export function tagsFor(planId: string): Record<string, string> {
  return { "managed-by": "gumshoe", "gumshoe-plan": planId };
}

/** What standing still costs while a snapshot begins. */
export function stallOf({ service, standby }: SeenDatabase): PlanSay {
  if (service === "lightsail") return say(standby ? "haPlanDoesNotStall" : "standardPlanStalls");
  return say(standby ? "rdsStandbyDoesNotPause" : "rdsSnapshotPauses");
}
