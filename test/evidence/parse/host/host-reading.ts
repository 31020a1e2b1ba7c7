import { readFileSync } from "node:fs";
import type { Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";

/** A reading of a host at `at`; where the incident's beginning is given, that is what the window is made of. */
export function hostReading(at: string, beganAt?: string): Reading {
  const now = new Date(at);
  return {
    at: now,
    timezone: "UTC",
    window: windowOf(now, beganAt === undefined ? undefined : { at: new Date(beganAt), basis: "access-log" }),
    names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", celeryUnit: "celery", databasePort: 5432 },
  };
}

/** The text of a fixture in test/fixtures/host. */
export function hostFixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/host/${name}`, import.meta.url), "utf8");
}
