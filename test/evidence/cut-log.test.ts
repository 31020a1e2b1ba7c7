import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLibrary, runbookOf } from "../../src/cli/shipped.ts";
import { diagnosisOf } from "../../src/diagnosis/diagnosis.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import type { Raw, RawEvidence } from "../../src/evidence/read-evidence.ts";
import { writeCase } from "../../src/evidence/write-case.ts";
import { reason } from "../../src/words/because.ts";
import { en } from "../../src/words/en.ts";

const { library, parsers } = await openLibrary();
const runbook = runbookOf(library, "web-errors", en);
const judged = (raw: RawEvidence) => diagnosisOf("case", raw, runbook, library, parsers).verdict;

/** The evidence of a case with only the last seconds of its access log, as where no more of it fits on its way. */
async function withLogOf(name: string, seconds: number): Promise<RawEvidence> {
  const { raw } = await readCase(`test/fixtures/cases/${name}`);
  const results = new Map([...raw.hosts.values()][0]);
  const log = results.get("caddy-access");
  if (log?.kind !== "output") throw new Error(`${name} has no access log`);
  const since = raw.at.getTime() / 1000 - seconds;
  const lines = log.text.split("\n").filter((line) => line === "" || (JSON.parse(line) as { ts: number }).ts >= since);
  const cut: Raw = { ...log, text: lines.join("\n"), whole: false, lostOldest: true, because: reason("lostOldest") };
  return { ...raw, hosts: new Map([["local", results.set("caddy-access", cut)]]) };
}

test("an access log that holds the last minute of an incident is enough to tell what goes on", async () => {
  const raw = await withLogOf("slow-query-fills-workers", 75);
  expect(judged(raw)).toMatchObject({ verdict: "root-cause", rootCauses: ["slow-query-missing-index"] });
});

test("one that holds less proves no absence", async () => {
  expect(judged(await withLogOf("slow-query-fills-workers", 40)).verdict).toBe("inconclusive");
});

test("a case is judged as the look that it records, also where parts of it were lost or ended with an error", async () => {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-case-"));
  try {
    for (const [nth, seconds] of [75, 40].entries()) {
      const raw = await withLogOf("slow-query-fills-workers", seconds);
      const results = new Map([...raw.hosts.values()][0]);
      const failed: Raw = { kind: "output", text: "no such unit\n", whole: true, exitCode: 4 };
      const shared = new Map([...raw.shared].filter(([step]) => step === "db-activity" || step === "db-counts"));
      const live: RawEvidence = { ...raw, hosts: new Map([["local", results.set("celery-status", failed)]]), shared };
      await writeCase(join(dir, String(nth)), "prod", live, judged(live));
      const { raw: replayed } = await readCase(join(dir, String(nth)));
      expect(judged(replayed)).toEqual(judged(live));
      expect([...replayed.hosts.values()][0]?.get("celery-status")).toMatchObject(failed);
    }
  } finally {
    await rm(dir, { recursive: true });
  }
});
