import { becauseOf, said } from "../../../words/because.ts";
import { say } from "../../../words/plan-say.ts";
import type { HostEnd } from "../switch/host.ts";
import type { OnHost, Ordering } from "../switch/steps.ts";
import type { CopyEnd } from "../switch/story.ts";

/** For how long a copy's host may say nothing. */
const BLIND_MS = 10 * 60_000;

/** The wait itself ends by what the host says, or by its silence; this is only so that it has an end. */
const LIMIT_MS = 7 * 24 * 60 * 60_000;

/** How a copy is waited for: the step's name, how long it should take, how long it may, and whether a halt ends the wait. */
export type CopyWait = { name: string; expectedMs: number; limitMs: number; endsAtHalt?: boolean };

type Said = Readonly<Record<string, string>>;

/** Waits for a copy that was begun, with how far it is. Its end is a result in any case, so that there is a way back from it. */
export async function waitForCopy(
  ordering: Ordering,
  on: OnHost,
  { name, expectedMs, limitMs, endsAtHalt = false }: CopyWait,
): Promise<CopyEnd> {
  const { port, plan, durable, signal, everyMs } = ordering;
  /** How long was waited when the host was last heard; whoever takes the wait over begins anew. */
  let heardMs: number | undefined;
  return durable.until<CopyEnd>(name, {
    endsAtHalt,
    look: async (waitedMs) => {
      heardMs ??= waitedMs;
      const end = await port.ask({ plan, verb: "status", node: on.node, sums: on.sums }, signal).catch((error: unknown): HostEnd => {
        signal.throwIfAborted();
        return { unreachable: becauseOf(error) };
      });
      if ("unreachable" in end) {
        if (waitedMs - heardMs <= BLIND_MS) return { is: "waiting", status: "not reached" };
        return { is: "done", result: { failed: say("hostsNotReached", [on.host], end.unreachable) } };
      }
      heardMs = waitedMs;
      if (end.result === "failed") return { is: "done", result: { failed: say("hostSays", on.host, said(end.because)) } };
      const elapsedMs = 1000 * Number(end.says["elapsed_s"] ?? 0);
      const came = endOf(end.says, on.host) ?? (elapsedMs > limitMs ? { failed: say("tookTooLong", elapsedMs) } : undefined);
      return came ? { is: "done", result: came } : { is: "waiting", ...farOf(end.says) };
    },
    everyMs,
    limitMs: LIMIT_MS,
    expectedMs,
  });
}

/** What a copy came to by its own words; nothing while it runs. One that is to be used says so itself. */
function endOf({ state, mode, usable, fence, fingerprint = "", elapsed_s: elapsed, reason = "" }: Said, host: string): CopyEnd | undefined {
  if (state === "running") return undefined;
  const whole = mode === "rehearse" || (usable === "yes" && fence === "proven" && fingerprint !== "");
  if (state === "done" && whole) return { ok: true, fingerprint, elapsedS: Number(elapsed) };
  return { failed: say("copyFailed", host, said(`${state ?? "unknown"}: ${reason}`)) };
}

/** How far it is: by the time that it takes, where that is known, else by the bytes. Below 100 until it has ended. */
function farOf({ phase = "", table = "", elapsed_s: elapsed, expected_s: expected, bytes_done: done, bytes_total: total }: Said) {
  const [is, of] = Number(expected) > 0 ? [elapsed, expected] : [done, total];
  const percent = Math.floor((100 * Number(is)) / Number(of));
  const status = phase === "data" && table ? `${phase} ${table.slice(0, 80)}` : phase || "begins";
  return { status, ...(percent >= 0 && Number.isFinite(percent) ? { percent: Math.min(99, percent) } : {}) };
}
