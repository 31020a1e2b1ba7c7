import { describe, expect, it } from "vitest";
import { dbActivity } from "../../../../src/evidence/parse/database/db-activity.ts";
import { incidentReading } from "../../incident-reading.ts";

type Cells = Readonly<Record<string, string>>;
const COLUMNS = ["pid", "usename", "state", "wait_event_type", "wait_event", "running", "blocked_by", "query"];
const ORDINARY: Cells = {
  usename: "app",
  state: "active",
  wait_event_type: "",
  wait_event: "",
  running: "00:00:00.01",
  blocked_by: "{}",
  query: "select 1",
};
const session = (pid: number, more: Cells = {}): Cells => ({ ...ORDINARY, pid: String(pid), ...more });
const waiting = (pid: number, by: string): Cells =>
  session(pid, {
    wait_event_type: "Lock",
    wait_event: "relation",
    running: "00:00:40.5",
    blocked_by: by,
    query: `select * from stock where id = ${pid}`,
  });

/** As psql prints it with `\x on`. */
const expanded = (rows: readonly Cells[]) =>
  rows
    .map((row, at) => `-[ RECORD ${at + 1} ]---+----\n${COLUMNS.map((name) => `${name.padEnd(15)} | ${row[name]}\n`).join("")}`)
    .join("") + "\n";
const aligned = (rows: readonly Cells[]) =>
  ` ${COLUMNS.join(" | ")} \n-----+------\n${rows.map((row) => ` ${COLUMNS.map((name) => row[name]).join(" | ")}\n`).join("")}(${rows.length} rows)\n\n`;
const unaligned = (rows: readonly Cells[]) =>
  [COLUMNS.join("|"), ...rows.map((row) => COLUMNS.map((name) => row[name]).join("|"))].join("\n") + "\n";
const csv = (rows: readonly Cells[]) =>
  [COLUMNS.join(","), ...rows.map((row) => COLUMNS.map((name) => `"${row[name]?.replaceAll('"', '""')}"`).join(","))].join("\n") + "\n";
const json = (rows: readonly Cells[]) =>
  JSON.stringify(
    rows.map((row) => ({
      ...row,
      pid: Number(row["pid"]),
      blocked_by: [...(row["blocked_by"] ?? "").matchAll(/\d+/g)].map(Number),
      running: { seconds: 40, milliseconds: 500 },
    })),
  );

const read = (text: string) => dbActivity.parse(text, incidentReading);
const factsOf = (rows: readonly Cells[]) => read(expanded(rows))?.facts;

describe("a queue behind one lock", () => {
  const head = session(10, { state: "idle in transaction", running: "00:02:00", query: "update stock set n = 5 where id = 3" });
  const queue = [head, waiting(11, "{10}"), waiting(12, "{10,11}"), waiting(13, "{11}"), session(14, { state: "idle" })];

  it.each([
    ["expanded", expanded],
    ["aligned", aligned],
    ["unaligned", unaligned],
    ["CSV", csv],
    ["JSON", json],
  ])("reads the same from %s output", (_, print) => {
    const found = read(print(queue));
    expect(found?.facts).toMatchObject({
      sessions: 5,
      active: 3,
      waitingLock: 3,
      blocked: 3,
      longestWaitS: 40.5,
      blockers: 2,
      idleInTransaction: 1,
    });
    expect(found?.facts).toMatchObject({
      blockerQuery: "update stock set n = ? where id = ?",
      blockerIdleInTransaction: true,
      refusedTooMany: false,
    });
  });

  it("does not name a head of the queue that it did not see", () => {
    const facts = factsOf([waiting(11, "{10}")]);
    expect(facts).toMatchObject({ blocked: 1, blockers: 1 });
    expect(facts).not.toHaveProperty("blockerQuery");
    expect(facts).not.toHaveProperty("blockerIdleInTransaction");
  });
});

