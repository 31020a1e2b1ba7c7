import type { Clock } from "../../clock.ts";
import type { DeliveryFault, FaultBook } from "../faults.ts";
import type { Delivery } from "../people.ts";
import { DispatchFailed, type Envelope, type Transport } from "./envelope.ts";

/** Tells the app something once, and waits for its acknowledgement as long as Slack has patience. */
export type Deliver = (envelope: Omit<Envelope, "id">) => Promise<Delivery>;

type Parts = { clock: Clock; faults: FaultBook; transport: Transport; closing: AbortSignal; patienceMs: number };

/** Delivery over a transport, with the faults that befall it. */
export function createDeliver(parts: Parts): Deliver {
  return async (given) => {
    const envelope: Envelope = { id: crypto.randomUUID(), ...given };
    const startedAt = parts.clock.now().getTime();
    const overdue = new AbortController();
    const timeout = parts.clock.sleep(parts.patienceMs, overdue.signal).then(() => ({ error: "operation_timeout" }) as const);
    const outcome = await Promise.race([timeout, sent(envelope, parts)]);
    overdue.abort();
    const ms = parts.clock.now().getTime() - startedAt;
    return "error" in outcome ? { acked: false, ms, error: outcome.error } : { acked: true, ms, payload: outcome.payload };
  };
}

type Outcome = { payload: unknown } | { error: "dispatch_failed" };

/** Nobody hears what comes of it. */
const never = () => new Promise<Outcome>(() => {});

async function sent(envelope: Envelope, parts: Parts): Promise<Outcome> {
  const { clock, faults, closing } = parts;
  const fault = (kind: DeliveryFault["kind"]) => faults.ofDelivery(envelope.type, kind);
  const late = fault("late");
  if (late?.kind === "late") await clock.sleep(late.delayMs, closing);
  if (fault("lost")) return never();
  const unheard = fault("lost-ack") !== undefined;
  const twice = fault("duplicate");
  const signature = fault("wrong-signature") ? "wrong" : fault("old-signature") ? "old" : undefined;
  const outcome = attempt(envelope, parts, signature).then((came) => came ?? never());
  if (twice?.kind === "duplicate") void attempt(copyOf(envelope, twice), parts);
  return unheard ? never() : outcome;
}

/** One attempt, which hangs up as Slack does when its patience ends, and then has no outcome. */
async function attempt(
  envelope: Envelope,
  { clock, transport, closing, patienceMs }: Parts,
  signature?: "wrong" | "old",
): Promise<Outcome | undefined> {
  const hungUp = new AbortController();
  const over = new AbortController();
  void clock.sleep(patienceMs, over.signal).then(() => hungUp.abort());
  try {
    const signal = AbortSignal.any([closing, hungUp.signal]);
    return { payload: await transport(envelope, { signal, ...(signature ? { signature } : {}) }) };
  } catch (error) {
    if (!(error instanceof DispatchFailed)) throw error;
    return hungUp.signal.aborted ? undefined : { error: "dispatch_failed" };
  } finally {
    over.abort();
  }
}

function copyOf(envelope: Envelope, { envelope: same, retryAttempt }: DeliveryFault & { kind: "duplicate" }): Envelope {
  const id = same === "same" ? envelope.id : crypto.randomUUID();
  return { ...envelope, id, ...(retryAttempt === 1 ? { retry: { attempt: 1, reason: "timeout" } } : {}) };
}
