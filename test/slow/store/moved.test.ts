import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { diagnoseLive } from "../../../src/cli/diagnose.ts";
import { plainPaint } from "../../../src/cli/terminal.ts";
import type { Terminal } from "../../../src/cli/verbs.ts";
import { storeOf } from "../../../src/store/store.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { freshDatabase, freshUrl } from "../../store/fresh-store.ts";
import { at, type Parts } from "../../store/parts.ts";
import { begun } from "../../store/plans/a-plan.ts";

const CONFIG = `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /log }
    database: { host: db-old.example }
`;
const REPAIRED = "    actions: { approvers: [U0MINA], allow: { snapshot-database: {} } }\n";

/** What `gumshoe diagnose prod --print-script` prints, and says beside it, with this configuration and store. */
async function script(text: string, url: string): Promise<{ printed: string; told: string }> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-moved-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  const config = join(dir, "gumshoe.yml");
  await writeFile(config, text);
  let [printed, told] = ["", ""];
  const terminal: Terminal = {
    paint: plainPaint,
    live: false,
    env: { DATABASE_URL: url },
    signal: new AbortController().signal,
    print: (line) => void (printed += line),
    progress: (line) => void (told += line),
    exitWith: () => {},
  };
  await diagnoseLive("prod", { config, json: false, printScript: true, words: wordsOf("en") }, terminal);
  return { printed, told };
}

it("looks at the database to which a repair has led the application also on the command line, and says so", async () => {
  const { url, db } = await freshDatabase();
  const copies = { id: "a", isAlive: async () => true };
  const parts: Parts = { db, alive: new Set(), ...storeOf({ db, copies, now: () => at(0) }) };
  await begun(parts, { id: "p-1" });
  await parts.plans.end("p-1", { how: "done", says: [], gives: { left: "db-old.example:5432", ledTo: "db-new.example:6432" } }, at(5));
  const { printed, told } = await script(CONFIG + REPAIRED, url);
  expect(printed).toContain("db-new.example");
  expect(printed).not.toContain("db-old.example");
  expect(told).toMatch(/^Gumshoe looks at db-new\.example:6432 by itself from now on; gumshoe\.yml still names db-old\.example:5432/);
});

it("looks at what gumshoe.yml names where the store cannot be read, which it says, or where there are no repairs, which needs no store", async () => {
  const nobody = "postgres://nobody@127.0.0.1:1/gumshoe";
  const unread = await script(CONFIG + REPAIRED, nobody);
  expect(unread.printed).toContain("db-old.example");
  expect(unread.told).toMatch(/^The store cannot be read, so the database is the one that gumshoe\.yml names/);
  expect(await script(CONFIG, nobody)).toEqual({ printed: expect.stringContaining("db-old.example"), told: "" });
  const empty = await script(CONFIG + REPAIRED, await freshUrl());
  expect(empty.told).toBe("");
});
