import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { backup, restoreFrom } from "../../../src/cli/store/backup.ts";
import { listIncidents, printIncident } from "../../../src/cli/store/incidents.ts";
import { withFaults } from "../../../src/cli/store/say-fault.ts";
import { plainPaint } from "../../../src/cli/terminal.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";
import type { Terminal } from "../../../src/cli/verbs.ts";
import { StoreFault, type Fault } from "../../../src/store/database/store-fault.ts";
import { wordsOf, type Language } from "../../../src/words/language.ts";
import { freshDatabase, freshUrl } from "../../store/fresh-store.ts";

const DATA = await readFile(new URL("../../store/fixtures/data-of-001.sql", import.meta.url), "utf8");
const CONFIG =
  "environments:\n  prod:\n    timezone: Asia/Seoul\n    hosts: [local]\n    caddy: { accessLog: /var/log/caddy/access.log }\n    database: { host: db.internal }\n";

async function folderWithConfig(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-verbs-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, "gumshoe.yml"), CONFIG);
  return dir;
}

/** What a verb is run with, and what it has printed. */
async function bench(url: string, language: Language = "en") {
  const dir = await folderWithConfig();
  const printed: string[] = [];
  const terminal: Terminal = {
    paint: plainPaint,
    live: false,
    env: { DATABASE_URL: url },
    signal: new AbortController().signal,
    print: (text) => void printed.push(text),
    progress: () => {},
    exitWith: () => {},
  };
  return { dir, terminal, options: { config: join(dir, "gumshoe.yml"), words: wordsOf(language) }, text: () => printed.join("") };
}

async function withData(language: Language = "en") {
  const { url, db } = await freshDatabase();
  await sql.raw(DATA).execute(db);
  return { ...(await bench(url, language)), url, db };
}

it("lists the incidents that are open first, in their environment's time", async () => {
  const { options, terminal, text } = await withData();
  await listIncidents({ ...options, json: false, all: false }, terminal);
  expect(text()).toBe(
    [
      "No.  Environment  State      Severity  Opened               Ended                Alarms",
      "8    staging      open       warning   2026-11-26 01:00:00  –                    0",
      "7    prod         recovered  critical  2026-11-26 02:41:03  2026-11-26 03:20:00  17",
      "",
    ].join("\n"),
  );
});

it("says so where there is none, and prints JSON where that is asked for", async () => {
  const { url } = await freshDatabase();
  const none = await bench(url, "ko");
  await listIncidents({ ...none.options, json: false, all: false }, none.terminal);
  expect(none.text()).toBe("기록된 장애가 없습니다.\n");
  const some = await withData();
  await listIncidents({ ...some.options, json: true, all: true }, some.terminal);
  expect(JSON.parse(some.text())).toMatchObject({
    incidents: [
      { id: 8, state: "open" },
      { id: 7, state: "recovered", alarms: 17 },
    ],
  });
});

it("shows how an incident stands, its alarms, its diagnoses, and its timeline with sources", async () => {
  const { options, terminal, text } = await withData();
  await printIncident("7", { ...options, json: false }, terminal);
  const shown = text();
  expect(shown).toContain("Incident 7 · prod  recovered\n");
  expect(shown).toMatch(/Lasted +39 min\n/);
  expect(shown).toMatch(/Opened by +an alarm \(prod-5xx\)\n/);
  expect(shown).toMatch(/Told in +C0PROD\n/);
  expect(shown).toMatch(/prod-5xx +2026-11-26 02:41:00 +3 +412 +50 +quiet\n/);
  expect(shown).toMatch(
    /0a1b2c3d4e +2026-11-26 02:41:04 +27 s +web-errors +incident opened +ROOT CAUSE: The database's disk cannot keep up/,
  );
  expect(shown).toMatch(/2026-11-26 02:41:00 +alarm prod-5xx +Alarm fires at 412, against a threshold of 50/);
});

