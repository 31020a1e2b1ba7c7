import { ListCommandInvocationsCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { HostAnswer } from "../../evidence/gather.ts";
import { reason, type Because } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { together } from "../together.ts";
import { DELIVERY_S } from "./command.ts";
import { hear } from "./invocation.ts";

/** A command that runs: on which nodes, since when, how long its slowest step may take and how long SSM lets it run. */
export type Followed = { commandId: string; ids: readonly string[]; sentAt: Date; slowestMs: number; executionTimeoutS: number };

/** Beyond the two limits that SSM itself holds, a command is given up after this. */
const GRACE_S = 15;

/** What a script takes beyond its slowest step, at most: it packs its results, or gives up what does not end. */
const PACKING_MS = 4_000;

/** Invocations that are looked at together: one call lists as many. */
const PAGE = 50;

/** So few hosts are asked for their answers at once; of more it is first looked who has ended. */
const FEW = 3;

/** Outputs fetched at the same time. */
const AT_ONCE = 5;

const AT_WORK: readonly (string | undefined)[] = ["InProgress", "Cancelling"];
const NOT_YET: readonly (string | undefined)[] = ["Pending", "Delayed"];

/**
 * Milliseconds until the next look at a command: 0.3 s, then 0.5 s and from the 4th second on a part of its age, so that no answer waits long in
 * proportion to what it took; at most 1 s while its slowest step may still run, then 1.5 … 3 s. Many hosts are looked at less often, since each
 * look costs more calls.
 */
export function pauseMs(ageMs: number, slowestMs: number, hosts: number): number {
  const young = ageMs < 300 ? 300 : Math.min(1_000, Math.max(500, ageMs * 0.15));
  const old = Math.min(3_000, 1_500 + Math.max(0, ageMs - slowestMs) / 8);
  return (ageMs <= slowestMs + PACKING_MS ? young : old) * (1 + Math.floor(hosts / (PAGE + 1)));
}

/**
 * Follows a command on all its hosts until each has answered; `onEnd` hears of each at once. Gives up where AWS refuses to tell, or when the
 * command had to have ended: returns the ids of those that still may run, and why nothing more will be heard. Ends early, with the rest, when
 * `signal` is aborted.
 */
export async function follow(
  access: Access,
  { commandId, ids, sentAt, slowestMs, executionTimeoutS }: Followed,
  { onEnd, signal }: { onEnd: (id: string, answer: HostAnswer) => void; signal: AbortSignal },
): Promise<{ left: ReadonlySet<string>; because: Because }> {
  const left = new Set(ids);
  const deadlineMs = (DELIVERY_S + executionTimeoutS + GRACE_S) * 1000;
  let trouble: Because | undefined;
  const ageMs = () => access.clock.now().getTime() - sentAt.getTime();
  while (left.size > 0 && ageMs() < deadlineMs) {
    await access.clock.sleep(pauseMs(ageMs(), slowestMs, left.size), signal);
    if (signal.aborted) break;
    try {
      const ended = left.size <= FEW ? [...left] : await endedOf(access, { commandId, left, ageMs: ageMs() }, signal);
      await together(ended, AT_ONCE, async (id) => {
        const heard = await hear(access, { commandId, id, ageMs: ageMs(), executionTimeoutS }, signal);
        if (heard === "running" || !left.delete(id)) return;
        onEnd(id, heard);
      });
      trouble = undefined;
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof AwsFailure)) throw error;
      // What passes by itself is waited for, and told where it did not pass.
      trouble = error.because;
      if (error.kind === "refused") break;
    }
  }
  return { left, because: trouble ?? reason("executionTimedOut", executionTimeoutS) };
}

type Listed = { commandId: string; left: ReadonlySet<string>; ageMs: number };

/** The hosts of which there may be something to hear: their command has ended, or it is late, or it never came up in the list. */
async function endedOf(access: Access, { commandId, left, ageMs }: Listed, signal: AbortSignal): Promise<string[]> {
  const statuses = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const wanted = new ListCommandInvocationsCommand({ CommandId: commandId, MaxResults: PAGE, ...(NextToken ? { NextToken } : {}) });
    const page = await ask(access, access.open(SSMClient), wanted, { signal });
    for (const { InstanceId = "", Status = "" } of page.CommandInvocations ?? []) statuses.set(InstanceId, Status);
    NextToken = page.NextToken;
  } while (NextToken);
  const waiting = ageMs < DELIVERY_S * 1000 ? [...AT_WORK, ...NOT_YET, undefined] : AT_WORK;
  return [...left].filter((id) => !waiting.includes(statuses.get(id)));
}
