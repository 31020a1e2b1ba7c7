import { setTimeout as pause } from "node:timers/promises";
import type { App, Receiver } from "@slack/bolt";
import type { Log } from "../log.ts";

/** How many connections stand over which Slack reaches us, of how many, and since when none does. */
export type LinkState = { connected: number; of: number; downSince?: Date };

/** The way Slack reaches us: `receiver` belongs to the app from the start, `start` lets deliveries in. */
export type Link = { receiver: Receiver; start: (app: App) => Promise<void>; stop: () => Promise<void>; state: () => LinkState };

/** Closing a socket that reconnects takes five seconds and more; nobody waits that long. */
const CLOSING_MS = 2_000;

/** Wait for something to be closed, and no longer than 2 s. Never throws. */
export async function closedSoon(closed: Promise<unknown>, log: Log): Promise<void> {
  await Promise.race([closed, pause(CLOSING_MS)]).catch((error: unknown) => log.warn({ err: error }, "closing the connections to Slack"));
}
