import { hold, type Holding } from "./copies/held-connection.ts";

/** What there may be something new of. */
export type Topic = "outbox" | "settled" | "incident" | "diagnosis" | "plan";

/** Tells a copy, at once, of what any copy has written (database/ring.ts). */
export type Wake = {
  /** Calls `listener` when there may be something new, at least once a second; returns what ends that. */
  on: (topic: Topic, listener: () => void) => () => void;
  close: () => Promise<void>;
};

/** The channel of LISTEN and NOTIFY. */
const CHANNEL = "gumshoe";

/** A notice may be lost with its connection, so everything is rung for this often anyway. */
const ANYWAY_MS = 1_000;

/** Listens on a connection of its own, which is taken anew when it is lost. */
export async function openWake(holding: Pick<Holding, "url" | "log" | "revive">, anywayMs = ANYWAY_MS): Promise<Wake> {
  const listeners = new Map<string, Set<() => void>>();
  const wakeAll = (): void => {
    for (const some of listeners.values()) for (const listener of some) listener();
  };
  const held = await hold({
    ...holding,
    doing: "listening for what is new in the store",
    use: async (client, signal) => {
      client.on("notification", ({ payload = "" }) => {
        for (const listener of listeners.get(payload) ?? []) listener();
      });
      await client.query(`listen ${CHANNEL}`);
      wakeAll();
      await aborted(signal);
    },
  });
  const timer = setInterval(wakeAll, anywayMs);
  return {
    on: (topic, listener) => {
      const some = listeners.get(topic) ?? new Set();
      listeners.set(topic, some.add(listener));
      return () => some.delete(listener);
    },
    close: async () => {
      clearInterval(timer);
      listeners.clear();
      await held.close();
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
