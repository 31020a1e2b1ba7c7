import { Client } from "pg";

/** Seconds to connect before the database counts as not answering. */
const CONNECT_S = 8;

/**
 * Run one query in a read-only transaction with a statement time-out, and return its rows as text: a header line of column names, then one
 * line a row, columns separated by tabs (psql's unaligned form). Throws the database's or the network's own error.
 */
export async function queryText(url: string, query: string, timeoutMs: number): Promise<string> {
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
    const { fields, rows } = await client.query<(string | null)[]>({
      text: query,
      rowMode: "array",
      types: { getTypeParser: () => (value: string) => value },
    });
    const lines = rows.map((row) => row.map((value) => cell(value)).join("|"));
    return [fields.map((field) => field.name).join("|"), ...lines, `(${rows.length} rows)`, ""].join("\n");
  } finally {
    await client.end().catch(() => {});
  }
}

function cell(value: string | null): string {
  return (value ?? "").replace(/[|\r\n\t]+/g, " ");
}
