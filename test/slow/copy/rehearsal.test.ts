import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeHost, type Host } from "./program.ts";
import { ask, makeShop, startServer, urlOf, withoutServers, type Server } from "./servers.ts";

/** An application that writes two tables and a sequence in each transaction, reconnects when it is thrown out, and remembers what was acknowledged. */
function writer(source: Server): { acknowledged: number[]; errors: Set<string>; stop: () => Promise<void> } {
  const acknowledged: number[] = [];
  const errors = new Set<string>();
  let going = true;
  const work = (async () => {
    for (let n = 1; going; n++) {
      const client = new pg.Client({ connectionString: urlOf(source, "app", "shop") });
      client.on("error", (error) => errors.add(error.message));
      try {
        await client.connect();
        for (; going; n++) {
          await client.query(
            `begin; insert into orders (n) values (${n}); insert into payments values (${n}, nextval('receipts')); commit`,
          );
          acknowledged.push(n);
          await sleep(5);
        }
      } catch (error) {
        errors.add((error as Error).message);
        await sleep(100);
      }
      await client.end().catch(() => {});
    }
  })();
  return { acknowledged, errors, stop: async () => ((going = false), work) };
}

describe.skipIf(withoutServers())("an application that writes all the time", () => {
  let source: Server, target: Server, host: Host;
  beforeAll(async () => {
    [source, target] = await Promise.all([startServer(), startServer()]);
    host = await makeHost(source, target);
    await makeShop(source);
    await ask(
      source,
      "app",
      "shop",
    )(`create sequence receipts; create table orders (id bigserial primary key, n integer unique);
      create table payments (n integer primary key references orders (n), receipt bigint); create table other as select n from generate_series(1, 20000) n`);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([source.stop(), target.stop(), host.remove()]);
  });

  test("a rehearsal copies one moment of it, leaves it alone, and drops what it made", async () => {
    const application = writer(source);
    await host.run("start", "rehearsal", { GUMSHOE_COPY_MODE: "rehearse", GUMSHOE_TARGET_DB: "scratch", GUMSHOE_COPY_WORKERS: "3" });
    expect(await host.ended("rehearsal")).toMatchObject({ state: "done", reason: "", usable: "no", fence: "", mode: "rehearse" });
    await application.stop();
    expect([...application.errors]).toEqual([]);
    expect(application.acknowledged.length).toBeGreaterThan(20);
    expect(await ask(target, "rdsadmin", "postgres")("select datname from pg_database where datname = 'scratch'")).toEqual([]);
  });

  test("the copy throws it out, and each row that was acknowledged is in the target", async () => {
    const application = writer(source);
    await sleep(500);
    await host.run("start", "copy");
    expect(await host.ended("copy")).toMatchObject({ state: "done", reason: "", usable: "yes", fence: "proven" });
    await application.stop();
    expect([...application.errors].join("\n")).toContain('role "app" is not permitted to log in');
    expect(await host.run("compare", "copy")).toMatchObject({ same: "yes" });
    const rows = await ask(target, "app", "shop_new")("select n from orders join payments using (n) where n > 0 order by n");
    expect(rows.map((row) => row["n"])).toEqual(expect.arrayContaining(application.acknowledged));
    const [next] = await ask(target, "app", "shop_new")("select nextval('receipts') > (select max(receipt) from payments) as beyond");
    expect(next).toEqual({ beyond: true });
  });
});
