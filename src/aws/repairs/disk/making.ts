import type { AwsCall } from "../../../remediation/actions/database.ts";
import type { MakeDatabase } from "../../../remediation/actions/new-database.ts";
import { NotDone } from "../../../remediation/durable.ts";
import type { Plan } from "../../../remediation/plan.ts";
import type { Because } from "../../../words/because.ts";
import { say } from "../../../words/plan-say.ts";
import { AwsFailure } from "../../failures.ts";
import type { actingAs } from "../session.ts";
import { refusalOf, sendApproved } from "../send.ts";
import { unmadeBy } from "../unmade.ts";

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
      throw new NotDone(say("nothingMade", plan.draft.touches[0]?.name ?? "", because, unmadeBy(error)), error);
    }
  };
}

/** Why AWS surely did not take a call; nothing where that is not sure. */
export function reasonOf(error: unknown): Because | undefined {
  if (!(error instanceof NotDone)) return undefined;
  return error.cause instanceof AwsFailure ? error.cause.because : undefined;
}
