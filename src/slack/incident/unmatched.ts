import type { Environment } from "../../config/config.ts";
import type { Words } from "../../words/en.ts";
import { unmatchedMessage, type Unmatched } from "../messages/incident/unmatched.ts";
import type { Outbox } from "../outbox/outbox.ts";

/** The alarms of a day (2026-11-26, in UTC) that belong to no environment. */
type UnmatchedFeed = { today: (day: string) => Promise<readonly Unmatched[]> };

/** What it takes to tell of them. */
export type UnmatchedTeller = {
  feed: UnmatchedFeed;
  outbox: Pick<Outbox, "owe" | "oweEdit">;
  words: Words;
  environments: ReadonlyMap<string, Environment>;
  /** Where they are told; the default channel. */
  channel: string;
  now: () => Date;
};

/**
 * One message a day counts the alarms that belong to no environment, and is edited in place. `once` brings it up to date, and that of yesterday at the
 * turn of the day. Rejects where the store cannot be read or written; the next call does what is missing.
 */
export function tellUnmatched({ feed, outbox, words, environments, channel, now }: UnmatchedTeller): { once: () => Promise<void> } {
  const given = new Map<string, string>();
  const tell = async (day: string) => {
    const alarms = await feed.today(day);
    if (alarms.length === 0) return;
    const message = unmatchedMessage(day, alarms, [...environments.keys()][0] ?? "prod", words);
    const form = JSON.stringify(message);
    if (given.get(day) === form) return;
    const key = `unmatched:${day}`;
    await outbox.owe({ channel, key, message });
    // Whether it was posted before, by this process or an earlier one, does not matter: the edit makes it as it is now.
    await outbox.oweEdit({ channel, key, message });
    given.set(day, form);
  };
  let today: string | undefined;
  return {
    once: async () => {
      const day = now().toISOString().slice(0, 10);
      const before = today;
      if (before !== undefined && before !== day) await tell(before);
      await tell(day);
      if (before !== day) given.delete(before ?? "");
      today = day;
    },
  };
}
