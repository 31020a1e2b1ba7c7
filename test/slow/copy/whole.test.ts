import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeHost, type Host } from "./program.ts";
import { ask, makeShop, PASSWORDS, startServer, withoutServers, type Server } from "./servers.ts";

describe.skipIf(withoutServers())("a whole copy", () => {
  let source: Server, target: Server, host: Host;
  const seen = { commandLines: new Set<string>(), files: new Set<string>() };
  beforeAll(async () => {
    [source, target] = await Promise.all([startServer(), startServer()]);
    host = await makeHost(source, target);
    for (const server of [source, target]) await ask(server, "master", "postgres")("create role reporter");
    await makeShop(source);
    await ask(source, "app", "shop")(await readFile(new URL("zoo.sql", import.meta.url), "utf8"));
    await ask(
      source,
      "master",
      "shop",
    )(
      `alter database shop set search_path = "$user", public, billing; grant connect, temporary on database shop to reporter with grant option;
       alter role app set lock_timeout = '7s'; comment on database shop is 'all that is sold'`,
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all([source.stop(), target.stop(), host.remove()]);
  });

  const facts = async (server: Server, database: string) =>
    ask(
      server,
      "rdsadmin",
      database,
    )(`select (select rolcanlogin from pg_roles where rolname = 'app') as login,
      array(select a::text from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a where datname = current_database() order by 1) as acl`);

  test("a check before the freeze changes nothing and finds nothing against it", async () => {
    const before = await facts(source, "shop");
    expect(await host.run("check", "whole")).toMatchObject({ reason: "", code: "0" });
    expect(await facts(source, "shop")).toEqual(before);
    expect(readdirSync(host.dir)).not.toContain("state");
  });

  test("everything comes over, the fence stands, and no password or row is on the host or on a command line", async () => {
    const before = await facts(source, "shop");
    const started = await host.run("start", "whole");
    expect(started).toMatchObject({ id: "whole", mode: "copy", state: "running", code: "0" });
    const watch = setInterval(() => look(host.dir, seen), 30);
    const ended = await host.ended("whole");
    clearInterval(watch);
    expect(ended).toMatchObject({ state: "done", reason: "", exit: "0", usable: "yes", fence: "proven", phase: "finish" });
    expect(ended["tables_done"]).toBe(ended["tables_total"]);
    expect(ended["tables_compared"]).toBe(ended["tables_total"]);
    expect(ended["fingerprint"]).toMatch(/^[0-9a-f]{64}$/);
    expect((await facts(source, "shop"))[0]).toMatchObject({ login: false });
    expect((await facts(target, "shop_new"))[0]).toMatchObject({ login: true });
    await expect(ask(source, "app", "shop")("select 1")).rejects.toThrow("not permitted to log in");
    look(host.dir, seen);
    expect([...seen.commandLines].some((line) => line.includes("copy public"))).toBe(true);
    for (const text of [...seen.commandLines, ...seen.files].filter((line) => !line.includes("shop.env")))
      for (const secret of [PASSWORDS["app"]!, PASSWORDS["master"]!, "Ada", "SCRAM-SHA"]) expect(text).not.toContain(secret);
    // Started once more, it is told and not repeated; the fence comes down as it was.
    expect(await host.run("start", "whole")).toMatchObject({ state: "done", elapsed_s: ended["elapsed_s"]! });
    expect(await host.run("prove", "whole")).toMatchObject({ unchanged: "yes", code: "0" });
    expect(await host.run("fingerprint", "whole")).toMatchObject({ fingerprint: ended["fingerprint"]!, code: "0" });
    for (let time = 0; time < 2; time++) {
      expect(await host.run("unfence", "whole")).toMatchObject({ fence: "down", code: "0" });
      expect(await facts(source, "shop")).toEqual(before);
    }
    expect(await host.run("prove", "whole")).toMatchObject({
      reason: "the application can log in to the source: the fence is down",
      code: "4",
    });
  }, 240_000);

  test("the application works in the target with its own password, and what it had is there", async () => {
    const shop = ask(target, "app", "shop_new");
    expect(
      await shop(
        `select score::text, exact::text, at::text, tags::text, extra::text, raw::text, pair::text, span::text, full_name from customers where id = 1`,
      ),
    ).toEqual([
      {
        score: "NaN",
        exact: "NaN",
        at: "infinity",
        tags: `{"a,b",NULL,"\\"q\\"","new\nline"}`,
        extra: '{"a": [1, 2.50, null], "ü": "☃"}',
        raw: "\\x00ff5c27",
        pair: "(1,x)",
        span: "[1,5)",
        full_name: "customer paying",
      },
    ]);
    expect(await shop("show search_path")).toEqual([{ search_path: `"$user", public, billing` }]);
    expect(await shop("show lock_timeout")).toEqual([{ lock_timeout: "7s" }]);
    expect(await shop("select nextval('untouched')::int as a, nextval('used')::int as b, nextval('\"Set''back\"')::int as c")).toEqual([
      { a: 42, b: 44, c: 17 },
    ]);
    // Triggers work from now on, and did not while rows came over.
    expect(await shop("select count(*)::int as n from log")).toEqual([{ n: 1 }]);
    expect(await shop(`insert into "Order" ("customer id") values (3); select count(*)::int as n from log`)).toEqual([{ n: 2 }]);
    expect(await shop("select count(*)::int as n from events where what like '%!!'")).toEqual([{ n: 0 }]);
    expect(
      await shop("select (select count(*) from nothing)::int as nothing, (select count from counts_of_counts)::int as counts"),
    ).toEqual([{ nothing: 2, counts: 3 }]);
    expect(await shop("select length(lo_get(70002)) as n")).toEqual([{ n: 120_000 }]);
    await expect(shop("select * from later")).rejects.toThrow("has not been populated");
    await expect(shop("insert into hen values (3, 9)")).rejects.toThrow("violates foreign key");
    await shop('alter table customers add column more text; create extension pg_trgm; drop table "Order"');
    const [comment] = await ask(
      target,
      "master",
      "shop_new",
    )("select shobj_description(oid, 'pg_database') as said from pg_database where datname = current_database()");
    expect(comment).toEqual({ said: "all that is sold" });
    expect(await facts(target, "shop_new")).toEqual(
      await facts(source, "shop").then((rows) => rows.map((row) => ({ ...row, acl: expect.any(Array) as unknown }))),
    );
  });

  test("a second copy does not take the first one's database for its own", async () => {
    expect(await host.run("start", "again")).toMatchObject({ code: "0" });
    expect(await host.ended("again")).toMatchObject({
      state: "refused",
      exit: "3",
      reason: "the target is not empty, and is not one that a copy left unfinished",
    });
  });
});

/** Every command line of this machine, and every file that the program keeps, as they are now. */
function look(dir: string, seen: { commandLines: Set<string>; files: Set<string> }): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      seen.commandLines.add(readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " "));
    } catch {}
  }
  for (const name of readdirSync(join(dir, "state"), { recursive: true, encoding: "utf8" })) {
    try {
      seen.files.add(readFileSync(join(dir, "state", name), "latin1"));
    } catch {}
  }
}
