import { becauseOf } from "../words/because.ts";
import { say } from "../words/plan-say.ts";
import { NotDone, Stopped, type Change, type Durable, type Progress, type Wait } from "./durable.ts";
import type { Halt } from "./plans.ts";

/** A step as it is written down. `answer` is what a person said, where it was asked whether the step took place. */
export type Step = { begunAt: Date; done?: { result: unknown }; answer?: { landed: boolean; at: Date } };

/** A step that is to begin. */
export type Beginning = { kind: "change" | "wait"; intent: Change<unknown>["intent"]; evenHalted?: boolean };

/** Where the steps of one plan are written down, with their place in the audit. */
export type Steps = {
  read: (name: string) => Promise<Step | undefined>;
  /** Whether a change was begun. */
  anyBegun: () => Promise<boolean>;
  /**
   * Keeps the intent, in one transaction with the look for a halt: where there is one, nothing is begun but what may be begun in spite of it. A wait changes nothing, and is no
   * change begun.
   */
  begin: (name: string, what: Beginning, now: Date) => Promise<{ begun: Step } | { halt: Halt }>;
  done: (name: string, result: unknown, now: Date) => Promise<void>;
  halt: () => Promise<Halt | undefined>;
};

/** What carrying out durably needs: steps, a clock, who hears how far it is, and the signal by which this copy lets go. */
export type Running = {
  steps: Steps;
  now: () => Date;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
};

/** An attempt whose answer was lost is looked for; where it surely did not take place it is made once more. */
const MOST_ATTEMPTS = 2;

/** A look that fails while something is waited for is only another one that has not told; so many in a row are not. */
const MOST_BLIND_LOOKS = 20;

/** What may be over in a moment is looked at soon, and then at longer and longer intervals, up to the wait's own. A look that failed waits for that. */
const SOON_MS = 1_000;
const GROWTH = 0.25;

/** Steps that are each done once, over what is written down of them. */
export function runDurably(running: Running): Durable {
  return {
    begun: running.steps.anyBegun,
    change: async (name, change) => changeOnce(running, name, change),
    until: async (name, wait) => waitUntil(running, name, wait),
  };
}

async function changeOnce<Result>(running: Running, name: string, change: Change<Result>): Promise<Result> {
  const { steps, now, onProgress } = running;
  const before = await steps.read(name);
  if (before?.done) return before.done.result as Result;
  const step = before ?? (await begin(running, name, { kind: "change", ...change }));
  onProgress({ step: name, state: "begun", elapsedMs: now().getTime() - step.begunAt.getTime() });
  const result = await attempts(running, name, { change, step, attempted: before !== undefined });
  await steps.done(name, result, now());
  onProgress({ step: name, state: "done", elapsedMs: now().getTime() - step.begunAt.getTime() });
  return result;
}

async function begin({ steps, now }: Running, name: string, { kind, intent, evenHalted = false }: Beginning): Promise<Step> {
  const begun = await steps.begin(name, { kind, intent, evenHalted }, now());
  if ("halt" in begun) throw new Stopped("halted", name, say("halted", begun.halt.by.name));
  return begun.begun;
}

type Attempting<Result> = { change: Change<Result>; step: Step; attempted: boolean };

async function attempts<Result>(running: Running, name: string, given: Attempting<Result>): Promise<Result> {
  const { change, step } = given;
  const answer = step.answer;
  if (answer?.landed) return asAnswered(change, step);
  // Who says that it did not take place says so of all that was sent before.
  let attempted = given.attempted && answer === undefined;
  const begunAt = answer?.at ?? step.begunAt;
  for (let attempt = 1; ; attempt++) {
    running.signal.throwIfAborted();
    const landed = await change.landed({ begunAt, attempted }).catch((error: unknown) => {
      running.signal.throwIfAborted();
      if (error instanceof NotDone) throw new Stopped("failed", name, error.because, error);
      return { is: "unclear" as const, because: say("notSeen", name, becauseOf(error)) };
    });
    if (landed.is === "done") return landed.result;
    if (landed.is === "unclear") throw new Stopped("asks", name, landed.because);
    const halt = change.evenHalted ? undefined : await running.steps.halt();
    if (halt) throw new Stopped("halted", name, say("halted", halt.by.name));
    try {
      return await change.act();
    } catch (error) {
      if (error instanceof NotDone) throw new Stopped("failed", name, error.because, error);
      running.signal.throwIfAborted();
      if (attempt === MOST_ATTEMPTS) throw new Stopped("asks", name, say("answerLost", becauseOf(error)), error);
      attempted = true;
    }
  }
}

/** People say that it took place: what it came to is looked at, where that can be. */
async function asAnswered<Result>(change: Change<Result>, { begunAt }: Step): Promise<Result> {
  const landed = await change.landed({ begunAt, attempted: true }).catch(() => undefined);
  return landed?.is === "done" ? landed.result : (null as Result);
}

/** Between two looks no more time than this passes, beside the pause: what a clock says beyond that, it has jumped. */
const LONGEST_LOOK_MS = 2 * 60_000;

/** Counts how long something is waited for: since it was begun, and from now on by what passes between two looks. */
function waiting({ now }: Running, begunAt: Date): { ms: () => number; pausing: (ms: number) => void } {
  let [last, pausedMs] = [now().getTime(), 0];
  let waitedMs = Math.max(0, last - begunAt.getTime());
  return {
    ms: () => {
      const at = now().getTime();
      waitedMs += Math.min(pausedMs + LONGEST_LOOK_MS, Math.max(0, at - last));
      [last, pausedMs] = [at, 0];
      return waitedMs;
    },
    pausing: (ms) => void (pausedMs += ms),
  };
}

async function waitUntil<Result>(running: Running, name: string, wait: Wait<Result>): Promise<Result> {
  const { steps, now, sleep, onProgress, signal } = running;
  const { look, everyMs, limitMs, expectedMs, evenHalted = false, endsAtHalt } = wait;
  const before = await steps.read(name);
  if (before?.done) return before.done.result as Result;
  const step = before ?? (await begin(running, name, { kind: "wait", intent: { limitMs, expectedMs }, evenHalted }));
  const { ms: elapsed, pausing } = waiting(running, step.begunAt);
  const pause = async (isBlind: boolean) => {
    const ms = isBlind ? everyMs : Math.min(everyMs, Math.max(SOON_MS, elapsed() * GROWTH));
    pausing(ms);
    await sleep(ms, signal);
  };
  for (let blind = 0; ; await pause(blind > 0)) {
    signal.throwIfAborted();
    const seen = await look(elapsed()).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof NotDone) throw new Stopped("failed", name, error.because, error);
      if (++blind >= MOST_BLIND_LOOKS) throw new Stopped("failed", name, say("notSeen", name, becauseOf(error)), error);
      return undefined;
    });
    if (seen?.is === "done") {
      await steps.done(name, seen.result, now());
      onProgress({ step: name, state: "done", elapsedMs: elapsed(), expectedMs });
      return seen.result;
    }
    if (seen) {
      blind = 0;
      const { status, percent } = seen;
      onProgress({ step: name, state: "waiting", elapsedMs: elapsed(), expectedMs, status, ...(percent === undefined ? {} : { percent }) });
    }
    const halt = endsAtHalt ? await steps.halt() : undefined;
    if (halt) throw new Stopped("halted", name, say("halted", halt.by.name));
    if (elapsed() > limitMs) throw new Stopped("late", name, say("tookTooLong", elapsed()));
  }
}
