import { setTimeout as pause } from "node:timers/promises";
import { connected, type Limits } from "./connection.ts";

/** Between two samples: what takes seconds is then seen at least once. */
const APART_MS = 2_000;

/**
 * Ask one query, read-only and with a statement time-out, and return its rows as text: a header of column names, a line a row, columns
 * separated by `|` (psql's unaligned form). Of several samples every row is kept once, as it was last seen; rows are the same when their first
 * and last columns are (in `pg_stat_activity`: the process and its statement). Throws the database's or the network's own error.
 */
export async function queryText(url: string, query: string, { samples, ...limits }: Limits & { samples: number }): Promise<string> {
  return connected(url, limits, async (client) => {
    const seen = new Map<string, string>();
    let header = "";
    for (let sample = 0; sample < samples; sample++) {
      if (sample > 0) await pause(APART_MS, undefined, { signal: limits.signal });
      const { fields, rows } = await client.query<(string | null)[]>({
        text: query,
        rowMode: "array",
        types: { getTypeParser: () => asText },
      });
      header = fields.map((field) => field.name).join("|");
      for (const row of rows) seen.set(`${row[0] ?? ""} ${row.at(-1) ?? ""}`, row.map(cell).join("|"));
    }
    return [header, ...seen.values(), `(${seen.size} rows)`, ""].join("\n");
  });
}

const asText = (value: string): string => value;

function cell(value: string | null): string {
  return (value ?? "").replace(/[|\r\n\t]+/g, " ");
}
