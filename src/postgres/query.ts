import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";

/** Seconds to connect before the database counts as not answering. */
const CONNECT_S = 8;

/** Between two samples: what takes seconds is then seen at least once. */
const APART_MS = 2_000;

/** How long one asking may take, and how often to ask. */
type Limits = { timeoutMs: number; samples: number };

/**
 * Ask one query, read-only and with a statement time-out, and return its rows as text: a header of column names, a line a row, columns
 * separated by `|` (psql's unaligned form). Of several samples every row is kept once, as it was last seen; rows are the same when their first
 * and last columns are (in `pg_stat_activity`: the process and its statement). Throws the database's or the network's own error.
 */
export async function queryText(url: string, query: string, { timeoutMs, samples }: Limits): Promise<string> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_S * 1000,
    query_timeout: timeoutMs,
    application_name: "gumshoe",
  });
  // A connection that breaks while idle must not end the program; the query's own promise tells of it.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`set statement_timeout = ${Math.round(timeoutMs)}`);
    await client.query("set default_transaction_read_only = on");
    const seen = new Map<string, string>();
    let header = "";
    for (let sample = 0; sample < samples; sample++) {
      if (sample > 0) await pause(APART_MS);
      const { fields, rows } = await client.query<(string | null)[]>({
        text: query,
        rowMode: "array",
        types: { getTypeParser: () => asText },
      });
      header = fields.map((field) => field.name).join("|");
      for (const row of rows) seen.set(`${row[0] ?? ""} ${row.at(-1) ?? ""}`, row.map(cell).join("|"));
    }
    return [header, ...seen.values(), `(${seen.size} rows)`, ""].join("\n");
  } finally {
    await client.end().catch(() => {});
  }
}

const asText = (value: string): string => value;

function cell(value: string | null): string {
  return (value ?? "").replace(/[|\r\n\t]+/g, " ");
}
