import type { WebClient } from "@slack/web-api";
import type { DiagnosisEnd } from "../../diagnosis/diagnoses.ts";
import type { Log } from "../log.ts";

/** The message that a diagnosis was started from. */
export type Source = { channel: string; ts: string };

/** Marks on the message that a diagnosis was started from, so that whoever reads it sees that somebody looks, and how it ended. */
export type SourceMarks = { begun: (source: Source) => Promise<void>; ended: (source: Source, how: DiagnosisEnd["how"]) => Promise<void> };

const LOOKING = "eyes";

/** Marks as reactions. They say nothing that the thread does not, so what goes wrong with them is only logged. */
export function reactionsOver(client: WebClient, log: Log): SourceMarks {
  const quietly = async (doing: () => Promise<unknown>) => {
    try {
      await doing();
    } catch (error) {
      log.debug({ err: error }, "marking the message that a diagnosis was started from");
    }
  };
  return {
    begun: async ({ channel, ts }) => quietly(async () => client.reactions.add({ channel, timestamp: ts, name: LOOKING })),
    ended: async ({ channel, ts }, how) => {
      const name = how === "judged" ? "white_check_mark" : "x";
      await quietly(async () => client.reactions.add({ channel, timestamp: ts, name }));
      await quietly(async () => client.reactions.remove({ channel, timestamp: ts, name: LOOKING }));
    },
  };
}
