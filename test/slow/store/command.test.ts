import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openForCommand } from "../../../src/store/open.ts";
import { silent } from "../../store/fresh-store.ts";

const CONFIG =
  "store: { folder: ./STORE }\nenvironments:\n  prod:\n    hosts: [local]\n    caddy: { accessLog: /var/log/caddy/access.log }\n    database: { host: db.internal }\n";

type Ran = { code: number; out: string; err: string };

/** Runs the command as a user would, on a machine without DATABASE_URL. */
async function gumshoe(...args: string[]): Promise<Ran> {
  const { DATABASE_URL: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, ["src/gumshoe.js", ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err });
    });
  });
}

it("reads, backs up and restores the store of a folder while no bot runs, and leaves no server behind", async () => {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-command-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  for (const name of ["old", "new"]) await writeFile(join(dir, `${name}.yml`), CONFIG.replace("STORE", name));
  const [old, fresh] = [join(dir, "old.yml"), join(dir, "new.yml")];
  expect(await gumshoe("incidents", "--config", old)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^gumshoe: nothing was ever written/),
  });
  const store = await openForCommand({ folder: join(dir, "old"), log: silent }, { create: true });
  const times = { opened_at: new Date(), last_heard_at: new Date() };
  const opened_by = JSON.stringify({ kind: "check", cron: "*/5 * * * *" });
  const home = JSON.stringify({ channel: "C0PROD" });
  await store.db
    .insertInto("incident")
    .values({ environment: "prod", state: "open", severity: "warning", opened_by, home, ...times })
    .execute();
  await store.close();
  const file = join(dir, "backup");
  expect(await gumshoe("backup", file, "--config", old)).toMatchObject({ code: 0, out: expect.stringContaining(": 1 row, "), err: "" });
  expect(await gumshoe("restore", file, "--config", fresh)).toEqual({ code: 0, out: `${file}: 1 row restored.\n`, err: "" });
  const shown = await gumshoe("incidents", "show", "1", "--config", fresh);
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining("a check by schedule (*/5 * * * *)"), err: "" });
  const again = await gumshoe("restore", file, "--config", fresh);
  expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/^gumshoe: the store already holds something \(table incident\)/) });
  for (const name of ["old", "new"]) expect(await readdir(join(dir, name, "postgres"))).not.toContain("postmaster.pid");
});
