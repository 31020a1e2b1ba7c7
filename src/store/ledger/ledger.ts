import { sql } from "kysely";
import type { Ledger } from "../../alarm/ledger.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { dayOf, storableKey, storableText } from "../rows/storable.ts";
import type { Decide } from "./deciding.ts";

/** Different names and reasons that are counted apart each day; what comes beyond is counted together, under this. */
const MOST_APART = 500;
const THE_REST = "…";

/** The ledger over a database. */
export function ledgerOf(db: Database, decide: Decide): Ledger {
  return {
    decide: async (environment, work) => decide({ environment, what: `deciding about the alarms of ${environment}` }, work),
    whose: async (keys) => {
      if (keys.length === 0) return new Map();
      const rows = db.selectFrom("alarm").select(["key", "environment"]).where("key", "in", keys.map(storableKey)).execute();
      return new Map((await doing("looking for whose alarms these are", rows)).map((row) => [row.key, row.environment]));
    },
    unmatched: async ({ id, source, receivedAt, alarm }) => {
      const [day, key, name] = [dayOf(receivedAt), storableKey(alarm.key), storableText(alarm.name)];
      const counted = sql`
        with first as (insert into delivery (id, source, received_at) values (${storableKey(id)}, ${source}, ${receivedAt}) on conflict do nothing returning id),
          room as (select exists (select from unmatched where day = ${day} and key = ${key})
            or (select count(*) from unmatched where day = ${day}) < ${MOST_APART} as apart)
        insert into unmatched (day, key, name, count, last_at)
          select ${day}::date, case when apart then ${key} else ${THE_REST} end, case when apart then ${name} else ${THE_REST} end, 1, ${receivedAt}::timestamptz
          from first, room
        on conflict (day, key) do update set count = unmatched.count + 1, last_at = greatest(unmatched.last_at, excluded.last_at), name = excluded.name`;
      await doing("counting an alarm that is no environment's", counted.execute(db));
    },
    refused: async (source, given, at) => {
      const [day, from, because] = [dayOf(at), storableKey(source), storableKey(given)];
      const counted = sql`
        with room as (select exists (select from refusal where day = ${day} and source = ${from} and because = ${because})
          or (select count(*) from refusal where day = ${day}) < ${MOST_APART} as apart)
        insert into refusal (day, source, because, count)
          select ${day}::date, ${from}, case when apart then ${because} else ${THE_REST} end, 1 from room
        on conflict (day, source, because) do update set count = refusal.count + 1`;
      await doing("counting a delivery that was refused", counted.execute(db));
    },
  };
}
