import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, makeShop, startServer, urlOf, withoutServers, type Server } from "../copy/servers.ts";
import { makeHost, type Host, type Said } from "./host.ts";

let server: Server;
let host: Host;
let app: (sql: string) => Promise<Record<string, unknown>[]>;

const orders = { SSM_table: "orders", SSM_columns: "customer_id,placed" };

/** What a plan starts, by what its look at the table has found. */
const startOf = (seen: Said, plan: string) => ({
  SSM_plan: plan,
  SSM_table: `${seen["table.schema"]}.${seen["table.name"]}`,
  SSM_columns: orders.SSM_columns,
  SSM_index: seen["table.index"] ?? "",
});

async function ended(values: Record<string, string>): Promise<Said> {
  for (;;) {
    const said = await host.run("index", values);
    if (said["state"] !== "running") return said;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.skipIf(withoutServers())("the program that makes an index, against a real PostgreSQL", () => {
  beforeAll(async () => {
    server = await startServer();
    await makeShop(server);
    app = ask(server, "app", "shop");
    await app(`create table orders (id int primary key, customer_id int, placed timestamptz, "Odd" int);
      insert into orders select n, n % 100, now(), n from generate_series(1, 20000) n; analyze orders;
      create table parts (id int) partition by range (id); create table parts_1 partition of parts for values from (1) to (9)`);
    host = makeHost(server);
  });
  afterAll(async () => {
    host?.remove();
    await server?.stop();
  });

  test("a table is told with its size, the index that would be made, and what speaks against it", async () => {
    const said = await host.run("table", orders);
    expect(said).toMatchObject({
      result: "done",
      "table.found": "yes",
      "table.schema": "public",
      "table.name": "orders",
      "table.kind": "r",
      "table.may": "t",
      "table.rows": "20000",
      "table.missing": "",
      "table.equal": "",
      "table.state": "none",
      "table.building": "f",
      "table.standby": "f",
      "table.index": expect.stringMatching(/^gumshoe_orders_customer_id_placed_[0-9a-f]{10}$/) as string,
    });
    expect(Number(said["table.bytes"])).toBeGreaterThan(500_000);
    expect(Number(said["table.indexBytes"])).toBeGreaterThan(300_000);
    // The same table by its full name makes the same index; its primary key serves those who ask for its column.
    expect((await host.run("table", { ...orders, SSM_table: "public.orders" }))["table.index"]).toBe(said["table.index"]);
    expect(await host.run("table", { ...orders, SSM_columns: "id" })).toMatchObject({ "table.equal": "orders_pkey" });
    expect(await host.run("table", { ...orders, SSM_columns: "nope,Odd,odd" })).toMatchObject({ "table.missing": "nope,odd" });
    expect(await host.run("table", { ...orders, SSM_table: "nothing" })).toMatchObject({ "table.found": "no" });
    expect(await host.run("table", { SSM_table: "parts", SSM_columns: "id" })).toMatchObject({ "table.kind": "p" });
    expect(await host.run("table", { SSM_table: "parts_1", SSM_columns: "id" })).toMatchObject({ "table.partition": "t" });
    expect(await host.run("table", { SSM_table: "pg_catalog.pg_class", SSM_columns: "relname" })).toMatchObject({ "table.may": "f" });
  });

  test("an index is made in a run of its own while a writer goes on, waits for older transactions, and is asked about meanwhile", async () => {
    const values = startOf(await host.run("table", orders), "p1");
    const older = new pg.Client({ connectionString: urlOf(server, "app", "shop") });
    await older.connect();
    await older.query("begin; update orders set placed = now() where id = 1");
    expect(await host.run("start", values)).toMatchObject({ result: "done", state: "running" });
    let said: Said;
    do said = await host.run("index", values);
    while (said["lockers"] === undefined || said["lockers"] === "0");
    expect(said).toMatchObject({
      state: "running",
      building: "yes",
      "index.is": "invalid",
      phase: expect.stringMatching(/^waiting for writers/) as string,
    });
    expect(await host.run("table", orders)).toMatchObject({ "table.building": "t", "table.state": "invalid" });
    await app("insert into orders values (20001, 1, now(), 1)");
    // The same order once more repeats nothing.
    expect(await host.run("start", values)).toMatchObject({ state: "running" });
    await older.query("commit");
    await older.end();
    expect(await ended(values)).toMatchObject({ state: "done", "index.is": "valid", building: "no" });
    expect(await host.run("table", orders)).toMatchObject({ "table.equal": values.SSM_index, "table.state": "valid" });
    const plan = await app("set enable_seqscan = off; explain select * from orders where customer_id = 5 and placed > now()");
    expect(JSON.stringify(plan)).toContain(values.SSM_index);
  });

  test("what an earlier try left broken is dropped and made anew; what makes a try fail is told in the server's words", async () => {
    const seen = await host.run("table", orders);
    await app(`drop index ${seen["table.index"]}; insert into orders values (30001, 7, '2026-01-01', 1), (30002, 7, '2026-01-01', 1)`);
    // An index of this name that is not to be used, as a build that was cut off leaves one.
    await app(`create unique index concurrently ${seen["table.index"]} on orders (customer_id, placed)`).catch(() => {});
    expect(await host.run("table", orders)).toMatchObject({ "table.state": "invalid", "table.equal": "" });
    await host.run("start", startOf(seen, "p2"));
    expect(await ended(startOf(seen, "p2"))).toMatchObject({ state: "done", "index.is": "valid" });
    const odd = { ...startOf(seen, "p3"), SSM_columns: "nope", SSM_index: "gumshoe_x" };
    await host.run("start", odd);
    expect(await ended(odd)).toMatchObject({ state: "failed", told: 'column "nope" does not exist', "index.is": "none" });
  });

  test("a build that is killed is told as such, and an index that it has left is known by its name", async () => {
    const seen = await host.run("table", orders);
    await app(`drop index ${seen["table.index"]}`);
    const older = new pg.Client({ connectionString: urlOf(server, "app", "shop") });
    await older.connect();
    await older.query("begin; update orders set placed = now() where id = 1");
    const values = startOf(seen, "p4");
    await host.run("start", values);
    while ((await host.run("index", values))["lockers"] !== "1");
    await ask(
      server,
      "rdsadmin",
      "shop",
    )("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gumshoe-index-p4'");
    expect(await ended(values)).toMatchObject({
      state: "failed",
      "index.is": "invalid",
      building: "no",
      told: expect.stringContaining("terminating connection") as string,
    });
    await older.query("rollback");
    await older.end();
    writeFileSync(join(host.dir, "state/index-p4/state"), "");
    expect(await host.run("index", values)).toMatchObject({ state: "died", "index.is": "invalid" });
    expect(await host.run("table", orders)).toMatchObject({ "table.state": "invalid", "table.building": "f" });
  });
});
