import type { AwsCall } from "../../../remediation/actions/database.ts";
import type { MakeDatabase } from "../../../remediation/actions/new-database.ts";
import { NotDone } from "../../../remediation/durable.ts";
import type { Plan } from "../../../remediation/plan.ts";
import type { Because } from "../../../words/because.ts";
import type { Unmade } from "../../../words/plan-disk-say.ts";
import { say } from "../../../words/plan-say.ts";
import { AwsFailure } from "../../failures.ts";
import type { actingAs } from "../session.ts";
import { refusalOf, sendApproved } from "../send.ts";

/** How refusals of AWS sort, by their code and message (RDS, Lightsail; CreateDBInstance, RestoreDBInstanceFromDBSnapshot). */
const KINDS: readonly (readonly [kind: Unmade, pattern: RegExp])[] = [
  ["linked-role", /service.linked role/i],
  ["quota", /Quota|LimitExceeded|exceed(?:s|ed)? .*(?:limit|maximum)|maximum number/i],
  ["capacity", /Insufficient\w*Capacity|NotAvailableInAZ|StorageTypeNotSupported/],
  ["network", /InvalidVPCNetworkState|InvalidSubnet|DBSubnetGroup|different VPCs|security group/i],
];

/** Sends the approved call that makes a database, once. What AWS refuses is said with what stands and what to do. */
export function makes(acts: ReturnType<typeof actingAs>, nameTaken: RegExp): MakeDatabase["create"] {
  return async (plan: Plan, call: AwsCall, signal: AbortSignal) => {
    try {
      await sendApproved(acts(plan), call, signal);
      return "sent";
    } catch (error) {
      const { code = "", message = "" } = refusalOf(error) ?? {};
      if (nameTaken.test(`${code} ${message}`)) return "name-taken";
      const because = reasonOf(error);
      if (!because) throw error;
      const kind = KINDS.find(([, pattern]) => pattern.test(`${code} ${message}`))?.[0] ?? "other";
      throw new NotDone(say("nothingMade", plan.draft.touches[0]?.name ?? "", because, kind), error);
    }
  };
}

/** Why AWS surely did not take a call; nothing where that is not sure. */
export function reasonOf(error: unknown): Because | undefined {
  if (!(error instanceof NotDone)) return undefined;
  return error.cause instanceof AwsFailure ? error.cause.because : undefined;
}
