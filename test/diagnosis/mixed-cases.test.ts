import { describe, expect, test } from "vitest";
import { openLibrary, runbookOf } from "../../src/cli/shipped.ts";
import { diagnosisOf } from "../../src/diagnosis/diagnosis.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import type { RawEvidence } from "../../src/evidence/read-evidence.ts";
import { changed, measured, textOf } from "./changed-case.ts";

const { library, parsers } = await openLibrary();
const runbook = runbookOf(library, "web-errors");
const caseOf = (name: string) => readCase(`test/fixtures/cases/${name}`);

/** The root causes, or the verdict where there is none. */
function named(raw: RawEvidence): readonly string[] {
  const { verdict, rootCauses } = diagnosisOf("case", raw, runbook, library, parsers).verdict;
  return verdict === "root-cause" ? rootCauses : [verdict];
}

const minutesBefore = (raw: RawEvidence, minutes: number) => raw.at.getTime() - minutes * 60_000;
const BACKUP = { DiskQueueDepth: 22, ReadIOPS: 3000, WriteIOPS: 400, ReadLatency: 0.006, WriteLatency: 0.006 };

describe("a backup that keeps the database's disk busy", () => {
  test.each([
    ["lock-contention-a", "lock-contention"],
    ["traffic-surge-a", "traffic-surge"],
    ["upstream-api-slow-a", "upstream-api-slow"],
    ["db-connect-timeout-a", "db-connect-timeout"],
    ["db-hung-listener-a", "db-connect-timeout"],
    ["slow-query-missing-index-a", "slow-query-missing-index"],
    ["app-exception-a", "app-exception"],
  ])("is not the cause of %s: each operation is quick", async (name, cause) => {
    const { raw } = await caseOf(name);
    expect(named(measured(raw, minutesBefore(raw, 12), BACKUP))).toEqual([cause]);
  });

  test("is not the cause where no latency is measured and the database answers at once", async () => {
    for (const name of ["lock-contention-a", "upstream-api-slow-a"]) {
      const { raw } = await caseOf(name);
      const lightsail = { ...BACKUP, ReadLatency: undefined, WriteLatency: undefined, BurstBalance: undefined };
      expect(named(measured(raw, minutesBefore(raw, 12), lightsail))).not.toContain("db-disk-saturated");
    }
  });
});

test("connections that run out while the disk cannot keep up are its consequence", async () => {
  const exhausted = await caseOf("db-connections-exhausted-a");
  const pinned = { DiskQueueDepth: 60, ReadLatency: 0.18, WriteLatency: 0.2, BurstBalance: 0.3 };
  expect(named(measured(exhausted.raw, minutesBefore(exhausted.raw, 8), pinned))).toEqual(["db-disk-saturated"]);
  expect(named(changed(exhausted, {}))).toEqual(["db-connections-exhausted"]);
});

test("connections that run out behind a lock that is still held are its consequence", async () => {
  const [held, exhausted] = [await caseOf("lock-contention-a"), await caseOf("db-connections-exhausted-a")];
  const stillHeld = (log: string) => log.replace(/^.*(?:acquired|duration: ).*\n/gm, "");
  const tooMany = held.raw.at.toISOString().replace("Z", "+00:00");
  const refused = `{"attempt": 1, "at": "${tooMany}", "ok": false, "connect_ms": 9, "error": "FATAL:  sorry, too many clients already"}\n`;
  const refusal = textOf(exhausted, "db-activity");
  const verdict = named(changed(held, { "db-log": stillHeld, "db-activity": refusal, "db-counts": refusal, "db-connect": refused }));
  expect(verdict).toEqual(["lock-contention"]);
});
