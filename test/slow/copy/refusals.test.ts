import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeHost, type Host } from "./program.ts";
import { ask, makeShop, PASSWORDS, startServer, withoutServers, type Server } from "./servers.ts";

/** Who makes it, what, what is said of it, how it goes away. */
const REFUSED: readonly [what: string, user: string, make: string, said: RegExp, unmake: string][] = [
  ["an unlogged table", "app", "create unlogged table fast (a int)", /unlogged: public\.fast is not in a backup/, "drop table fast"],
  ["a foreign server", "rdsadmin", "create extension postgres_fdw; create server far foreign data wrapper postgres_fdw", /foreign server: far/, "drop extension postgres_fdw cascade"],
  ["a publication", "rdsadmin", "create publication news for all tables", /publication: news/, "drop publication news"],
  ["a subscription", "rdsadmin", "create subscription paper connection 'dbname=none' publication p with (connect = false)", /subscription: paper/, "alter subscription paper set (slot_name = none); drop subscription paper"],
  ["a prepared transaction", "app", "begin; insert into t values (2); prepare transaction 'p'", /prepared transaction/, "rollback prepared 'p'"],
  ["an event trigger", "rdsadmin", "create function e() returns event_trigger language plpgsql as 'begin end'; create event trigger watch on ddl_command_end execute function e()", /event trigger: watch/, "drop event trigger watch; drop function e()"],
  ["forced row security", "app", "alter table t enable row level security; alter table t force row level security", /row security: public\.t shows/, "alter table t no force row level security; alter table t disable row level security"],
  ["a function in C", "rdsadmin", "create function c() returns trigger language c as '$libdir/autoinc', 'autoinc'", /function in C: public\.c\(\)/, "drop function c()"],
  ["a large object with privileges", "app", "select lo_from_bytea(5, 'x'); grant select on large object 5 to public", /large object 5 has privileges of its own/, "select lo_unlink(5)"],
  ["a large object of another", "rdsadmin", "select lo_from_bytea(6, 'x')", /may not read: permission denied for large object 6/, "select lo_unlink(6)"],
  ["an owner who is not on the target", "rdsadmin", "create role stranger; create table odd (a int); alter table odd owner to stranger", /the role stranger owns/, "drop table odd; drop role stranger"],
  ["a table of the superuser", "rdsadmin", "create table theirs (a int)", /the role rdsadmin owns something in the source, and the target's user is no member/, "drop table theirs"],
  ["a role without a login", "rdsadmin", "alter role app nologin", /the application already cannot log in/, "alter role app login"],
  ["an application that is a superuser", "rdsadmin", "alter role app superuser", /is a superuser/, "alter role app nosuperuser"],
  ["a role that would pass the fence", "rdsadmin", "create role back login in role master", /the role back could still connect/, "drop role back"],
  ["CONNECT granted by another than the owner", "rdsadmin", "create role giver; create role taker; grant connect on database shop to giver with grant option; set role giver; grant connect on database shop to taker", /CONNECT was granted by giver/, "revoke connect on database shop from giver cascade; drop role giver; drop role taker"],
]; // prettier-ignore

describe.skipIf(withoutServers())("before anything is changed, the check refuses", () => {
  let source: Server, target: Server, host: Host;
  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ settings: ["max_prepared_transactions=2", "wal_level=logical"] }), startServer()]);
    host = await makeHost(source, target);
    await makeShop(source);
    await ask(source, "app", "shop")("create table t (a int); insert into t values (1)");
  }, 120_000);
  afterAll(async () => {
    await Promise.all([source.stop(), target.stop(), host.remove()]);
  });
  const check = async (more: Record<string, string> = {}) => host.run("check", "x", more);

  test.for(REFUSED)("%s", async ([, user, make, said, unmake]) => {
    await ask(source, user, "shop")(make);
    const checked = await check();
    await ask(source, "rdsadmin", "shop")(unmake);
    expect(checked).toMatchObject({ reason: expect.stringMatching(said) as string, exit: "3", code: "3" });
  });

  test("a wrong password, a server that is not there, and a name that is not, without saying a secret", async () => {
    const wrong = await check({ GUMSHOE_SOURCE_PASSWORD_KEY: "DEBUG" });
    expect(wrong).toMatchObject({ reason: 'the source does not answer: password authentication failed for user "master"', code: "3" });
    expect(await check({ GUMSHOE_TARGET_PORT: "1" })).toMatchObject({
      reason: expect.stringMatching(/^the target does not answer: .*refused/i) as string,
      code: "3",
    });
    expect(await check({ GUMSHOE_APP_PASSWORD_KEY: "NONE" })).toMatchObject({
      reason: expect.stringMatching(/has no NONE that can be read$/) as string,
      code: "3",
    });
    expect(await check({ GUMSHOE_SOURCE_USER: "app", GUMSHOE_SOURCE_PASSWORD_KEY: "DB_PASSWORD" })).toMatchObject({
      reason: expect.stringContaining("the application may not create databases (CREATEDB)") as string,
    });
    expect(await check({ GUMSHOE_COPY_MODE: "both" })).toMatchObject({ reason: "GUMSHOE_COPY_MODE is rehearse or copy", code: "64" });
    expect(await check({ GUMSHOE_TARGET_DB: "a\nb" })).toMatchObject({ reason: "GUMSHOE_TARGET_DB has a line break in it", code: "64" });
    expect(await host.run("check", "../x")).toMatchObject({ code: "64" });
    expect(await host.run("status", "nobody")).toMatchObject({ reason: "there is no copy nobody on this host", code: "66" });
  });

  test("a target of another collation, and one that is not empty", async () => {
    const server = ask(target, "master", "postgres");
    await server("create database shop_new template template0 lc_collate 'C' lc_ctype 'C'");
    expect(await check()).toMatchObject({
      reason: expect.stringMatching(/another encoding or collation .* UTF8 C\.UTF-8/) as string,
      code: "3",
    });
    await server("drop database shop_new");
    await server("create database shop_new template template0");
    expect(await check()).toMatchObject({ reason: "", code: "0" });
    expect(await check({ GUMSHOE_COPY_MODE: "rehearse" })).toMatchObject({
      reason: expect.stringContaining("is there already") as string,
      code: "3",
    });
    await ask(target, "master", "shop_new")("create schema x");
    expect(await check()).toMatchObject({ reason: expect.stringContaining("not empty") as string, code: "3" });
    await server("drop database shop_new");
  });

  test("nothing was left of any of it, and the same check then passes", async () => {
    expect(await check()).toMatchObject({ reason: "", code: "0" });
  });
});

