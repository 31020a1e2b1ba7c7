import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { storableKey } from "../rows/storable.ts";

/** Scheduled moments, such as a check's. `claim`: whether this copy is the first to ask for one, and so the one that does it. */
export type Ticks = { claim: (name: string, dueAt: Date) => Promise<boolean> };

/** Scheduled moments over a database. */
export function ticksOf(db: Database): Ticks {
  return {
    claim: async (name, dueAt) => {
      const claimed = db
        .insertInto("tick")
        .values({ name: storableKey(name), due_at: dueAt })
        .onConflict((conflict) => conflict.doNothing())
        .returning("name")
        .executeTakeFirst();
      return (await doing(`claiming the tick ${name} of ${dueAt.toISOString()}`, claimed)) !== undefined;
    },
  };
}
