import { makeHost, type Host, type Said } from "./program.ts";
import { ask, PASSWORDS, startServer, type Server } from "./servers.ts";

/** An application that logs in as its database's administrator, as most do at Lightsail; `shop` is copied to a `shop` of the other server. */
export type OwnAdministrator = {
  source: Server;
  target: Server;
  host: Host;
  run: (verb: string, id: string, more?: Record<string, string>) => Promise<Said>;
  facts: () => Promise<Record<string, unknown>[]>;
  stop: () => Promise<void>;
};

/** What a host is told whose copy has no other login at the source than the application's. */
const BY_ITSELF = { GUMSHOE_SOURCE_USER: "app", GUMSHOE_SOURCE_PASSWORD_KEY: "DB_PASSWORD", GUMSHOE_TARGET_DB: "shop" };

/** Two servers and a host; the application is no superuser, owns `shop`, and may make roles and databases. `reporter` has a table of its own. */
export async function makeOwnAdministrator(): Promise<OwnAdministrator> {
  const [source, target] = await Promise.all([startServer(), startServer()]);
  const host = await makeHost(source, target);
  const [app, reporter] = ["app", "reporter"].map((name) => (PASSWORDS[name] ?? "").replaceAll("'", "''"));
  await ask(
    source,
    "rdsadmin",
    "postgres",
  )(
    `create role app login createrole createdb password '${app}'; grant rds_superuser to app; create role reporter login password '${reporter}'; alter role app set lock_timeout = '7s'`,
  );
  await ask(source, "app", "postgres")("create database shop");
  await ask(
    source,
    "app",
    "postgres",
  )("revoke all on database shop from public; grant connect on database shop to reporter with grant option");
  await ask(source, "rdsadmin", "shop")("create schema reports authorization reporter");
  await ask(source, "reporter", "shop")("create table reports.daily (a int); insert into reports.daily values (1)");
  await ask(
    source,
    "app",
    "shop",
  )(
    "create table t (id serial primary key, n integer unique); create table big as select n, repeat('x', 200) as filling from generate_series(1, 20000) n; create extension citext",
  );
  await ask(target, "master", "postgres")("create role reporter; grant reporter to master");
  const facts = async () =>
    ask(
      source,
      "rdsadmin",
      "postgres",
    )(
      `select oid::int, datname, datallowconn, array(select a::text from aclexplode(datacl) a order by 1) as acl, (select rolcanlogin from pg_roles where rolname = 'app') as login
        from pg_database where datname like 'shop%' order by 2`,
    );
  return {
    source,
    target,
    host,
    run: async (verb, id, more = {}) => host.run(verb, id, { ...BY_ITSELF, ...more }),
    facts,
    stop: async () => {
      await Promise.all([source.stop(), target.stop(), host.remove()]);
    },
  };
}
