import type { Outcome, OutboxStore, Owed, OwedEdit } from "../../src/slack/outbox/entry.ts";

/** A store of an outbox in memory, with what stands in it, and a switch that makes it fail. */
export type PlainOutbox = OutboxStore & {
  posts: Map<string, Owed & { outcome?: Outcome }>;
  edits: Map<string, OwedEdit & { sent: number }>;
  down: { is: boolean };
  onSettled: (listener: () => void) => void;
  onOwed: (listener: () => void) => void;
};

/** An empty one. It is shared by whoever is given it, as the rows of a database are. */
export function plainOutbox(): PlainOutbox {
  const posts: PlainOutbox["posts"] = new Map();
  const edits: PlainOutbox["edits"] = new Map();
  const down = { is: false };
  const listeners = { settled: new Set<() => void>(), owed: new Set<() => void>() };
  const tell = (topic: keyof typeof listeners) => listeners[topic].forEach((listener) => listener());
  const owedPosts = () => [...posts.values()].filter(({ outcome }) => !outcome);
  const owedEdits = () => [...edits.values()].filter(({ version, sent }) => version > sent);
  const up = () => {
    if (down.is) throw new Error("the store is down");
  };
  return {
    posts,
    edits,
    down,
    onSettled: (listener) => void listeners.settled.add(listener),
    onOwed: (listener) => void listeners.owed.add(listener),
    owe: async (post) => {
      up();
      const known = posts.get(post.key);
      if (known) return known.outcome;
      posts.set(post.key, { post: structuredClone(post) });
      tell("owed");
      return undefined;
    },
    outcomeOf: async (key) => {
      up();
      return posts.get(key)?.outcome;
    },
    owed: async (most) => {
      up();
      return owedPosts()
        .slice(0, most)
        .map((row) => ({ ...row }));
    },
    sending: async (key, at) => {
      up();
      posts.get(key)!.sendingSince = at;
    },
    settle: async (key, outcome) => {
      up();
      posts.get(key)!.outcome = outcome;
      tell("settled");
    },
    oweEdit: async (edit) => {
      up();
      const before = edits.get(edit.key);
      edits.set(edit.key, { ...structuredClone(edit), version: (before?.version ?? 0) + 1, sent: before?.sent ?? 0 });
      tell("owed");
    },
    owedEdits: async (most) => {
      up();
      // As rows of a database: what is read twice is two things that say the same.
      return owedEdits()
        .slice(0, most)
        .map((row) => ({ ...row }));
    },
    edited: async (key, version) => {
      up();
      const edit = edits.get(key)!;
      edit.sent = Math.max(edit.sent, version);
    },
    pending: async () => {
      up();
      return owedPosts().length + owedEdits().length;
    },
  };
}
