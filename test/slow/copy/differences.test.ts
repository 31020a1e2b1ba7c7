import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeHost, type Host } from "./program.ts";
import { ask, makeShop, startServer, withoutServers, type Server } from "./servers.ts";

// What is changed in the target, what is said of it, and what puts it back.
const DIFFERENCES: readonly [what: string, change: string, said: RegExp, back: string][] = [
  ["a row that is missing", "delete from void", /^table public.void differs: 2 rows in the source, 0 in the target$/, "insert into void values (1), (2)"],
  ["a value", "update void set a = 9 where a = 1", /^table public.void differs: 2 rows .*, 2 in the target, with other content$/, "update void set a = 1 where a = 9"],
  ["null in place of an empty text", "update parent set said = null", /^table public.parent differs/, "update parent set said = ''"],
  ["a row that is there twice", "insert into void values (1)", /^table public.void differs: 2 rows in the source, 3/, "delete from void; insert into void values (1), (2)"],
  ["rows of a partition", "delete from events_rest_x", /^table public.events_rest_x differs/, "insert into events_rest_x values ('2026-02-02', 'x')"],
  ["a table that is missing", "alter table nothing rename to something", /^table public.nothing is not in the target: relation "public.nothing" does not exist/, "alter table something rename to nothing"],
  ["a table too much", "create table more (a int)", /^definition more; Type: TABLE; .*only in the target$/, "drop table more"],
  ["a column's type", "alter table egg alter hen type bigint", /^definition egg; Type: TABLE/, "alter table egg alter hen type integer"],
  ["a column's default", "alter table void alter a set default 1", /^definition void; Type: TABLE|^definition void a; Type: DEFAULT/, "alter table void alter a drop default"],
  ["a not-null", "alter table void alter a set not null", /^definition void; Type: TABLE/, "alter table void alter a drop not null"],
  ["a generated column's expression", "alter table computed drop a; alter table computed add a int generated always as (2) stored", /^definition computed; Type: TABLE/, "alter table computed drop a; alter table computed add a integer generated always as (1 + 1) stored"],
  ["an index", "drop index named", /^definition named; Type: INDEX/, "create index named on void (a)"],
  ["a foreign key", "alter table egg drop constraint egg_hen_fkey", /^definition egg egg_hen_fkey; Type: FK CONSTRAINT/, "alter table egg add constraint egg_hen_fkey foreign key (hen) references hen"],
  ["a check", "alter table void drop constraint small", /^definition void; Type: TABLE/, "alter table void add constraint small check (a < 100)"],
  ["a trigger that is off", "alter table events disable trigger stamp", /^definition events; Type: TABLE|^definition .*events.*stamp/, "alter table events enable trigger stamp"],
  ["a function's text", "create or replace function add(a integer, b integer) returns integer language sql immutable as 'select a - b'", /^definition add\(integer, integer\); Type: FUNCTION/, "create or replace function add(a integer, b integer) returns integer language sql immutable as 'select a + b'"],
  ["a view", "create or replace view seen as select a from void where a > 1", /^definition seen; Type: VIEW/, "create or replace view seen as select a from void"],
  ["a comment", "comment on table void is 'x'", /^definition TABLE void; Type: COMMENT/, "comment on table void is null"],
  ["a privilege", "grant select on void to reporter", /^definition TABLE void; Type: ACL/, "revoke select on void from reporter"],
  ["an owner", "alter table void owner to clerk", /^definition named; Type: INDEX; Schema: public; Owner: (app|clerk)/, "alter table void owner to app"],
  ["a label of an enum", "alter type mood rename value 'ok' to 'fine'", /^definition mood; Type: TYPE/, "alter type mood rename value 'fine' to 'ok'"],
  ["a sequence's place", "select setval('used', 8)", /^sequence public.used/, "select setval('used', 7)"],
  ["a sequence that was called", "select setval('used', 7, false)", /^sequence public.used/, "select setval('used', 7)"],
  ["a sequence's step", "alter sequence used increment by 2", /^definition used; Type: SEQUENCE/, "alter sequence used increment by 1"],
  ["an extension's version", "drop extension citext; create extension citext version '1.5'", /^extension citext/, "drop extension citext; create extension citext version '1.6'"],
  ["an extension", "drop extension citext", /^(definition|extension) /, "create extension citext"],
  ["a setting of the database", "alter database shop_new set work_mem = '7MB'", /^setting work_mem=7MB: only in the target$/, "alter database shop_new reset work_mem"],
  ["a large object's content", "select lo_put(7, 1, '\\xff')", /^large objects /, "select lo_put(7, 1, '\\x01')"],
  ["a large object's owner", "alter large object 7 owner to clerk", /^large objects /, "alter large object 7 owner to app"],
  ["a large object too much", "set role app; select lo_from_bytea(8, '')", /^large objects /, "select lo_unlink(8)"],
  ["a view that is not computed", "refresh materialized view kept with no data", /^materialized view public.kept/, "refresh materialized view kept"],
  ["an identity", "alter table numbered alter id set generated by default", /^definition numbered id; Type: SEQUENCE|^definition numbered_id_seq|^identity/, "alter table numbered alter id set generated always"],
  ["a policy", "drop policy mine on parent", /^definition parent mine; Type: POLICY/, "create policy mine on parent using (said = '')"],
]; // prettier-ignore

