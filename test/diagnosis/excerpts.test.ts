import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openLibrary, runbookOf } from "../../src/cli/shipped.ts";
import { diagnosisOf } from "../../src/diagnosis/diagnosis.ts";
import { recorded, type RawEvidence } from "../../src/evidence/read-evidence.ts";
import { reason } from "../../src/words/because.ts";
import { en } from "../../src/words/en.ts";

const { library, parsers } = await openLibrary();
const runbook = runbookOf(library, "web-errors", en);
const folder = "test/fixtures/excerpts";
const excerpts = readdirSync(folder).map((name) => ({
  name,
  cause: (JSON.parse(readFileSync(join(folder, name, "excerpt.json"), "utf8")) as { cause: string }).cause,
  text: readFileSync(join(folder, name, "excerpt.txt"), "utf8"),
}));

/** The times at which an excerpt may have been looked at: now, and a minute after the newest stamp with a year in it. */
function times(text: string): Date[] {
  const stamps = [...text.matchAll(/\b20[12]\d[-/]\d\d[-/]\d\d[ T]\d\d:\d\d/g)].map(
    ([stamp]) => new Date(`${stamp.replaceAll("/", "-").replace(" ", "T")}Z`),
  );
  const newest = stamps.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
  return [new Date("2026-11-23T03:00:00Z"), ...(newest ? [new Date(newest.getTime() + 60_000)] : [])];
}

describe.each(excerpts)("$name", ({ cause, text }) => {
  test("given alone to any step, names no other cause than its thread's", () => {
    const named = new Set<string>();
    for (const step of runbook.steps) {
      if (step.on === "metrics") continue;
      for (const at of times(text)) {
        const results = new Map([[step.id, recorded(text)]]);
        const raw: RawEvidence = {
          at,
          timezone: "UTC",
          names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
          hasCelery: step.part === "celery",
          hosts: new Map([["local", results]]),
          shared: results,
          metrics: { kind: "unknown", because: reason("noMetrics") },
        };
        const { verdict } = diagnosisOf("excerpt", raw, runbook, library, parsers);
        for (const name of verdict.verdict === "root-cause" ? verdict.rootCauses : [verdict.verdict]) named.add(name);
      }
    }
    expect([...named].filter((name) => name !== cause && name !== "inconclusive")).toEqual([]);
  });
});
