import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ask, makeShop, startServer, urlOf, withoutServers, type Server } from "../copy/servers.ts";
import { makeHost, type Host } from "./host.ts";

let server: Server;
let host: Host;
const open: pg.Client[] = [];

/** A session that stays; what it runs is not waited for where it has to wait itself. */
async function session(application: string, user = "app"): Promise<pg.Client & { pid: number }> {
  const client = new pg.Client({ connectionString: urlOf(server, user, "shop"), application_name: application });
  client.on("error", () => {});
  await client.connect();
  open.push(client);
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return Object.assign(client, { pid: rows[0]!.pid });
}

async function waitsAre(waiting: number): Promise<void> {
  const look = ask(server, "rdsadmin", "shop");
  for (;;) {
    const [row] = await look("select count(distinct pid)::int as n from pg_locks where not granted");
    if (row?.["n"] === waiting) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Somebody holds a row, another one waits for it, and a third one waits for the second. */
async function blocked(statement = "update stock set n = n + 1 where id = 1") {
  const holder = await session("import");
  await holder.query("begin");
  await holder.query(statement);
  const second = await session("web-1");
  await second.query("begin");
  const ended = second.query("update stock set n = 5 where id = 1").then(
    () => "went on",
    () => "ended",
  );
  const third = await session("web-2");
  void third.query("update stock set n = 6 where id = 1").catch(() => {});
  await waitsAre(2);
  return { holder, second, ended };
}

const namedIn = (said: Record<string, string>): Record<string, string> => ({
  SSM_pid: said["session.1.pid"] ?? "",
  SSM_began: said["session.1.began"] ?? "",
  SSM_xact: said["session.1.xact"] ?? "",
});

describe.skipIf(withoutServers())("the program that ends a session, against a real PostgreSQL", () => {
  beforeAll(async () => {
    server = await startServer();
    await makeShop(server);
    await ask(server, "app", "shop")("create table stock (id int primary key, n int); insert into stock values (1, 1), (2, 2)");
    await ask(server, "master", "postgres")("create role reporter login password 'r3porter'; grant connect on database shop to reporter");
    await ask(server, "app", "shop")("grant select, update on stock to reporter");
    host = makeHost(server);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (client) => client.end().catch(() => {})));
    await waitsAre(0);
  });
  afterAll(async () => {
    host?.remove();
    await server?.stop();
  });

  test("nothing is named where nobody waits, and a login that does not work is told in the server's words", async () => {
    expect(await host.run("sessions")).toMatchObject({ "session.count": "0", waiting: "0", result: "done", "login.user": "app" });
    const bad = await host.run("sessions", {
      SSM_urlKey: "",
      SSM_passwordKey: "MASTER",
      SSM_user: "app",
      SSM_host: "127.0.0.1",
      SSM_port: String(server.port),
      SSM_db: "shop",
    });
    expect(bad).toMatchObject({
      result: "refused",
      reason: expect.stringMatching(/^the database cannot be looked at: password authentication failed/) as string,
    });
    expect(bad["stdout"]).not.toContain("m4ster");
  });

  test("the root of the chain is named with all that wait behind it, and nothing secret of what it runs", async () => {
    const { holder } = await blocked(
      "/* don't */ update stock set n = 4711 /* ' */ where id = 1 and 'card 4242' <> E'it\\'s s3cret' and $q$tok'en$q$ <> '' -- '\n and \"n\" <> 99",
    );
    const said = await host.run("sessions");
    expect(said).toMatchObject({
      "session.count": "1",
      waiting: "2",
      "session.1.pid": String(holder.pid),
      "session.1.waiters": "2",
      "session.1.user": "app",
      "session.1.application": "import",
      "session.1.client": "127.0.0.1",
      "session.1.state": "idle in transaction",
      "session.1.may": "yes",
      "session.1.statement": ' update stock set n = ? where id = ? and ? <> E? and ? <> ? and "n" <> ?',
    });
    expect(said["stdout"]).not.toMatch(/4242|s3cret|tok|4711|p%1/);
  });

  test("the session that is named is ended, its transaction rolled back, and those behind it go on", async () => {
    const { second, ended } = await blocked();
    const said = await host.run("sessions");
    expect(await host.run("end", namedIn(said))).toMatchObject({ ended: "yes", there: "no", waited: "2", result: "done", still: "1" });
    expect(await ended).toBe("went on");
    await second.query("commit");
    expect(await host.run("session", namedIn(said))).toMatchObject({ there: "no", waiting: "0" });
    // Told twice, it ends nobody.
    expect(await host.run("end", namedIn(said))).toMatchObject({ ended: "no", result: "done" });
  });

  test("a session that was given the same number, and one that has gone on to another transaction, are not ended", async () => {
    const { holder } = await blocked();
    const named = namedIn(await host.run("sessions"));
    expect(await host.run("end", { ...named, SSM_began: "2020-01-01T00:00:00.000000Z" })).toMatchObject({ ended: "no", there: "no" });
    await holder.query("commit");
    await holder.query("begin");
    await holder.query("select 1");
    expect(await host.run("end", named)).toMatchObject({
      result: "refused",
      reason: expect.stringContaining("another transaction") as string,
    });
    expect((await holder.query("select 1 as n")).rows).toEqual([{ n: 1 }]);
  });

  test("a session of another role is told as one that this login may not end, and is not ended", async () => {
    const reporter = await session("report", "reporter");
    await reporter.query("begin");
    await reporter.query("update stock set n = 0 where id = 2");
    const waiter = await session("web-1");
    void waiter.query("update stock set n = 1 where id = 2").catch(() => {});
    await waitsAre(1);
    const said = await host.run("sessions");
    expect(said).toMatchObject({ "session.1.user": "reporter", "session.1.may": "no", "session.1.began": "" });
    const asMaster = {
      SSM_urlKey: "",
      SSM_passwordKey: "MASTER",
      SSM_user: "master",
      SSM_host: "127.0.0.1",
      SSM_port: String(server.port),
      SSM_db: "shop",
    };
    const seen = await host.run("sessions", asMaster);
    expect(seen).toMatchObject({ "session.1.user": "reporter", "session.1.may": "yes" });
    expect(await host.run("end", namedIn(seen))).toMatchObject({ result: "done", ended: "no" });
    expect((await reporter.query("select 1 as n")).rows).toEqual([{ n: 1 }]);
    expect(await host.run("end", { ...namedIn(seen), ...asMaster })).toMatchObject({ ended: "yes", there: "no", still: "0" });
  });

  test("whatever a client calls itself is one printable line, and a value that is none is refused", async () => {
    const holder = await session("evil\nresult=done\u001f|'\"$(id)");
    await holder.query("begin");
    await holder.query("update stock set n = 3 where id = 1");
    const waiter = await session("web-1");
    void waiter.query("update stock set n = 1 where id = 1").catch(() => {});
    await waitsAre(1);
    const said = await host.run("sessions");
    expect(said["session.1.application"]).toMatch(/^evil.result=done.\|'"\$\(id\)$/);
    expect(said["stdout"]?.match(/^result=/gm)).toHaveLength(1);
    for (const [name, value] of [
      ["SSM_pid", "1; drop"],
      ["SSM_began", "now()'"],
      ["SSM_table", "a;b"],
      ["SSM_plan", "../x"],
    ] as const)
      expect((await host.run("session", { [name]: value }))["failed"]).toBeDefined();
  });
});
