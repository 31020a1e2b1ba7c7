import { expect, it } from "vitest";
import { dbIsready } from "../../../../src/evidence/parse/database/db-isready.ts";
import { incidentReading } from "../../incident-reading.ts";

it.each([
  ["accepting", "db.example:5432 - accepting connections\n\nreal\t0m0.2s\nexit=0\n"],
  ["rejecting", "/var/run/postgresql:5432 - rejecting connections\n"],
  ["noResponse", "db.example:5432 - no response\nexit=2\n"],
  ["noResponse", "exit=2\n"],
])("says %s", (said, text) => {
  const facts = dbIsready.parse(text, incidentReading)?.facts ?? {};
  expect(Object.entries(facts).filter(([, value]) => value === true)).toEqual([[said, true]]);
});

it("says nothing where pg_isready is not there, or did not try", () => {
  expect(dbIsready.parse("sh: 1: pg_isready: not found\nexit=127\n", incidentReading)).toBeUndefined();
  expect(dbIsready.parse("db.example:5432 - no attempt\nexit=3\n", incidentReading)).toBeUndefined();
});
