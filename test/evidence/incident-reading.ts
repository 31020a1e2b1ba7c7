import { windowOf } from "../../src/incident/window.ts";
import type { Reading } from "../../src/evidence/parser.ts";

/** The moment of the look in these tests. */
export const AT = new Date("2026-03-01T12:00:00Z");

/** A reading of a look at 12:00 at an incident that began at 11:50. */
export const incidentReading: Reading = {
  at: AT,
  timezone: "UTC",
  window: windowOf(AT, { at: new Date("2026-03-01T11:50:00Z"), basis: "access-log" }),
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
};
