import { afterAll, beforeAll, describe, expect, test } from "vitest";
import pg from "pg";
import { makeOwnAdministrator, type OwnAdministrator } from "./own-administrator.ts";
import { ask, urlOf, withoutServers, type Server } from "./servers.ts";

/** Somebody who connects again and again, also in the freeze; what was acknowledged, and what they were told instead. */
function comesAgain(server: Server, user: string, deed: (n: number) => string) {
  const acknowledged: number[] = [];
  const errors = new Set<string>();
  let going = true;
  const whole = (async () => {
    for (let n = 1; going;) {
      const client = new pg.Client({ connectionString: urlOf(server, user, "shop") });
      client.on("error", () => {});
      try {
        await client.connect();
        for (; going; n++) {
          await client.query(deed(n));
          acknowledged.push(n);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      } catch (error) {
        errors.add((error as Error).message);
        // It may have been written although nobody heard so.
        n++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await client.end().catch(() => {});
    }
  })();
  const stop = async () => {
    going = false;
    await whole;
  };
  return { acknowledged, errors, stop };
}

describe.skipIf(withoutServers())("where the application is its database's administrator", () => {
  let made: OwnAdministrator;
  beforeAll(async () => {
    made = await makeOwnAdministrator();
    // As RDS makes one, empty and its administrator's.
    await ask(made.target, "master", "postgres")("create database shop");
  }, 120_000);
  afterAll(async () => made.stop());

  test("a check says under which name the database would be set aside, and what the application loses; it changes nothing", async () => {
    const before = await made.facts();
    expect(await made.run("check", "one")).toMatchObject({
      reason: "",
      code: "0",
      aside: "shop-gumshoe-one",
      loses: "rds_superuser createrole tables=1 reports.daily",
    });
    expect(await made.facts()).toEqual(before);
    expect(before).toMatchObject([{ datname: "shop", datallowconn: true, login: true }]);
  });

  test("everything comes over while writers come again and again: what was acknowledged is there, and they are told that there is no such database", async () => {
    const { source, target, host, run, facts } = made;
    const before = await facts();
    const writer = comesAgain(source, "app", (n) => `insert into t (n) values (${n})`);
    const foreign = comesAgain(source, "reporter", () => "select count(*) from reports.daily");
    await expect.poll(() => Math.min(writer.acknowledged.length, foreign.acknowledged.length)).toBeGreaterThan(20);
    expect(await run("start", "one")).toMatchObject({ mode: "copy", code: "0" });
    const ended = await host.ended("one");
    await Promise.all([writer.stop(), foreign.stop()]);
    expect(ended).toMatchObject({ state: "done", reason: "", usable: "yes", fence: "proven", aside: "shop-gumshoe-one" });
    for (const { errors } of [writer, foreign]) expect([...errors].join("\n")).toContain('database "shop" does not exist');
    const rows = await ask(target, "app", "shop")("select n from t");
    const there = new Set(rows.map(({ n }) => n));
    expect(writer.acknowledged.filter((n) => !there.has(n))).toEqual([]);
    expect(await facts()).toMatchObject([{ oid: before[0]!["oid"], datname: "shop-gumshoe-one", datallowconn: true, login: true }]);
    await expect(ask(source, "reporter", "shop-gumshoe-one")("select 1")).rejects.toThrow("permission denied for database");
    expect(await run("prove", "one")).toMatchObject({ unchanged: "yes", code: "0" });
    expect(await run("compare", "one")).toMatchObject({ same: "yes", code: "0" });
    expect(await run("fingerprint", "one")).toMatchObject({ fingerprint: ended["fingerprint"]!, code: "0" });
    // The same check again, of a copy that has set it aside already.
    expect(await run("check", "one")).toMatchObject({ reason: "the target is not empty, and is not one that a copy left unfinished" });
  }, 240_000);

  test("on the target the application owns its database, and is an ordinary role", async () => {
    const shop = ask(made.target, "app", "shop");
    expect(
      await shop(
        `select rolcreaterole, rolcreatedb, rolsuper, pg_has_role('rds_superuser', 'member') as administrator, pg_has_role(datdba, 'usage') as owner
          from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
      ),
    ).toEqual([{ rolcreaterole: false, rolcreatedb: true, rolsuper: false, administrator: false, owner: true }]);
    expect(await shop("show lock_timeout")).toEqual([{ lock_timeout: "7s" }]);
    await shop("alter table t add column more text; insert into t (n) values (-1); create extension pg_trgm");
    await expect(shop("select * from reports.daily")).rejects.toThrow("permission denied");
  });

  test("a database that was made anew under the old name is no proof, is not overwritten, and the one that was set aside stays whole", async () => {
    const { source, run, facts } = made;
    await ask(source, "app", "postgres")("create database shop");
    expect(await run("prove", "one")).toMatchObject({
      reason: "a database shop was made anew, beside the one that was set aside",
      code: "4",
    });
    const before = await facts();
    expect(await run("unfence", "one")).toMatchObject({
      reason: expect.stringContaining("a database shop was made anew") as string,
      code: "1",
    });
    expect(await facts()).toEqual(before);
    await ask(source, "app", "postgres")("drop database shop");
    expect(await run("prove", "one")).toMatchObject({ unchanged: "yes", code: "0" });
  });

  test("it gets its name back, with every privilege as it was, also from under a session; repeated, that changes nothing", async () => {
    const { source, run, facts } = made;
    const client = new pg.Client({ connectionString: urlOf(source, "app", "shop-gumshoe-one") });
    client.on("error", () => {});
    await client.connect();
    const [{ oid } = {}] = await facts();
    for (let time = 0; time < 2; time++) {
      expect(await run("unfence", "one")).toMatchObject({ fence: "down", reason: "", code: "0" });
      expect(await facts()).toEqual([
        {
          oid,
          datname: "shop",
          datallowconn: true,
          login: true,
          acl: expect.arrayContaining([expect.stringMatching(/CONNECT,t\)$/)]) as unknown,
        },
      ]);
    }
    await client.end().catch(() => {});
    await ask(source, "reporter", "shop")("select * from reports.daily");
    expect(await ask(source, "app", "shop")("insert into t (n) values (-1) returning n")).toEqual([{ n: -1 }]);
    expect(await run("prove", "one")).toMatchObject({ reason: "the database is called shop again: the fence is down", code: "4" });
  });
});

/** What is not as it has to be, what is said of it, and how it becomes so again; who makes it is the superuser. */
const REFUSED: readonly [what: string, make: string, said: string, unmake: string, more?: Record<string, string>][] = [
  ["an application that may not make databases", "alter role app nocreatedb", "may not create databases (CREATEDB)", "alter role app createdb"],
  ["one that does not own its database", "alter database shop owner to master; grant connect on database shop to app", "the application does not own it", "revoke connect on database shop from app; alter database shop owner to app"],
  ["a name that is taken", `create database "shop-gumshoe-x"`, `there is a database "shop-gumshoe-x" already`, `drop database "shop-gumshoe-x"`],
  ["a maintenance database that does not answer", "select 1", "it takes nowhere, which does not answer", "select 1", { GUMSHOE_SOURCE_MAINTENANCE_DB: "nowhere" }],
  ["a role that could come in under the other name", "create role back login in role app", "the role back could still connect", "drop role back"],
  ["a target whose administrator has the application's name", "select 1", "is the target's own administrator", "select 1", { GUMSHOE_TARGET_USER: "app", GUMSHOE_TARGET_PASSWORD_KEY: "DB_PASSWORD" }],
]; // prettier-ignore

describe.skipIf(withoutServers())("it is refused, before anything is changed, for", () => {
  let made: OwnAdministrator;
  beforeAll(async () => {
    made = await makeOwnAdministrator();
    // So that a target is reached at all where it is one login for both.
    await ask(made.target, "rdsadmin", "postgres")("create role app login createdb createrole password 'a''p p\"%1\\z#'");
  }, 120_000);
  afterAll(async () => made.stop());

  test.for(REFUSED)("%s", async ([, make, said, unmake, more]) => {
    const admin = ask(made.source, "rdsadmin", "postgres");
    await admin(make);
    const before = await made.facts();
    const checked = await made.run("check", "x", more);
    expect(await made.facts()).toEqual(before);
    await admin(unmake);
    expect(checked).toMatchObject({ reason: expect.stringContaining(said) as string, code: "3" });
  });

  test("a session that it may not end", async () => {
    const admin = ask(made.source, "rdsadmin", "postgres");
    await admin("revoke rds_superuser from app; grant pg_read_all_data to app");
    const client = new pg.Client({ connectionString: urlOf(made.source, "reporter", "shop") });
    await client.connect();
    const checked = await made.run("check", "x");
    await client.end();
    expect(checked).toMatchObject({ reason: expect.stringContaining("may not end the session of reporter") as string, code: "3" });
    expect(await made.run("check", "x")).toMatchObject({ reason: "", code: "0", loses: "" });
  });
});
