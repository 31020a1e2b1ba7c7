import type { Verdict } from "../../diagnosis/verdict.ts";
import type { Runbook } from "../../runbook/library.ts";
import type { Said } from "../../runbook/schema.ts";

/** Where a diagnosis is told: in a thread of its own in a channel, or in one that is there. */
type Thread = { channel: string; threadTs?: string };

/** Who asked for it, and by which message, if one started it. */
type AskedBy = { userId: string; name: string };

/** What a diagnosis is begun with. */
type Wanted = { id: string; environment: string; runbook: Runbook; thread: Thread; by?: AskedBy; startedAt: Date };

/** A diagnosis that is under way; `headline` resolves with where it can be found, once that stands. */
export type Running = Wanted & {
  stop: AbortController;
  headline: Promise<string | undefined>;
  headlineStands: (ts: string | undefined) => void;
};

/** How the last diagnosis of an environment ended. */
export type Ended = {
  environment: string;
  at: Date;
  how: { verdict: Verdict["verdict"]; titles: readonly Said[] } | "failed" | "stopped";
  channel: string;
  headline: Promise<string | undefined>;
};

/** The diagnoses that are under way, one an environment at most, and the last one of each that has ended; as long as the process lives. */
export type OpenDiagnoses = {
  /** Begin one, unless its environment is being looked at already: then that one. */
  begin: (wanted: Wanted) => { begun: Running } | { running: Running };
  end: (running: Running, how: Ended["how"], at: Date) => void;
  /** It came to nothing, and nobody saw it. */
  forget: (running: Running) => void;
  running: () => readonly Running[];
  last: (environment: string) => Ended | undefined;
  /** Resolves when none is under way, or after `deadlineMs`. */
  idle: (deadlineMs: number) => Promise<void>;
  /** Hears of every beginning and end. */
  onChange: (listener: () => void) => void;
};

/** No diagnosis yet. */
export function noDiagnoses(): OpenDiagnoses {
  const open = new Map<string, Running>();
  const ended = new Map<string, Ended>();
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  return {
    begin: (wanted) => {
      const running = open.get(wanted.environment);
      if (running) return { running };
      const headline = Promise.withResolvers<string | undefined>();
      const begun = { ...wanted, stop: new AbortController(), headline: headline.promise, headlineStands: headline.resolve };
      open.set(wanted.environment, begun);
      changed();
      return { begun };
    },
    end: (running, how, at) => {
      const { environment, thread, headline } = running;
      open.delete(environment);
      ended.set(environment, { environment, at, how, channel: thread.channel, headline });
      changed();
    },
    forget: ({ environment }) => {
      open.delete(environment);
      changed();
    },
    running: () => [...open.values()],
    last: (environment) => ended.get(environment),
    idle: (deadlineMs) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          listeners.delete(look);
          resolve();
        };
        const look = () => void (open.size === 0 && done());
        const timer = setTimeout(done, deadlineMs);
        listeners.add(look);
        look();
      }),
    onChange: (listener) => void listeners.add(listener),
  };
}
