import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyScript } from "../../../src/remediation/copy-script.ts";
import { makeOwnAdministrator, type OwnAdministrator } from "./own-administrator.ts";
import { ask, urlOf, withoutServers } from "./servers.ts";

/** The program's text, with its own end at one place: whatever belongs to the run (or, undoing, the program alone) is killed there. */
function killedAt(place: string, at: string): string {
  const text = copyScript();
  expect(text.split(place), place).toHaveLength(2);
  return text.replace(place, () => at);
}

const RUN = "kill -KILL 0";
const ITSELF = "kill -KILL $$; sleep 60";

/** Where a fence is killed, and what then stands: the name, whether it takes connections, and what the run says of its fence. */
const FENCING: readonly [where: string, place: string, at: string, stands: [name: string, open: boolean, fence: string]][] = [
  ["nothing but the way back was written down", "put fence raising ||", `put fence raising && ${RUN} ||`, ["shop", true, "raising"]],
  ["the database is closed", `&& "$2" ||`, `&& ${RUN} ||`, ["shop", false, "raising"]],
  ["it was set aside and nobody has written so", `name_source "$aside" rename_aside\n`, `name_source "$aside" rename_aside\n${RUN}\n`, ["aside", true, "raising"]],
  ["the fence is up and not proven", "put fence up\n", `put fence up\n${RUN}\n`, ["aside", true, "up"]],
]; // prettier-ignore

const UNDOING: typeof FENCING = [
  ["the database is closed under its other name", `&& end_sessions "$of_others" &&`, `&& { ${ITSELF}; } &&`, ["aside", false, "proven"]],
  ["it has its name again and nobody has written so", "undo_aside || not_found\n", `undo_aside || not_found\n${ITSELF}\n`, ["shop", true, "proven"]],
]; // prettier-ignore

describe.skipIf(withoutServers())("a fence that is killed where", () => {
  let made: OwnAdministrator;
  let before: Record<string, unknown>[];
  let id = 0;
  beforeAll(async () => {
    made = await makeOwnAdministrator();
    before = await made.facts();
  }, 120_000);
  afterAll(async () => made.stop());

  const write = (text: string) => writeFileSync(join(made.host.dir, "copy.sh"), text);
  const fence = async (of: string) => (await made.run("status", of))["fence"];
  /** Everything is as it was, however often it is asked for; a run that was killed says so and nothing else. */
  const isBack = async (of: string) => {
    for (let time = 0; time < 2; time++) {
      expect(await made.run("unfence", of)).toMatchObject({ fence: "down", reason: "", code: "0" });
      expect(await made.facts()).toEqual(before);
    }
    await ask(made.source, "app", "shop")("select count(*) from t");
    await ask(made.source, "reporter", "shop")("select count(*) from reports.daily");
    await ask(made.target, "rdsadmin", "postgres")("drop database if exists shop with (force)");
  };

  test.for(FENCING)("%s", async ([, place, at, [name, open, said]]) => {
    const of = `k${++id}`;
    write(killedAt(place, at));
    await made.run("start", of);
    expect(await made.host.ended(of)).toMatchObject({ state: "died", phase: "fence", usable: "no", fence: said });
    write(copyScript());
    expect(await made.facts()).toMatchObject([{ datname: name === "aside" ? `shop-gumshoe-${of}` : name, datallowconn: open }]);
    // What has been set aside already is no reason against it; a database that is closed cannot be looked at.
    const reason = open ? "" : expect.stringContaining("not currently accepting connections");
    expect(await made.run("check", of)).toMatchObject({ reason });
    await isBack(of);
  });

  test.for(UNDOING)("while it is taken down, %s", async ([, place, at, [name, open, said]]) => {
    const of = `k${++id}`;
    write(copyScript());
    await made.run("start", of);
    expect(await made.host.ended(of)).toMatchObject({ state: "done", reason: "", fence: "proven" });
    write(killedAt(place, at));
    await made.run("unfence", of);
    write(copyScript());
    expect(await fence(of)).toBe(said);
    expect(await made.facts()).toMatchObject([{ datname: name === "aside" ? `shop-gumshoe-${of}` : name, datallowconn: open }]);
    await isBack(of);
  });

  test("the server is still at the rename: what was sent is ended before anything is looked at, and takes no place later", async () => {
    const of = `k${++id}`;
    const aws = new pg.Client({ connectionString: urlOf(made.source, "rdsadmin", "shop") });
    aws.on("error", () => {});
    await made.run("start", of);
    // One whom nobody can end comes in after the check, and keeps the rename waiting.
    await aws.connect();
    const waiting = `select 1 from pg_stat_activity where query like 'alter database%rename%' and state = 'active' and pid <> pg_backend_pid()`;
    await expect
      .poll(async () => (await ask(made.source, "rdsadmin", "postgres")(waiting)).length, { timeout: 60_000, interval: 20 })
      .toBe(1);
    process.kill(
      Number(
        readFileSync(join(made.host.dir, "state", `copy-${of}`, "pid"), "latin1")
          .split("-")
          .at(-2),
      ),
      "SIGKILL",
    );
    expect(await made.run("unfence", of)).toMatchObject({ fence: "down", reason: "", code: "0" });
    await aws.end();
    expect(await made.facts()).toEqual(before);
    await isBack(of);
  });

  test("one session of AWS stays for a moment: the fence waits for its end, and is raised", async () => {
    const of = `k${++id}`;
    const aws = new pg.Client({ connectionString: urlOf(made.source, "rdsadmin", "shop") });
    aws.on("error", () => {});
    await made.run("start", of);
    await aws.connect();
    const shut = async () => (await made.facts())[0]?.["datallowconn"];
    await expect.poll(shut, { timeout: 60_000, interval: 20 }).toBe(false);
    await aws.end();
    expect(await made.host.ended(of)).toMatchObject({ state: "done", reason: "", fence: "proven" });
    await isBack(of);
  });
});
