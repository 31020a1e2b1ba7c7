import type { Database } from "../database/connect.ts";
import type { Ring } from "../database/ring.ts";
import { storableJson, storableKey, withoutNulls } from "../rows/storable.ts";

/** A post that is owed; `sendingSince` is when the last attempt began. */
export type Owed<Post> = { post: Post; sendingSince?: Date };

/** Writes a post down unless its key is known; then it returns what became of that one, if that is known. */
export async function owe<Post extends { key: string; channel: string }, Outcome>(
  db: Database,
  ring: Ring,
  post: Post,
): Promise<Outcome | undefined> {
  const key = storableKey(post.key);
  const added = await db
    .insertInto("post")
    .values({ key, channel: post.channel, body: storableJson(post) })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 1n) {
    ring("outbox");
    return undefined;
  }
  const known = await db.selectFrom("post").select("outcome").where("key", "=", key).executeTakeFirst();
  return (known?.outcome ?? undefined) as Outcome | undefined;
}

/** Posts of one channel that are read at once: those of a channel that nobody lets us into shall not stand before all others. */
const MOST_A_CHANNEL = 50;

/** Posts without an outcome, in the order in which they were written down; of each channel the first ones. */
export async function owedPosts<Post>(db: Database, most: number): Promise<Owed<Post>[]> {
  const rows = await db
    .selectFrom((from) =>
      from
        .selectFrom("post")
        .select(["nth", "body", "sending_since"])
        .select(({ fn }) =>
          fn
            .agg<number>("row_number")
            .over((over) => over.partitionBy("channel").orderBy("nth"))
            .as("nth_there"),
        )
        .where("outcome", "is", null)
        .as("post"),
    )
    .select(["body", "sending_since"])
    .where("nth_there", "<=", MOST_A_CHANNEL)
    .orderBy("nth")
    .limit(most)
    .execute();
  return rows.map((row) => ({ post: row.body as Post, ...withoutNulls({ sendingSince: row.sending_since }) }));
}

/** Keeps what became of a post. Whoever comes second (a copy that is no longer on duty) changes nothing. */
export async function settle(db: Database, ring: Ring, { key, outcome }: { key: string; outcome: unknown }): Promise<void> {
  const settled = await db
    .updateTable("post")
    .set({ outcome: storableJson(outcome), settled_at: new Date() })
    .where("key", "=", storableKey(key))
    .where("outcome", "is", null)
    .executeTakeFirst();
  if (settled.numUpdatedRows > 0n) ring("settled");
}
