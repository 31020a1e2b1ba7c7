import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { Ring } from "../database/ring.ts";
import { storableJson, storableKey } from "../rows/storable.ts";

/** How a message is to look from now on. */
export type Edit<Message> = { channel: string; key: string; message: Message };

/** An edit that is owed; a later one of the same message has a higher version. */
export type OwedEdit<Message> = Edit<Message> & { version: number };

/** Writes down how a message is to look; that takes the place of what was written down before. Where it says the same, nothing is owed anew. */
export async function oweEdit<Message>(db: Database, ring: Ring, { channel, key, message }: Edit<Message>): Promise<void> {
  const owed = await db
    .insertInto("edit")
    .values({ key: storableKey(key), channel, message: storableJson(message) })
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet((row) => ({
          channel: row.ref("excluded.channel"),
          message: row.ref("excluded.message"),
          version: row("edit.version", "+", 1),
          // Since when something of it is owed: who is edited all the time waits no longer than others.
          changed_at: sql<Date>`case when edit.version > edit.sent_version then edit.changed_at else now() end`,
        }))
        .where(sql<boolean>`edit.message is distinct from excluded.message or edit.channel <> excluded.channel`),
    )
    .executeTakeFirst();
  if (owed.numInsertedOrUpdatedRows === 1n) ring("outbox");
}

/** The edits that are owed, those owed longest first; one of a message that is still to be posted waits for that. */
export async function owedEdits<Message>(db: Database, most: number): Promise<OwedEdit<Message>[]> {
  const rows = await db
    .selectFrom("edit")
    .select(["channel", "key", "message", "version"])
    .whereRef("version", ">", "sent_version")
    .where((is) =>
      is.not(is.exists(is.selectFrom("post").select("post.key").whereRef("post.key", "=", "edit.key").where("post.outcome", "is", null))),
    )
    .orderBy("changed_at")
    .orderBy("key")
    .limit(most)
    .execute();
  return rows.map((row) => ({ ...row, message: row.message as Message }));
}
