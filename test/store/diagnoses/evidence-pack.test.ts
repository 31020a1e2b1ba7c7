import { expect, test } from "vitest";
import { readCase } from "../../../src/evidence/read-case.ts";
import type { RawEvidence } from "../../../src/evidence/read-evidence.ts";
import { packEvidence, unpackEvidence } from "../../../src/store/diagnoses/evidence-pack.ts";
import { reason } from "../../../src/words/because.ts";
import { at } from "../parts.ts";

const raw = (text: string): RawEvidence => ({
  at: at(0),
  timezone: "Asia/Seoul",
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
  hasCelery: false,
  hosts: new Map([["web-1", new Map([["df", { kind: "output", text, whole: true, exitCode: 0 }]])]]),
  shared: new Map([["db", { kind: "unknown", because: reason("timedOut", 8) }]]),
  metrics: { kind: "series", texts: new Map([["database.CPU", "{}"]]), unread: new Map([["database.X", reason("throttled", "rds")]]) },
  alarmAt: at(-3),
});

test("evidence is unpacked as it was packed, to the last letter", async () => {
  const given = raw('a\0b \ud83d {"$map": []} 가\u2028\r\n');
  expect(unpackEvidence(await packEvidence(given))).toEqual(given);
});

test("a recorded case is judged by the same evidence after it was kept", async () => {
  const { raw: given } = await readCase("test/fixtures/cases/lock-contention-a");
  expect(unpackEvidence(await packEvidence(given))).toEqual(given);
});

test("a secret that came this far is not kept", async () => {
  const kept = unpackEvidence(await packEvidence(raw("DATABASE_URL=postgres://shop:hunter2hunter2@db/shop")));
  expect(JSON.stringify([...(kept.hosts.get("web-1") ?? [])])).not.toContain("hunter2");
});
