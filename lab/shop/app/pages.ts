import { Client } from "pg";

/** A request as a page sees it. */
export type Asked = { method: string; url: string; body: string };

/** What is answered: a status and a JSON text. */
export type Answer = { status: number; body: string };

type Page = (client: Client, asked: Asked, match: RegExpExecArray) => Promise<Answer>;

const PAGES: readonly (readonly [method: string, path: RegExp, page: Page])[] = [
  ["GET", /^\/api\/products\/(?:\?(.*))?$/, list],
  ["POST", /^\/api\/products\/$/, create],
  ["GET", /^\/api\/products\/(\d{1,9})\/$/, detail],
];

/** A page that needs no database. */
const HEALTH: Answer = { status: 200, body: '{"status":"ok"}' };
const NOT_FOUND: Answer = { status: 404, body: '{"detail":"Not found."}' };

/** The most products on one page. */
const MOST = 100;

/**
 * Answers one request as the shop's Django does: a connection of its own for each request (CONN_MAX_AGE=0), the statements of a paginated list,
 * and no time-out of its own on any of it. Throws what the database said.
 */
export async function answer(asked: Asked, databaseUrl: string): Promise<Answer> {
  if (asked.url === "/healthz/") return HEALTH;
  for (const [method, path, page] of PAGES) {
    const match = method === asked.method ? path.exec(asked.url) : null;
    if (!match) continue;
    const client = new Client({ connectionString: databaseUrl, application_name: "gunicorn" });
    client.on("error", () => {});
    try {
      await client.connect();
      return await page(client, asked, match);
    } finally {
      await client.end().catch(() => {});
    }
  }
  return NOT_FOUND;
}

async function list(client: Client, { url }: Asked): Promise<Answer> {
  const asked = new URL(url, "http://shop").searchParams;
  const size = Math.min(Math.max(Number(asked.get("page_size")) || 50, 1), MOST);
  const page = Math.max(Number(asked.get("page")) || 1, 1);
  const counted = await client.query<{ count: string }>("select count(*) from products");
  const { rows } = await client.query("select * from products order by id desc limit $1 offset $2", [size, (page - 1) * size]);
  return { status: 200, body: JSON.stringify({ count: Number(counted.rows[0]?.count), results: rows }) };
}

async function create(client: Client, { body }: Asked): Promise<Answer> {
  const { name, price, description } = JSON.parse(body) as Record<string, string | number>;
  const { rows } = await client.query("insert into products (name, price, description) values ($1, $2, $3) returning *", [
    String(name),
    Number(price),
    String(description),
  ]);
  return { status: 201, body: JSON.stringify(rows[0]) };
}

async function detail(client: Client, _asked: Asked, match: RegExpExecArray): Promise<Answer> {
  const { rows } = await client.query("select * from products where id = $1", [Number(match[1])]);
  return rows[0] ? { status: 200, body: JSON.stringify(rows[0]) } : NOT_FOUND;
}
