import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { Ring } from "../database/ring.ts";
import { doing } from "../database/doing.ts";
import { storableKey } from "../rows/storable.ts";
import { owedEdits, oweEdit, type Edit, type OwedEdit } from "./edits.ts";
import { owedPosts, owe, settle, type Owed } from "./posts.ts";

/** What the outbox keeps for whoever sends it: posts and edits by key, and what became of the posts. All of it is kept as JSON. */
export type OutboxRows<Post extends { key: string; channel: string }, Message, Outcome> = {
  owe: (post: Post) => Promise<Outcome | undefined>;
  outcomeOf: (key: string) => Promise<Outcome | undefined>;
  owed: (most: number) => Promise<readonly Owed<Post>[]>;
  sending: (key: string, at: Date) => Promise<void>;
  settle: (key: string, outcome: Outcome) => Promise<void>;
  oweEdit: (edit: Edit<Message>) => Promise<void>;
  owedEdits: (most: number) => Promise<readonly OwedEdit<Message>[]>;
  edited: (key: string, version: number) => Promise<void>;
  pending: () => Promise<number>;
};

/** The outbox over a database, for all copies. A post's first outcome stays; of a message's edits the newest is owed, unless it looks so already. */
export function outboxOf<Post extends { key: string; channel: string }, Message, Outcome>(
  db: Database,
  ring: Ring,
): OutboxRows<Post, Message, Outcome> {
  return {
    owe: async (post) => doing(`writing down the post ${post.key}`, owe<Post, Outcome>(db, ring, post)),
    outcomeOf: async (key) => {
      const row = db.selectFrom("post").select("outcome").where("key", "=", storableKey(key)).executeTakeFirst();
      return ((await doing(`looking for what became of ${key}`, row))?.outcome ?? undefined) as Outcome | undefined;
    },
    owed: async (most) => doing("reading the posts that are owed", owedPosts<Post>(db, most)),
    sending: async (key, at) => {
      const row = db.updateTable("post").set({ sending_since: at }).where("key", "=", storableKey(key)).where("outcome", "is", null);
      await doing(`noting that ${key} is being sent`, row.execute());
    },
    settle: async (key, outcome) => doing(`noting what became of ${key}`, settle(db, ring, { key, outcome })),
    oweEdit: async (edit) => doing(`writing down an edit of ${edit.key}`, oweEdit(db, ring, edit)),
    owedEdits: async (most) => doing("reading the edits that are owed", owedEdits<Message>(db, most)),
    edited: async (key, version) => {
      const row = db
        .updateTable("edit")
        .set({ sent_version: sql<number>`greatest(sent_version, ${version})` })
        .where("key", "=", storableKey(key));
      await doing(`noting that ${key} was edited`, row.execute());
    },
    pending: async () => doing("counting what is owed", pending(db)),
  };
}

async function pending(db: Database): Promise<number> {
  const { posts, edits } = await db
    .selectNoFrom((of) => [
      of.selectFrom("post").select(of.fn.countAll<number>().as("n")).where("outcome", "is", null).as("posts"),
      of.selectFrom("edit").select(of.fn.countAll<number>().as("n")).whereRef("version", ">", "sent_version").as("edits"),
    ])
    .executeTakeFirstOrThrow();
  return (posts ?? 0) + (edits ?? 0);
}
