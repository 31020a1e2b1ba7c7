import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { connect, type Line } from "../database/connect.ts";
import type { StoreLog } from "../database/log.ts";

/** A connection that is held: `close` ends it and what is done with it. */
export type Held = { close: () => Promise<void> };

/** What a held connection is for. `use` is done once a connection; it resolves or rejects when the connection is no good, or `signal` aborts. */
export type Holding = {
  url: string;
  log: StoreLog;
  /** For the log, such as "listening for what is new". */
  doing: string;
  /** Lets a server that is gone run again, where that is ours to do. */
  revive: () => Promise<void>;
  use: (client: Client, signal: AbortSignal) => Promise<void>;
};

/** Milliseconds between two attempts to connect: twice as long after each, up to the second. */
const AGAIN_MS = { least: 250, most: 5_000 };

/** Holds a connection of its own to the store, and takes a new one whenever it is lost. Resolves when it stands for the first time, else rejects. */
export async function hold(holding: Holding): Promise<Held> {
  const closing = new AbortController();
  let line: Line | undefined = await connect(holding.url);
  const run = async (): Promise<void> => {
    for (let waitMs = AGAIN_MS.least; ; waitMs = line ? AGAIN_MS.least : Math.min(2 * waitMs, AGAIN_MS.most)) {
      if (line) await useUp(line, holding, closing.signal);
      await pause(waitMs, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      line = await again(holding, closing.signal);
    }
  };
  const running = run();
  return {
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

async function useUp({ client, leave }: Line, { log, doing, use }: Holding, closing: AbortSignal): Promise<void> {
  const gone = new AbortController();
  client.on("end", () => gone.abort()).on("error", () => gone.abort());
  try {
    await use(client, AbortSignal.any([closing, gone.signal]));
  } catch (error) {
    if (!closing.aborted) log.warn({ err: error }, doing);
  } finally {
    await leave();
  }
}

async function again({ url, log, doing, revive }: Holding, closing: AbortSignal): Promise<Line | undefined> {
  try {
    await revive();
    return await connect(url);
  } catch (error) {
    if (!closing.aborted) log.warn({ err: error }, doing);
    return undefined;
  }
}