it("shows it in Korean, and as JSON without the evidence itself", async () => {
  const korean = await withData("ko");
  await printIncident("7", { ...korean.options, json: false }, korean.terminal);
  expect(korean.text()).toContain("장애 7 · prod  복구됨\n");
  const { options, terminal, text } = await withData();
  await printIncident("8", { ...options, json: true }, terminal);
  expect(Object.keys(JSON.parse(text()) as object)).toEqual(["incident", "timeline", "alarms", "diagnoses", "audit"]);
});

it("lets nothing of an alarm act on the terminal", async () => {
  const { db, options, terminal, text } = await withData();
  await sql`update timeline set what = ${JSON.stringify({ kind: "alarm-quiet", alarm: "a", name: "\u001b[2J\u0007evil\nline", reason: "" })} where incident_id = 7`.execute(
    db,
  );
  await printIncident("7", { ...options, json: false }, terminal);
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(text()).toMatch(/alarm +evil line +Alarm is quiet/);
});

it("names the incidents there are where the one that is asked for is not there", async () => {
  const { options, terminal } = await withData();
  for (const id of ["9", "abc", "99999999999999999999", "-1"])
    await expect(printIncident(id, { ...options, json: false }, terminal)).rejects.toThrow(
      `there is no incident ${id}; the newest are 8, 7`,
    );
});

it("writes a backup, and puts it back into an empty store that it makes", async () => {
  const { dir, options, terminal, text } = await withData();
  const file = join(dir, "store.backup");
  await backup(file, options, terminal);
  expect(text()).toMatch(/store\.backup: 18 rows, [\d.,]+ (bytes|kB)\.\n$/);
  await expect(backup(file, options, terminal)).rejects.toThrow("is there already; name a new file");
  await expect(backup(join(dir, "nowhere/x"), options, terminal)).rejects.toThrow(UsageError);
  await expect(restoreFrom(file, options, terminal)).rejects.toThrow("the store already holds something");
  const other = await bench(await freshUrl());
  await restoreFrom(file, other.options, other.terminal);
  expect(other.text()).toBe(`${file}: 18 rows restored.\n`);
  await listIncidents({ ...other.options, json: false, all: true }, other.terminal);
  expect(other.text()).toContain("8    staging");
  await writeFile(join(dir, "no-backup"), "hello");
  await expect(restoreFrom(join(dir, "no-backup"), options, terminal)).rejects.toThrow("is not a backup that gumshoe backup wrote");
  await expect(restoreFrom(join(dir, "missing"), options, terminal)).rejects.toThrow(`reading ${join(dir, "missing")}: ENOENT`);
});

it("says in each language what to do where the store does not open", async () => {
  const faults: Fault[] = [
    { kind: "newer", found: "<found>", known: "<known>" },
    { kind: "older", found: "<found>", known: "<known>" },
    { kind: "empty", where: "<where>" },
    { kind: "no-package", name: "<name>" },
    { kind: "not-passable", folder: "<folder>" },
    { kind: "not-ours", folder: "<folder>" },
    { kind: "no-database", because: "<because>" },
    { kind: "not-started", folder: "<folder>", because: "<because>" },
  ];
  for (const language of ["en", "ko"] as const)
    for (const fault of faults) {
      const told = await withFaults(wordsOf(language), async () => Promise.reject(new StoreFault(fault))).catch((error: Error) => error);
      expect(told).toBeInstanceOf(UsageError);
      for (const value of Object.values(fault).filter((text) => text.startsWith("<"))) expect(told.message).toContain(value);
    }
});

it("says of a folder where nothing was ever written that there is nothing, and makes nothing there", async () => {
  const { dir, options, terminal } = await bench("");
  const read = withFaults(options.words, async () => listIncidents({ ...options, json: false, all: false }, { ...terminal, env: {} }));
  await expect(read).rejects.toThrow(`nothing was ever written down in ${join(dir, "gumshoe-data")}`);
});
