import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { storableKey } from "../rows/storable.ts";

/** Whether something that Slack delivers comes for the first time, to any copy. They are kept among the deliveries of alarms, under names of their own. */
export function firstInStore(db: Database, now: () => Date): (key: string) => Promise<boolean> {
  return async (key) => {
    const kept = db
      .insertInto("delivery")
      .values({ id: storableKey(`slack ${key}`), source: "slack", received_at: now() })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    return (await doing("noting a delivery of Slack's", kept)) !== undefined;
  };
}
