import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log.ts";

/** Whether something is delivered for the first time. */
export type IsFirst = (key: string) => Promise<boolean>;

/** Slack repeats an event for up to six minutes, and sometimes later. */
const REMEMBERED_MS = 15 * 60_000;

/** Deliveries remembered; beyond that the oldest go, whatever their age. */
const MOST = 50_000;

/** Remembers deliveries for 15 minutes, as long as the process lives. */
export function firstInMemory(now: () => Date): IsFirst {
  const seen = new Map<string, number>();
  return async (key) => {
    const at = now().getTime();
    for (const [old, since] of seen) {
      if (since > at - REMEMBERED_MS && seen.size < MOST) break;
      seen.delete(old);
    }
    if (seen.has(key)) return false;
    seen.set(key, at);
    return true;
  };
}

/** A store that takes longer is not waited for: a dialog's trigger lives for 3 s. */
const STORE_MS = 500;

/**
 * Whether something is delivered for the first time, to any copy: asked of this copy's memory, then of the store. Where that does not answer, what is
 * new to this copy counts as new. Never rejects.
 */
export function firstAnywhere(memory: IsFirst, store: IsFirst, log: Log): IsFirst {
  return async (key) => {
    if (!(await memory(key))) return false;
    const late = new AbortController();
    const waited = pause(STORE_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error(`the store does not answer within ${STORE_MS} ms`);
    });
    waited.catch(() => {});
    try {
      return await Promise.race([store(key), waited]);
    } catch (error) {
      log.warn({ key, err: error }, "looking whether it was delivered before; it counts as new");
      return true;
    } finally {
      late.abort();
    }
  };
}

type Body = {
  event_id?: string;
  trigger_id?: string;
  type?: string;
  user?: { id?: string };
  container?: { message_ts?: string };
  actions?: { action_ts?: string }[];
};

/**
 * What makes two deliveries the same: an event's id, the trigger of a command, a shortcut or a dialog, and of a click the message, the moment and
 * the person. The number of the attempt says nothing: the second may be the only one that arrives. `undefined` where Slack tells none of it.
 */
export function deliveryKey(body: Body, envelopeId: string | undefined): string | undefined {
  if (body.event_id !== undefined) return `event ${body.event_id}`;
  const actionTs = body.actions?.[0]?.action_ts;
  if (body.type === "block_actions" && actionTs !== undefined)
    return `click ${body.container?.message_ts ?? ""} ${actionTs} ${body.user?.id ?? ""}`;
  if (body.trigger_id !== undefined) return `trigger ${body.trigger_id}`;
  return envelopeId === undefined ? undefined : `envelope ${envelopeId}`;
}
