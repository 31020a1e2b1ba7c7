import { HTTPReceiver, type Logger } from "@slack/bolt";
import type { Log } from "../log.ts";
import { closedSoon, type Link } from "./link.ts";

/** With which secret requests are signed, and where they are taken (POST /slack/events). */
export type HttpSettings = { signingSecret: string; port: number; logger: Logger; log: Log };

/** Signed requests over HTTP: for a public address that something in front of it serves with TLS. */
export function signedHttp({ signingSecret, port, logger, log }: HttpSettings): Link {
  const receiver = new HTTPReceiver({ signingSecret, port, logger });
  let listening = false;
  return {
    receiver,
    start: async (app) => {
      await app.start(port);
      listening = true;
    },
    stop: async () => {
      listening = false;
      await closedSoon(receiver.stop(), log);
    },
    state: () => ({ connected: listening ? 1 : 0, of: 1 }),
  };
}
