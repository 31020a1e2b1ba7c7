import { GetCommandInvocationCommand, SSMClient, type GetCommandInvocationCommandOutput } from "@aws-sdk/client-ssm";
import type { HostAnswer } from "../../evidence/gather.ts";
import { reason, type Because } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { DELIVERY_S } from "./command.ts";

/** Right after SendCommand its invocation is not there yet (0.5 to 1 s is usual); after this long it never will be. */
const APPEARS_MS = 15_000;

/** An agent that has not taken the command this long after its time for that was up never will. */
const LATE_MS = 10_000;

/** Of a command on one host: how it ended, or that it still runs. */
export type Heard = HostAnswer | "running";

type Seen = { commandId: string; id: string; ageMs: number; executionTimeoutS: number };

/** What came of a command on one host, as far as it has. Throws an AwsFailure where the call itself fails. */
export async function hear(access: Access, { commandId, id, ageMs, executionTimeoutS }: Seen, signal: AbortSignal): Promise<Heard> {
  const wanted = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: id });
  try {
    return answerOf(await ask(access, access.open(SSMClient), wanted, { signal }), { ageMs, executionTimeoutS });
  } catch (error) {
    if (!(error instanceof AwsFailure && error.code === "InvocationDoesNotExist")) throw error;
    return ageMs < APPEARS_MS ? "running" : { unreachable: reason("undelivered") };
  }
}

/** Status and its details as AWS documents them; the details come with blanks and without. */
function answerOf(told: GetCommandInvocationCommandOutput, { ageMs, executionTimeoutS }: Pick<Seen, "ageMs" | "executionTimeoutS">): Heard {
  const output = told.StandardOutputContent ?? "";
  const details = (told.StatusDetails || told.Status || "").replaceAll(" ", "").toLowerCase();
  switch (details) {
    case "pending":
    case "delayed":
      return ageMs > DELIVERY_S * 1000 + LATE_MS ? { unreachable: reason("deliveryTimedOut", DELIVERY_S) } : "running";
    case "inprogress":
    case "cancelling":
      return "running";
    case "success":
      return { output };
    case "failed":
      // A script that gives up says why in the form that `readFrames` reads.
      return output.includes("gumshoe:1 ") ? { output } : { unreachable: failed(told) };
    case "deliverytimedout":
      return { unreachable: reason("deliveryTimedOut", DELIVERY_S) };
    case "executiontimedout":
      return { unreachable: reason("executionTimedOut", executionTimeoutS) };
    case "timedout":
      return {
        unreachable: told.ResponseCode === -1 ? reason("deliveryTimedOut", DELIVERY_S) : reason("executionTimedOut", executionTimeoutS),
      };
    case "undeliverable":
      return { unreachable: reason("undelivered") };
    case "cancelled":
    case "terminated":
      return { unreachable: reason("cancelled") };
    default:
      return { unreachable: reason("awsRefused", "SSM", told.StatusDetails ?? told.Status ?? "", "") };
  }
}

function failed({ ResponseCode = -1, StandardErrorContent = "", StandardOutputContent = "" }: GetCommandInvocationCommandOutput): Because {
  const firstLine = (StandardErrorContent.trim() || StandardOutputContent.trim()).split("\n", 1)[0] ?? "";
  return reason("commandFailed", ResponseCode, firstLine.slice(0, 160));
}
