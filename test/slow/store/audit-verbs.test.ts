import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { exportLines, verify } from "../../../src/cli/store/audit.ts";
import { plainPaint } from "../../../src/cli/terminal.ts";
import type { Terminal } from "../../../src/cli/verbs.ts";
import { auditOf } from "../../../src/store/audit/audit.ts";
import { wordsOf, type Language } from "../../../src/words/language.ts";
import { freshDatabase } from "../../store/fresh-store.ts";

const CONFIG =
  "environments:\n  prod:\n    timezone: Asia/Seoul\n    hosts: [local]\n    caddy: { accessLog: /var/log/caddy/access.log }\n    database: { host: db.internal }\n";

/** A store whose audit has four lines, two of them of incident 7, and what a verb is run with. */
async function bench(language: Language = "en") {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-audit-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, "gumshoe.yml"), CONFIG);
  const { url, db } = await freshDatabase();
  for (const incident of [7, undefined, 7, 8])
    await auditOf(db).note({ at: new Date(0), actor: "Mina", event: "noted", detail: {}, ...(incident ? { incident } : {}) });
  let [printed, code] = ["", 0];
  const terminal: Terminal = {
    paint: plainPaint,
    live: false,
    env: { DATABASE_URL: url },
    signal: new AbortController().signal,
    print: (text) => void (printed += text),
    progress: () => {},
    exitWith: (given) => void (code = given),
  };
  const options = { config: join(dir, "gumshoe.yml"), words: wordsOf(language) };
  const told = async (work: Promise<void>) => {
    [printed, code] = ["", 0];
    await work;
    return { code, printed };
  };
  return { dir, db, terminal, options, told };
}

it("says that the audit is whole with its head, and of a broken one which line is wrong first", async () => {
  const { db, options, terminal, told } = await bench();
  const whole = await told(verify(undefined, options, terminal));
  expect(whole.code).toBe(0);
  const [, head = ""] =
    /^The audit is whole: 4 lines, each follows from the one before. Head: (4:[0-9a-f]{64})\n$/.exec(whole.printed) ?? [];
  expect(head).not.toBe("");
  expect(await told(verify(undefined, { ...options, head }, terminal))).toEqual(whole);
  const other = { ...options, head: head.replace(/.$/, (last) => (last === "0" ? "1" : "0")) };
  expect(await told(verify(undefined, other, terminal))).toEqual({
    code: 1,
    printed: "The audit is broken: line 4 is not the one that the head was taken of.\n",
  });
  await expect(verify(undefined, { ...options, head: "4" }, terminal)).rejects.toThrow("4 is not a head");
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`delete from audit where nth = 2`.execute(tx);
  });
  expect(await told(verify(undefined, options, terminal))).toEqual({ code: 1, printed: "The audit is broken: line 2 is missing.\n" });
});

it("exports all of it, or what is of one incident, and verifies the file by itself", async () => {
  const { dir, options, terminal, told } = await bench("ko");
  const [all, part] = [join(dir, "all"), join(dir, "part")];
  expect((await told(exportLines({ ...options, out: all }, terminal))).printed).toBe(`${all}: 4줄.\n`);
  expect((await stat(all)).mode & 0o077).toBe(0);
  const printed = await told(exportLines(options, terminal));
  expect(printed.printed).toBe(await readFile(all, "utf8"));
  const store = await told(verify(undefined, options, terminal));
  expect(await told(verify(all, options, terminal))).toEqual(store);
  await exportLines({ ...options, incident: "7", out: part }, terminal);
  expect(await told(verify(part, options, terminal))).toMatchObject({
    code: 0,
    printed: expect.stringContaining("장애 7의 2줄") as string,
  });
  await writeFile(all, printed.printed.replace("noted", "nodded"));
  expect(await told(verify(all, options, terminal))).toMatchObject({ code: 1, printed: expect.stringContaining("1번째 줄") as string });
});

it("takes the place of no file, and says what is wrong with what it was given", async () => {
  const { dir, options, terminal } = await bench();
  const file = join(dir, "gumshoe.yml");
  await expect(exportLines({ ...options, out: file }, terminal)).rejects.toThrow("is there already; name a new file");
  await expect(exportLines({ ...options, out: join(dir, "no/where") }, terminal)).rejects.toThrow("ENOENT");
  await expect(exportLines({ ...options, incident: "x" }, terminal)).rejects.toThrow("x is not an incident's number");
  await expect(verify(join(dir, "nowhere"), options, terminal)).rejects.toThrow("ENOENT");
});