const SHOP = `create extension citext;
  create table void (a integer constraint small check (a < 100)); insert into void values (1), (2); create index named on void (a);
  create table parent (said text); insert into parent values (''); create policy mine on parent using (said = ''); create table nothing (); create table computed (a integer generated always as (1 + 1) stored);
  create table events (at date, what text) partition by range (at); create table events_rest_x partition of events default; insert into events values ('2026-02-02', 'x');
  create function stamp() returns trigger language plpgsql as $$ begin return new; end $$; create trigger stamp before insert on events for each row execute function stamp();
  create table hen (id integer primary key); create table egg (hen integer constraint egg_hen_fkey references hen);
  create function add(a integer, b integer) returns integer language sql immutable as 'select a + b';
  create view seen as select a from void; create type mood as enum ('ok', 'sad'); create sequence used; select setval('used', 7);
  create materialized view kept as select 1 as one; create table numbered (id integer generated always as identity);
  select lo_from_bytea(7, '\\x000102')`;

describe.skipIf(withoutServers())("what differs is named", () => {
  let source: Server, target: Server, host: Host;
  beforeAll(async () => {
    [source, target] = await Promise.all([startServer(), startServer()]);
    host = await makeHost(source, target);
    for (const server of [source, target])
      await ask(server, "master", "postgres")("create role reporter; create role clerk; grant clerk to master");
    await makeShop(source);
    await ask(source, "app", "shop")(SHOP);
    await host.run("start", "one");
    expect(await host.ended("one")).toMatchObject({ state: "done", reason: "" });
    expect(await host.run("compare", "one")).toMatchObject({ same: "yes", code: "0" });
  }, 240_000);
  afterAll(async () => {
    await Promise.all([source.stop(), target.stop(), host.remove()]);
  });

  test.for(DIFFERENCES)("%s", async ([, change, said, back]) => {
    const asked = ask(target, "rdsadmin", "shop_new");
    await asked(change);
    const compared = await host.run("compare", "one");
    await asked(back);
    expect(compared).toMatchObject({ reason: expect.stringMatching(said) as string, exit: "4", code: "4" });
  });

  test("the same again is the same again", async () => {
    expect(await host.run("compare", "one")).toMatchObject({ same: "yes", code: "0" });
  });

  test("a source that was written to since has another fingerprint, and the table is named", async () => {
    const before = await host.run("fingerprint", "one");
    expect(before).toMatchObject({ code: "0" });
    await ask(source, "rdsadmin", "shop")("insert into void values (3)");
    expect(await host.run("fingerprint", "one")).toMatchObject({ reason: "the source is not as it was when it was copied", code: "4" });
    expect(await host.run("prove", "one")).toMatchObject({
      reason: "the source was written to behind the fence: table public.void",
      code: "4",
    });
    expect(await host.run("compare", "one")).toMatchObject({
      reason: "table public.void differs: 3 rows in the source, 2 in the target",
      code: "4",
    });
  });
});
