import { setTimeout as pause } from "node:timers/promises";
import { SocketModeReceiver, type Logger } from "@slack/bolt";
import type { Log } from "../log.ts";
import { closedSoon, type Link } from "./link.ts";

/** With which token sockets are opened, where, and how long after the first the second. */
export type SocketSettings = { appToken: string; apiUrl: string; apartMs?: number; logger: Logger; log: Log; now: () => Date };

type Socket = { receiver: SocketModeReceiver; isUp: () => boolean };

/** `start()` of a receiver waits for Slack's greeting without end. */
const GREETING_MS = 30_000;

/**
 * Slack renews a socket after a while that is much the same for all: two that were opened together would be renewed together, and both be deaf
 * for five seconds. The second is opened so much later.
 */
const APART_MS = 15_000;

/** A second socket that could not be opened is tried again after this; until then the first takes everything. */
const AGAIN_MS = 30_000;

/** Our two sockets, and for a moment their successors; more means that some are left over, and that deliveries go astray. */
const EXPECTED = 4;

/**
 * Two sockets: at every refresh, each few hours, one of them hears nothing for five seconds (socket-mode 3.1.0), and Slack gives each delivery to
 * one that hears.
 */
export function sockets(settings: SocketSettings): Link {
  const [one, two] = [socket(settings), socket(settings)] as const;
  const { log, now, apartMs = APART_MS } = settings;
  let downSince: Date | undefined;
  let due: NodeJS.Timeout | undefined;
  const openSecond = () => {
    two.receiver.start().catch((error: unknown) => {
      log.error({ err: error }, "opening the second socket to Slack");
      due = setTimeout(openSecond, AGAIN_MS).unref();
    });
  };
  return {
    receiver: one.receiver,
    start: async (app) => {
      two.receiver.init(app);
      await greeted(async () => app.start());
      if (apartMs === 0) await greeted(async () => two.receiver.start());
      else due = setTimeout(openSecond, apartMs).unref();
    },
    stop: async () => {
      clearTimeout(due);
      // The receivers' own stop() resolves while the sockets are still open.
      await closedSoon(Promise.all([one, two].map(async ({ receiver }) => receiver.client.disconnect())), log);
    },
    state: () => {
      const connected = [one, two].filter(({ isUp }) => isUp()).length;
      downSince = connected > 0 ? undefined : (downSince ?? now());
      return { connected, of: 2, ...(downSince === undefined ? {} : { downSince }) };
    },
  };
}

function socket({ appToken, apiUrl, logger, log }: SocketSettings): Socket {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    customPropertiesExtractor: (told: { envelope_id?: string }) => ({ envelopeId: told.envelope_id }),
    // An object of its own: the client writes into it. Many attempts: after the last one it never comes back.
    installerOptions: { clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 100, factor: 1.3, maxTimeout: 10_000 } } },
  });
  let isUp = false;
  receiver.client.on("connected", () => (isUp = true));
  for (const gone of ["connecting", "reconnecting", "disconnecting", "disconnected"]) receiver.client.on(gone, () => (isUp = false));
  receiver.client.on("ws_message", (data: unknown) => {
    if (typeof data === "string" && data.length < 1_000 && data.includes('"hello"')) countConnections(data, log);
  });
  return { receiver, isUp: () => isUp };
}

function countConnections(hello: string, log: Log): void {
  const { num_connections: connections = 0 } = JSON.parse(hello) as { num_connections?: number };
  log.info({ connections }, "a socket to Slack is open");
  if (connections > EXPECTED) log.warn({ connections, expected: EXPECTED }, "sockets of this app are open that are not ours");
}

/** Start a receiver, or say that Slack did not greet it. */
async function greeted(start: () => Promise<unknown>): Promise<void> {
  const overdue = new AbortController();
  const late = pause(GREETING_MS, undefined, { signal: overdue.signal }).then(() => {
    throw new Error(`opening a socket to Slack: no greeting within ${GREETING_MS / 1000} s`);
  });
  late.catch(() => {});
  try {
    await Promise.race([start(), late]);
  } finally {
    overdue.abort();
  }
}