describe.skipIf(withoutServers())("where the administrator owns the database and is no member of the application", () => {
  let source: Server, target: Server, host: Host;
  beforeAll(async () => {
    [source, target] = await Promise.all([startServer(), startServer()]);
    host = await makeHost(source, target);
    await ask(
      source,
      "master",
      "postgres",
    )(
      `create role app login password '${PASSWORDS["app"]?.replaceAll("'", "''")}'; create role reporter login password '${PASSWORDS["reporter"]}'; create role gone`,
    );
    await ask(target, "master", "postgres")("create role reporter; create role gone");
    await ask(source, "master", "postgres")("create database shop");
    await ask(
      source,
      "master",
      "postgres",
    )(
      "revoke all on database shop from public; grant all on database shop to app; grant connect on database shop to reporter with grant option",
    );
    await ask(
      source,
      "master",
      "shop",
    )("grant usage, create on schema public to app; create table of_master (a int); insert into of_master values (1)");
    await ask(
      source,
      "app",
      "shop",
    )(
      "create schema mine; create table mine.t (id serial primary key, at timestamptz default now()); insert into mine.t default values; create table public.u (a int); create extension citext",
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all([source.stop(), target.stop(), host.remove()]);
  });
  const privileges = async (server: Server, database: string) =>
    ask(
      server,
      "rdsadmin",
      database,
    )(`select a.* from (select grantee::regrole::text as who, privilege_type, is_grantable from pg_database, aclexplode(datacl) where datname = current_database()) a
      where who <> 'master' or privilege_type <> 'CONNECT' order by 1, 2`);

  test("the fence ends every session, holds against owner's grants, and comes down exactly as it was", async () => {
    const before = await ask(source, "rdsadmin", "shop")("select datacl::text from pg_database where datname = 'shop'");
    await host.run("start", "one");
    expect(await host.ended("one")).toMatchObject({ state: "done", reason: "" });
    await expect(ask(source, "reporter", "shop")("select 1")).rejects.toThrow("permission denied for database");
    expect(await host.run("unfence", "one")).toMatchObject({ fence: "down", code: "0" });
    const sorted = (rows: Record<string, unknown>[]) => String(rows[0]?.["datacl"]).slice(1, -1).split(",").toSorted();
    expect(sorted(await ask(source, "rdsadmin", "shop")("select datacl::text from pg_database where datname = 'shop'"))).toEqual(
      sorted(before),
    );
    await ask(source, "reporter", "shop")("select 1");
    expect(await privileges(target, "shop_new")).toEqual(await privileges(source, "shop"));
    expect(await ask(target, "app", "shop_new")("insert into mine.t default values returning id; ")).toEqual([{ id: 2 }]);
  });
});
