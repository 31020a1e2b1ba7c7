import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openPool } from "../../../src/store/database/connect.ts";
import { freshUrl, silent } from "../../store/fresh-store.ts";

/** A way to a server's socket that can be blocked: connections stay, and nothing passes. */
async function wayTo(url: string): Promise<{ url: string; block: (blocked: boolean) => void }> {
  const to = new URL(url);
  const place = `${to.searchParams.get("host") ?? ""}/.s.PGSQL.${to.searchParams.get("port") ?? (to.port || "5432")}`;
  const ends = new Set<Socket>();
  let blocked = false;
  const carry = (from: Socket, on: Socket) => {
    ends.add(from);
    from.on("data", (part) => void (blocked || on.write(part)));
    from.on("error", () => {}).on("close", () => on.destroy());
  };
  const server = createServer((near) => {
    const far = createConnection(place);
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const end of ends) end.destroy();
    server.close();
  });
  const through = new URL(url);
  through.search = "";
  through.hostname = "127.0.0.1";
  through.port = String((server.address() as AddressInfo).port);
  return { url: through.href, block: (now) => (blocked = now) };
}

it("what waits for a server that hangs fails with its reason, and goes on once it answers again", async () => {
  const way = await wayTo(await freshUrl());
  const db = openPool(way.url, silent, { most: 1, statementMs: 600 });
  onTestFinished(async () => db.destroy());
  const ask = async () => sql<{ one: number }>`select 1 as one`.execute(db).then(({ rows }) => rows);
  expect(await ask()).toEqual([{ one: 1 }]);
  way.block(true);
  await expect(ask()).rejects.toThrow("the database did not answer for 0.8 s");
  way.block(false);
  const hung = db.transaction().execute(async (inside) => {
    await sql`select 1`.execute(inside);
    way.block(true);
    await sql`select 1`.execute(inside);
  });
  await expect(hung).rejects.toThrow();
  way.block(false);
  expect(await ask()).toEqual([{ one: 1 }]);
});

it("a connection that nobody uses is closed without a word, before it counts as one that hangs", async () => {
  const warned: unknown[] = [];
  const way = await wayTo(await freshUrl());
  const db = openPool(way.url, { ...silent, warn: (facts) => void warned.push(facts) }, { most: 1, statementMs: 300 });
  onTestFinished(async () => db.destroy());
  await sql`select 1`.execute(db);
  await new Promise((wake) => setTimeout(wake, 700));
  expect(warned).toEqual([]);
  await sql`select 1`.execute(db);
});
