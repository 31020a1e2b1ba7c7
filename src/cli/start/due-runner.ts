import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../slack/log.ts";

/** What runs in this copy, whatever is due of one kind. */
export type DueRunner<Taken, Result> = {
  /** Runs one that was begun as this copy's. */
  run: (taken: Taken) => Promise<Result>;
  /** Takes what is due, from now on. */
  begin: () => void;
  /** How many run here. */
  running: () => number;
  /** Takes nothing more, lets what runs end for so long, and stops it then. */
  stop: (limitMs: number) => Promise<void>;
};

/** How one run is told to end: `signal` also where another copy may take it; `leave` says that it is this program that stops. */
export type Stopping = { signal: AbortSignal; leave: () => boolean };

/** What it needs: where what is due comes from, what runs it (and never rejects), and who says that something is due. */
export type Dues<Taken, Result> = {
  what: string;
  takeDue: () => Promise<Taken | undefined>;
  runOne: (taken: Taken, stopping: Stopping) => Promise<Result>;
  onDue: (listener: () => void) => () => void;
  /** Aborted when another copy may take what runs here; another signal takes its place then. */
  lost: () => AbortSignal;
  most: number;
  log: Log;
};

/** What a stopped run may take to say so. */
const LAST_WORDS_MS = 2_000;

type Run = { stop: AbortController; ended: Promise<unknown> };

/** Runs what this copy begins or takes, each to its end. */
export function dueRunner<Taken, Result>({ what, takeDue, runOne, onDue, lost, most, log }: Dues<Taken, Result>): DueRunner<Taken, Result> {
  const runs = new Set<Run>();
  const closed = new AbortController();
  let taking: Promise<void> | undefined;
  let off: (() => void) | undefined;
  const run = async (taken: Taken) => {
    const stop = new AbortController();
    const ended = runOne(taken, { signal: AbortSignal.any([stop.signal, lost()]), leave: () => stop.signal.aborted });
    const entry: Run = { stop, ended };
    runs.add(entry);
    return ended.finally(() => {
      runs.delete(entry);
      take();
    });
  };
  // What is rung for while it is being looked may have come after the look.
  let rung = false;
  const takeAll = async () => {
    while (runs.size < most && !closed.signal.aborted) {
      rung = false;
      const due = await takeDue();
      if (due) void run(due);
      else if (!rung) return;
    }
  };
  const take = () => {
    if (closed.signal.aborted || !off) return;
    rung = true;
    taking ??= takeAll()
      .catch((error: unknown) => log.error({ err: error }, `looking for ${what} that are due`))
      .finally(() => (taking = undefined));
  };
  return {
    run,
    running: () => runs.size,
    begin: () => {
      off = onDue(take);
      take();
    },
    stop: async (limitMs) => {
      closed.abort();
      off?.();
      await taking;
      const all = async () => Promise.all([...runs].map(async ({ ended }) => ended));
      await Promise.race([all(), pause(limitMs)]);
      for (const { stop } of runs) stop.abort();
      await Promise.race([all(), pause(LAST_WORDS_MS)]);
    },
  };
}
