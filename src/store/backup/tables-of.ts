import type { Client } from "pg";
import { SCHEMA } from "../database/connect.ts";
import { BOOKKEEPING } from "../migrate.ts";

/** A table of the store, its key, and the column that counts by itself, if there is one. */
export type Table = { name: string; key: readonly string[]; counter?: string };

type Row = { name: string; key: string[]; counter: string | null; needs: string[] };

const QUERY = `select c.relname::text as name,
  array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
        where i.indrelid = c.oid and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)) as key,
  (select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attidentity <> '' and not a.attisdropped) as counter,
  array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid where k.conrelid = c.oid and k.contype = 'f') as needs
from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'r' and c.relname <> all($2) order by c.relname`;

/** Every table of the store as the database has it, those first that others point to. */
export async function tablesOf(client: Client): Promise<readonly Table[]> {
  const { rows } = await client.query<Row>(QUERY, [SCHEMA, BOOKKEEPING]);
  const sorted: Row[] = [];
  for (let left = rows; left.length > 0; left = left.filter((row) => !sorted.includes(row))) {
    const free = left.filter(({ name, needs }) => needs.every((need) => need === name || sorted.some((done) => done.name === need)));
    if (free.length === 0) throw new Error(`sorting the store's tables: ${left.map(({ name }) => name).join(", ")} point to each other`);
    sorted.push(...free);
  }
  return sorted.map(({ name, key, counter }) => ({ name, key, ...(counter === null ? {} : { counter }) }));
}
