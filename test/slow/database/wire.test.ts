import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import { realClock } from "../../../lab/clock.ts";
import { worksOverSsm } from "../../../src/aws/repairs/work-on-database.ts";
import type { Action } from "../../../src/remediation/action.ts";
import { createIndex } from "../../../src/remediation/actions/create-index.ts";
import { endBlockingSession } from "../../../src/remediation/actions/end-blocking-session.ts";
import { account, node } from "../../aws/account.ts";
import { actsIn } from "../../aws/repairs/approve.ts";
import { registerRepairs } from "../../aws/repairs/unit-node.ts";
import { carryOut, planOf, sentencesOf } from "../../remediation/actions/carry-out.ts";
import { ask, makeShop, startServer, urlOf, withoutServers, type Server } from "../copy/servers.ts";
import { makeHost, type Host } from "./host.ts";

let server: Server;
let host: Host;
let app: (sql: string) => Promise<Record<string, unknown>[]>;

/** Opens a session of the application. */
async function session(application: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(server, "app", "shop"), application_name: application });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** An account with one host that runs the real program with the real psql, as SSM does. */
async function farm() {
  const run: ManagedNode["run"] = async ({ script, env }) => {
    const { stdout, status } = await host.runWith({ ...(env as Record<string, string>), SSM_envFile: host.envFile }, script);
    return { exitCode: status, stdout, stderr: "" };
  };
  const from = await account({ nodes: [node("web-1", { run })] }, { clock: realClock });
  await registerRepairs();
  const database = { host: "127.0.0.1", port: server.port, user: "postgres", name: "shop" };
  const login = { envFile: "/etc/shop/shop.env", key: "DATABASE_URL" };
  const port = (script: "end-blocking-session" | "create-index") =>
    worksOverSsm({ hosts: { tags: { role: "web" } }, database, looks: from.access, acts: actsIn(from.access), login, script });
  return {
    from,
    session: endBlockingSession(port("end-blocking-session"), { everyMs: 200 }),
    index: createIndex(port("create-index"), { everyMs: 200 }),
  };
}

const time = { now: () => new Date(), sleep: async (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)) };
const carriedOut = async (action: Action, input = {}) => {
  const plan = await planOf(action, input, new Date());
  return { plan, came: await carryOut(action, plan, { time }) };
};

describe.skipIf(withoutServers())("repairs in a real PostgreSQL, over the wire", () => {
  beforeAll(async () => {
    server = await startServer();
    await makeShop(server);
    app = ask(server, "app", "shop");
    await app(
      "create table stock (id int primary key, name text, n int); insert into stock select n, 'thing ' || n, 1 from generate_series(1, 50000) n; analyze stock",
    );
    host = makeHost(server);
  });
  afterAll(async () => {
    host?.remove();
    await server?.stop();
  });

  test("whoever was blocked goes on, and no secret is in a command, its output or the plan", async () => {
    const [holder, waiter] = [await session("import"), await session("web-1")];
    await holder.query("begin; update stock set n = 4711 where name = 's3cret thing' or id = 1");
    const went = waiter.query("update stock set n = 2 where id = 1");
    const { from, session: action } = await farm();
    const { plan, came } = await carriedOut(action);
    expect(came).toEqual({
      says: [
        expect.stringMatching(/^Session \d+ is gone$/),
        "Of 1 session that waited for it, 1 went on at once",
        "No session waits for a lock now",
      ],
    });
    expect((await went).rowCount).toBe(1);
    expect(await app("select n from stock where id = 1")).toEqual([{ n: 2 }]);
    expect(sentencesOf(plan.draft).join()).toContain("begin; update stock set n = ? where name = ? or id = ?");
    expect(JSON.stringify(plan)).not.toMatch(/s3cret|4711|p%1|m4ster/);
    for (const { input } of from.aws.calls) expect(JSON.stringify(input ?? "")).not.toMatch(/s3cret|p%1|m4ster/);
    await Promise.all([holder.end().catch(() => {}), waiter.end()]);
  });

  test("an index is made while a writer writes, and is used afterwards; planned again it is not needed", async () => {
    const { index: action } = await farm();
    let rows = 50_000;
    let stop = false;
    const writer = (async () => {
      while (!stop) await app(`insert into stock values (${++rows}, 'thing new', 1)`);
    })();
    const { plan, came } = await carriedOut(action, { table: "stock", columns: "name" });
    stop = true;
    await writer;
    expect(came).toMatchObject({
      says: [
        expect.stringMatching(/^The index gumshoe_stock_name_[0-9a-f]{10} on public\.stock can be used/),
        expect.stringContaining("DROP INDEX CONCURRENTLY public.gumshoe_stock_name_"),
      ],
    });
    expect(await app("select count(*)::int as n from stock")).toEqual([{ n: rows }]);
    expect(JSON.stringify(await app("explain select * from stock where name = 'thing 77'"))).toMatch(/gumshoe_stock_name_/);
    await expect(planOf(action, { table: "stock", columns: "name" })).rejects.toThrow(/^index-is-there: /);
    expect(plan.draft.says.unchecked).toHaveLength(1);
  });

  test("the program of a run outlives whoever began it", async () => {
    const older = await session("older");
    await older.query("begin; update stock set n = 3 where id = 2");
    const seen = await host.run("table", { SSM_table: "stock", SSM_columns: "n" });
    const values = { SSM_plan: "p9", SSM_table: "public.stock", SSM_columns: "n", SSM_index: seen["table.index"] ?? "" };
    const env = { ...host.base, ...values, SSM_verb: "start", SSM_envFile: host.envFile, SSM_urlKey: "DATABASE_URL" };
    const caller = spawn("/bin/sh", [join(host.dir, "program.sh")], { env, stdio: "ignore", detached: true });
    await once(caller, "close");
    expect(() => process.kill(-(caller.pid ?? 0), "SIGKILL")).toThrow();
    expect(await host.run("index", values)).toMatchObject({ state: "running", building: "yes" });
    await older.query("commit");
    await older.end();
    let said = await host.run("index", values);
    while (said["state"] === "running") said = await host.run("index", values);
    expect(said).toMatchObject({ state: "done", "index.is": "valid" });
  });
});