describe("what sessions do", () => {
  it("counts those that wait for the disk", () => {
    const waits = [
      ["IO", "DataFileRead"],
      ["IPC", "BufferIO"],
      ["Client", "ClientRead"],
      ["Lock", "tuple"],
    ] as const;
    expect(factsOf(waits.map(([type, event], pid) => session(pid, { wait_event_type: type, wait_event: event })))).toMatchObject({
      waitingIo: 2,
    });
  });

  it("counts active sessions that are long in the same statement, values apart", () => {
    const long = [1, 2, 3].map((pid) =>
      session(pid, { running: "00:00:07", query: `select * from orders where email = 'u${pid}@example.com'` }),
    );
    const facts = factsOf([
      ...long,
      session(4, { running: "1 day 02:00:00", query: "vacuum orders" }),
      session(5, { state: "idle", running: "05:00:00" }),
    ]);
    expect(facts).toMatchObject({
      longRunningSame: 3,
      longRunningShape: "select * from orders where email = ?",
      longestActiveS: 93_600,
      maintenanceActive: 1,
    });
  });

  it("leaves the look itself out", () => {
    expect(factsOf([session(9, { query: "select state,count(*) from pg_stat_activity group by 1" })])).toMatchObject({
      sessions: 0,
      active: 0,
    });
  });

  it("joins a statement that spans lines", () => {
    const text = expanded([session(3, { running: "00:00:09", query: "select a                  +\n                | from t" })]);
    expect(read(text)?.facts).toMatchObject({ longRunningShape: "select a from t" });
  });
});

describe("a row with a line missing", () => {
  it("is not taken for an application's session, as it may be the look's own", () => {
    const look = session(9, { wait_event_type: "IO", wait_event: "DataFileRead", query: "select count(*) from pg_stat_activity" });
    const text = expanded([session(1), look]).replace(/query .*pg_stat.*\n/, "");
    expect(read(text)).toMatchObject({ whole: false, facts: { sessions: 1, active: 1, waitingIo: 0 } });
    const alone = read(expanded([look]).replace(/query .*\n/, ""))?.facts;
    expect(alone).toMatchObject({ waitingLock: 0 });
    expect(alone).not.toHaveProperty("active");
  });

  it("still counts where it waits for a lock", () => {
    expect(read(expanded([session(1), waiting(11, "{1}")]).replace(/query .*stock.*\n/, ""))?.facts).toMatchObject({
      waitingLock: 1,
      blocked: 1,
    });
  });
});

describe("what psql says instead of sessions", () => {
  it("reads no rows as no sessions", () => {
    expect(read("(0 rows)\n\n")).toMatchObject({ whole: true, facts: { sessions: 0, waitingLock: 0, blocked: 0 } });
  });

  it("takes a refusal for want of slots as a finding", () => {
    const text = 'psql: error: connection to server at "db" (10.0.0.7), port 5432 failed: FATAL:  sorry, too many clients already\n';
    expect(read(text)?.facts).toEqual({ refusedTooMany: true, noAnswer: false });
  });

  it("takes a look that waited in vain for a finding, and tells nothing else", () => {
    for (const why of [
      'connection to server at "db", port 5432 failed: timeout expired',
      "Query read timeout",
      "canceling statement due to statement timeout",
    ]) {
      const told = read(`psql: error: ${why}\n`);
      expect(told).toEqual({ facts: { noAnswer: true }, whole: true });
    }
  });

  it("takes another error for no answer", () => {
    expect(read('psql: error: connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory\n')).toBeUndefined();
    expect(read("\n")).toBeUndefined();
  });
});

describe("a result with parts missing is not whole", () => {
  const rows = [session(1), session(2), session(3)];

  it.each([
    ["a record's head", expanded(rows).replace(/-\[ RECORD 2 \].*\n/, "")],
    ["a column of one record", expanded(rows).replace(/state .*\n/, "")],
    ["a record", expanded(rows).replace(/-\[ RECORD 2 \][\s\S]*?(?=-\[ RECORD 3)/, "")],
    ["a row of a table", aligned(rows).replace(/ 2 \| .*\n/, "")],
    ["the table's foot", aligned(rows).replace("(3 rows)\n\n", "")],
    ["the last newline", expanded(rows).slice(0, -30)],
  ])("without %s", (_, text) => {
    const found = read(text);
    expect(found?.whole).toBe(false);
    expect(found?.facts["sessions"]).toBeLessThanOrEqual(3);
  });
});
