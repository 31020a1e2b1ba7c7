import { describe, expect, it } from "vitest";
import { dbCounts } from "../../../../src/evidence/parse/database/db-counts.ts";
import { incidentReading } from "../../incident-reading.ts";

const read = (text: string) => dbCounts.parse(text, incidentReading);
const aligned =
  "        state        | count \n---------------------+-------\n idle                |    60\n active              |    10\n idle in transaction |     5\n                     |     6\n(4 rows)\n\n" +
  " max_connections \n-----------------\n 100\n(1 row)\n\n pg_size_pretty \n----------------\n 443 MB\n(1 row)\n\n";
const told = { total: 75, active: 10, idle: 60, idleInTransaction: 5, maxConnections: 100, usedShare: 0.75 };

describe("connections by state", () => {
  it.each([
    ["aligned", aligned],
    [
      "expanded",
      "-[ RECORD 1 ]\nstate | idle\ncount | 60\n-[ RECORD 2 ]\nstate | active\ncount | 10\n-[ RECORD 3 ]\nstate | idle in transaction\ncount | 5\n\n-[ RECORD 1 ]---+---\nmax_connections | 100\n\n",
    ],
    ["bare", "idle|60\nactive|10\nidle in transaction|5\n|6\n100\n443 MB\n"],
    [
      "with the limit as a row of its own",
      '[{"state":"idle","count":60},{"state":"active","count":"10"},{"state":"idle in transaction","count":5},{"state":"max_connections","count":100}]',
    ],
  ])("%s", (_, text) => expect(read(text)?.facts).toMatchObject({ ...told, refusedTooMany: false }));

  it("tells the size as printed", () => expect(read(aligned)?.facts["sizeText"]).toBe("443 MB"));

  it("sums up no table that lacks a row", () => {
    const found = read(aligned.replace(" active              |    10\n", ""));
    expect(found).toMatchObject({ whole: false, facts: { maxConnections: 100 } });
    for (const name of ["total", "usedShare", "idle"]) expect(found?.facts).not.toHaveProperty(name);
  });

  it("takes a refusal for want of slots as a finding, and another error for no answer", () => {
    const at = 'psql: error: connection to server at "db" (10.0.0.7), port 5432 failed: ';
    expect(read(`${at}FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute\n`)?.facts).toEqual({
      refusedTooMany: true,
    });
    expect(read(`${at}Connection refused\n`)).toBeUndefined();
  });
});
