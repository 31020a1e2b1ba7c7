import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Reading } from "../../src/evidence/parser.ts";
import { parsers } from "../../src/evidence/parsers.ts";
import { windowOf } from "../../src/incident/window.ts";

const at = new Date("2026-11-22T14:00:00Z");
const reading: Reading = {
  at,
  timezone: "UTC",
  window: { ...windowOf(at), from: new Date("2026-11-22T12:00:00Z") },
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
};

const folder = "test/fixtures/formats";
const filesIn = (name: string, wanted: RegExp) => readdirSync(join(folder, name)).filter((file) => wanted.test(file));
const factsOf = (parser: string, path: string) => parsers.get(parser)!.parse(readFileSync(join(folder, path), "utf8"), reading)?.facts;

describe("one afternoon of Caddy, in every form that it can be logged in", () => {
  test.each(filesIn("caddy", /access\.log$/))("%s: five 502s at once and a 504 after 3 s, of seven requests", (file) => {
    expect(factsOf("caddy-access", `caddy/${file}`)).toMatchObject({
      requests: 7,
      failures: 6,
      fast502: 5,
      status504: 1,
      clientGaveUp: 0,
      slow502: 0,
    });
    expect(factsOf("caddy-access", `caddy/${file}`)!["longestS"]).toBeCloseTo(3, 1);
  });
  test.each(filesIn("caddy", /stderr\.log$/))("%s: each reason once", (file) => {
    const reasons = { dialRefused: 1, upstreamEof: 1, upstreamReset: 1, headerTimeout: 1, upstreamLookupFailed: 1, dialedPort: 7001 };
    expect(factsOf("caddy-journal", `caddy/${file}`)).toMatchObject(reasons);
  });
});

describe("gunicorn 20, 23 and 26", () => {
  test.each(filesIn("gunicorn", /bad_import/))("%s: the code does not load, and what is missing is named", (file) => {
    const facts = factsOf("gunicorn-journal", `gunicorn/${file}`);
    expect(facts).toMatchObject({ bootFailures: 1, importErrors: 1, bootError: "ModuleNotFoundError: No module named 'stripe_missing'" });
  });
  test.each(filesIn("gunicorn", /port_in_use/))("%s: gunicorn gave its port up", (file) => {
    expect(factsOf("gunicorn-journal", `gunicorn/${file}`)).toMatchObject({ portInUseGaveUp: true, bootFailures: 0, workerTimeouts: 0 });
  });
  test.each(filesIn("gunicorn", /sync|gthread|Uvicorn/))(
    "%s: a time-out is seen, and no kill is taken for somebody else's beside it",
    (file) => {
      const facts = factsOf("gunicorn-journal", `gunicorn/${file}`)!;
      expect(facts["workerTimeouts"]).toBeGreaterThanOrEqual(1);
      expect(facts["workersLostWithoutTimeout"]).toBe(0);
    },
  );
});

describe("journalctl", () => {
  test.each(filesIn("journalctl", /^journalctl_(?:o_(?!.*caddy)|utc)/))("%s: the one failed connect is read", (file) => {
    expect(factsOf("gunicorn-journal", `journalctl/${file}`)).toMatchObject({ dbErrors: 1, dbTimeout: 1 });
  });
  test("no entries are none, and a reader without rights is not told that there are none", () => {
    expect(factsOf("gunicorn-journal", "journalctl/journalctl_no_entries.txt")).toMatchObject({ workerTimeouts: 0, dbErrors: 0 });
    expect(factsOf("gunicorn-journal", "journalctl/journalctl_unprivileged.txt")).toBeUndefined();
    expect(factsOf("kernel-log", "journalctl/dmesg_unprivileged.txt")).toBeUndefined();
  });
});
