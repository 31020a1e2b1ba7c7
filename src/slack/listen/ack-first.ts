import type { AnyMiddlewareArgs, App } from "@slack/bolt";
import type { Log } from "../log.ts";
import { deliveryKey, type IsFirst } from "./deliveries.ts";

/** Slack shows the person an error when an acknowledgement takes 3 s; from here on it is worth a line in the log. */
const SLOW_MS = 1_000;

/** What is being done for deliveries that were taken. */
export type Taken = { inFlight: () => number };

/**
 * The first thing that is done with every delivery: acknowledge it, then drop what was taken before, then count it as long as it takes. Whatever
 * listens comes after, so nothing can delay an acknowledgement but the event loop itself.
 */
export function ackFirst(app: App, isFirst: IsFirst, log: Log): Taken {
  let inFlight = 0;
  app.use(async ({ body, context, next, ...args }) => {
    const began = performance.now();
    // Events are acknowledged by Bolt itself, before anybody hears of them.
    await acknowledge(args as unknown as AnyMiddlewareArgs, log);
    const ms = Math.round(performance.now() - began);
    if (ms >= SLOW_MS) log.warn({ ms, type: (body as { type?: string }).type ?? "command" }, "acknowledging took long");
    const key = deliveryKey(body as Parameters<typeof deliveryKey>[0], context["envelopeId"] as string | undefined);
    if (key !== undefined && !(await isFirst(key))) {
      log.info({ key, retry: context.retryNum }, "delivered before");
      return;
    }
    inFlight++;
    try {
      await next();
    } finally {
      inFlight--;
    }
  });
  return { inFlight: () => inFlight };
}

/** A socket that closed meanwhile takes no acknowledgement; the person sees an error, and what they asked for is done all the same. */
async function acknowledge(args: AnyMiddlewareArgs, log: Log): Promise<void> {
  if (!("ack" in args) || typeof args.ack !== "function") return;
  try {
    await (args.ack as () => Promise<void>)();
  } catch (error) {
    log.error({ err: error }, "acknowledging");
  }
}
