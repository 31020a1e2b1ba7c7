import type { Message } from "../messages/message.ts";

/** Where a message goes: into a channel, or into the thread of a message that stands (by its ts) or is queued itself (by its key). */
export type Place = { channel: string; thread?: { ts: string } | { key: string } };

/** A file to be attached in a thread. */
export type Attachment = { name: string; title: string; text: string };

/** Something to be put into a channel once. The key is the same for the same thing, also after a restart. */
export type Post = Place & { key: string } & ({ message: Message } | { file: Attachment });

/** What became of a post: where it stands, why Slack will never take it, or that it cannot be told whether it stands, and so is not sent again. */
export type Outcome = { ts: string } | { refused: string } | { inDoubt: string };

/**
 * What must outlive the process, if anything shall: which posts are owed, which may have been sent, and where each stands. In memory for now;
 * a store of its own takes its place.
 */
export type OutboxStore = {
  /** A post is owed from now on. Returns what became of it where the key is known already, and "owed" where that is still open. */
  owe: (post: Post) => Promise<Outcome | "owed" | undefined>;
  /** It is about to be sent: from here on it may stand, whatever happens. */
  sending: (key: string) => Promise<void>;
  settle: (key: string, outcome: Outcome) => Promise<void>;
  outcomeOf: (key: string) => Promise<Outcome | undefined>;
};

/** How many settled posts are remembered; a diagnosis makes about ten. */
const REMEMBERED = 5_000;

/** A store that lasts as long as the process. */
export function memoryStore(): OutboxStore {
  const owed = new Set<string>();
  const settled = new Map<string, Outcome>();
  return {
    owe: async ({ key }) => {
      const outcome = settled.get(key) ?? (owed.has(key) ? "owed" : undefined);
      if (outcome === undefined) owed.add(key);
      return outcome;
    },
    sending: async () => {},
    settle: async (key, outcome) => {
      owed.delete(key);
      settled.set(key, outcome);
      const [oldest] = settled.keys();
      if (settled.size > REMEMBERED && oldest !== undefined) settled.delete(oldest);
    },
    outcomeOf: async (key) => settled.get(key),
  };
}
