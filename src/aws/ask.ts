import type { Access } from "./access.ts";
import { AwsFailure, failureOf, isExpired, isSetRight } from "./failures.ts";

type Client = {
  config: { serviceId: string; systemClockOffset?: number; credentials?: (how?: { forceRefresh?: boolean }) => Promise<unknown> };
  send: (command: never, options: { abortSignal: AbortSignal }) => Promise<unknown>;
};
type CommandFor<Output> = { resolveMiddleware: (...args: never[]) => (args: never) => Promise<{ output: Output }> };

/** A read is tried so often; what changes something, once. */
const READ_ATTEMPTS = 5;

/** What AWS's clock said beyond this machine's at the last answer, by the way that was asked; the SDK reads it from the answer. */
const offsets = new WeakMap<object, number>();

/** What AWS's clock says beyond this machine's, in ms, by the last answer that came this way; 0 where none came. */
export function clockOffMs(access: Pick<Access, "region" | "clock">): number {
  return offsets.get(access) ?? 0;
}

/** The wait before the second attempt; each further one is twice as long, up to the longest, of which between half and all is taken. */
const WAIT_MS = { throttled: 500, unclear: 100, longest: 5_000 };

/**
 * One call to AWS, repeated where it was throttled or got no answer, and once where its signature was refused since this machine's clock is off (the SDK has set
 * itself right by then), or its credentials are over though this machine's clock says that they hold (new ones are fetched). Throws an AwsFailure with the reason, also when `signal` ends a call that
 * had met a reason before: "throttled" says more than "too late". Throws the signal's own reason where there is no other.
 */
export async function ask<Output extends object>(
  access: Pick<Access, "region" | "clock">,
  client: Client,
  command: CommandFor<Output>,
  { signal, attempts = READ_ATTEMPTS }: { signal: AbortSignal; attempts?: number },
): Promise<Output> {
  const { region, clock } = access;
  const operation = command.constructor.name.replace(/Command$/, "");
  const began = performance.now();
  let failure: AwsFailure | undefined;
  const already = new Set<string>();
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const output = (await client.send(command as never, { abortSignal: signal })) as Output;
      offsets.set(access, client.config.systemClockOffset ?? 0);
      return output;
    } catch (error) {
      if (error instanceof AwsFailure) throw error;
      if (signal.aborted) break;
      if (await mended(error, client, already)) {
        attempt--;
        continue;
      }
      failure = failureOf(error, { service: client.config.serviceId, operation, region, ms: performance.now() - began });
    }
    if (failure.kind === "refused" || attempt >= attempts) throw failure;
    await clock.sleep(waitMs(failure.kind, attempt), signal);
  }
  if (failure) throw failure;
  // A limit of time that ended the call is AWS's silence; anything else is the caller's own wish.
  const because = signal.reason as unknown;
  if ((because as Error | undefined)?.name !== "TimeoutError") throw because;
  throw failureOf(because, { service: client.config.serviceId, operation, region, ms: performance.now() - began });
}

/** Whether a refusal, which did nothing, is of a kind that the next attempt gets past; each kind once. */
async function mended(error: unknown, { config }: Client, already: Set<string>): Promise<boolean> {
  const kind = isSetRight(error) ? "signature" : isExpired(error) ? "credentials" : undefined;
  if (kind === undefined || already.has(kind)) return false;
  already.add(kind);
  // Where none can be fetched, the next attempt says so.
  if (kind === "credentials") await config.credentials?.({ forceRefresh: true }).catch(() => {});
  return true;
}

function waitMs(kind: "throttled" | "unclear", attempt: number): number {
  return Math.min(WAIT_MS.longest, WAIT_MS[kind] * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
