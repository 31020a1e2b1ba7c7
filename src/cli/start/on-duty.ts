import { setTimeout as pause } from "node:timers/promises";
import { pauseIn } from "./pause-in.ts";
import type { Log } from "../../slack/log.ts";
import type { Courier } from "../../slack/outbox/courier/courier.ts";

/** What only one of all copies does at a time. `tell` and the others may be repeated at will; `until` ones run until their signal. */
export type Duties = {
  courier: Courier;
  /** Who tells of incidents, and of plans. */
  tellers: Record<"incident" | "plan", { once: () => Promise<void> }>;
  unmatched?: { once: () => Promise<void> };
  /** Settles what diagnoses came to, should the copy that ran one have died before it did. */
  settle: () => Promise<void>;
  lapse: () => Promise<void>;
  /** Ends the plans that can be approved no longer. */
  expire: () => Promise<void>;
  /** Looks after the proofs of repairs. */
  prove: () => Promise<void>;
  forget: (signal: AbortSignal) => Promise<void>;
  until: readonly ((signal: AbortSignal) => Promise<void>)[];
  on: (topic: "outbox" | "incident" | "plan", listener: () => void) => () => void;
  log: Log;
};

const SECOND_MS = 1_000;
const EVERY_MS = { expire: 5_000, prove: 15_000, settle: 60_000, unmatched: 15_000, lapse: 5 * 60_000, forget: 24 * 60 * 60_000 };

/** Does the duties until the signal is aborted, and resolves when all of them have ended. Never rejects. */
export async function onDuty(duties: Duties, signal: AbortSignal): Promise<void> {
  const { courier, unmatched, log, on } = duties;
  log.info({}, "this copy is on duty: it posts, watches and looks after the store");
  const quietly = (doing: string, act: () => Promise<unknown>) => async () => {
    await act().catch((error: unknown) => !signal.aborted && log.error({ err: error }, doing));
  };
  const offs = [on("outbox", courier.ring)];
  const repeated = [
    telling("incident", duties, signal),
    telling("plan", duties, signal),
    every(EVERY_MS.expire, quietly("ending plans whose time is over", duties.expire), signal),
    every(EVERY_MS.prove, quietly("looking after the proofs of repairs", duties.prove), signal),
    every(EVERY_MS.settle, quietly("settling what diagnoses came to", duties.settle), signal),
    every(EVERY_MS.lapse, quietly("giving up incidents of which nothing was heard", duties.lapse), signal),
    every(
      EVERY_MS.forget,
      quietly("deleting what is kept no longer", async () => duties.forget(signal)),
      signal,
    ),
    ...(unmatched ? [every(EVERY_MS.unmatched, quietly("telling of alarms that belong to no environment", unmatched.once), signal)] : []),
  ];
  await Promise.all([
    courier.run(signal),
    ...repeated,
    ...duties.until.map(async (run) => quietly("being on duty", async () => run(signal))()),
  ]);
  for (const off of offs) off();
  log.info({}, "this copy is no longer on duty");
}

/** Tells of incidents, or plans, as soon as something of one changed, and each second anyway. */
async function telling(what: "incident" | "plan", { tellers, on, log }: Duties, signal: AbortSignal): Promise<void> {
  let rung = Promise.withResolvers<void>();
  const off = on(what, () => rung.resolve());
  while (!signal.aborted) {
    rung = Promise.withResolvers();
    await tellers[what].once().catch((error: unknown) => log.error({ err: error }, `telling of ${what}s`));
    const waiting = new AbortController();
    const either = AbortSignal.any([signal, waiting.signal]);
    await Promise.race([rung.promise, pause(SECOND_MS, undefined, { signal: either }).catch(() => {})]);
    waiting.abort();
  }
  off();
}

async function every(ms: number, act: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await act();
    await pauseIn(ms, signal);
  }
}
