import type { Message } from "../messages/message.ts";

/** Where a message goes: into a channel, or into the thread of a message that stands (by its ts) or is queued itself, now or later (by its key). */
export type Place = { channel: string; thread?: { ts: string } | { key: string } };

/** A file to be attached in a thread, as text or as bytes. Its name is its own in that thread: by it, it is found again. */
export type Attachment = { name: string; title: string } & ({ text: string } | { base64: string });

/** Something to be put into a channel once. The key is the same for the same thing, also after a restart. */
export type Post = Place & { key: string } & ({ message: Message } | { file: Attachment });

/** What became of a post: where it stands, why Slack will never take it, or that it cannot be told whether it stands, and so is not sent again. */
export type Outcome = { ts: string } | { refused: string } | { inDoubt: string };

/** A post that is owed; `sendingSince` is when the last attempt began, where there was one: from then on it may stand. */
export type Owed = { post: Post; sendingSince?: Date };

/** How a message is to look from now on. */
export type Edit = { channel: string; key: string; message: Message };

/** An edit that is owed. A later one of the same message has a higher version, and takes its place. */
export type OwedEdit = Edit & { version: number };

/** Where posts and edits are written down, for all copies of the program; what is written is owed until Slack has it. */
export type OutboxStore = {
  /** A post is owed from now on; a key that is known changes nothing. Returns what became of it, where that is known already. */
  owe: (post: Post) => Promise<Outcome | undefined>;
  outcomeOf: (key: string) => Promise<Outcome | undefined>;
  /** Posts without an outcome, in the order in which they were given. */
  owed: (most: number) => Promise<readonly Owed[]>;
  /** It is about to be sent: from here on it may stand, whatever happens. */
  sending: (key: string, at: Date) => Promise<void>;
  settle: (key: string, outcome: Outcome) => Promise<void>;
  oweEdit: (edit: Edit) => Promise<void>;
  owedEdits: (most: number) => Promise<readonly OwedEdit[]>;
  edited: (key: string, version: number) => Promise<void>;
  pending: () => Promise<number>;
};
