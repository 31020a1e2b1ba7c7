import { describe, expect, it } from "vitest";
import { dbLog } from "../../../../src/evidence/parse/database/db-log.ts";
import { incidentReading } from "../../incident-reading.ts";

const read = (text: string) => dbLog.parse(text, incidentReading);
const factsOf = (text: string) => read(text)?.facts;

/** A message as RDS prefixes it (`%t:%r:%u@%d:[%p]:`). */
const rds = (time: string, message: string, pid = 100) => `2026-03-01 ${time} UTC:10.0.0.5(40000):app@shop:[${pid}]:${message}\n`;
const slow = (time: string, ms: number, sql: string) => rds(time, `LOG:  duration: ${ms} ms  statement: ${sql}`);

describe("a message is found whatever stands before it", () => {
  it.each([
    ["RDS", rds("11:55:00", "FATAL:  sorry, too many clients already")],
    ["Debian", "2026-03-01 11:55:00.123 UTC [100] app@shop FATAL:  sorry, too many clients already\n"],
    ["a zone of its own", "2026-03-01 20:55:00 KST [100]: [3-1] user=app,db=shop FATAL:  sorry, too many clients already\n"],
    ["syslog", "Mar  1 11:55:00 db1 postgres[100]: [7-1] FATAL:  sorry, too many clients already\n"],
    ["user first", "app@shop [100] 2026-03-01 11:55:00.123 UTC FATAL:  sorry, too many clients already\n"],
    ["seconds since the epoch", "1772366100.123 [100] FATAL:  sorry, too many clients already\n"],
    [
      "csvlog",
      '2026-03-01 11:55:00.123 UTC,"app","shop",100,"10.0.0.5:4",65a.1,1,"",2026-03-01 11:00:00 UTC,,0,FATAL,53300,"sorry, too many clients already",,,,,,,,,"","client backend",,0\n',
    ],
    [
      "jsonlog",
      '{"timestamp":"2026-03-01 11:55:00.123 UTC","pid":100,"error_severity":"FATAL","state_code":"53300","message":"sorry, too many clients already"}\n',
    ],
  ])("%s", (_, text) => {
    expect(factsOf(text)).toMatchObject({ entries: 1, tooMany: 1, auth: 0 });
    expect(Math.floor(Number(factsOf(text)?.["lastEntryAtMs"]) / 1000)).toBe(Date.parse("2026-03-01T11:55:00Z") / 1000);
  });

  it("counts messages without a time only where none has one", () => {
    expect(factsOf("LOG:  duration: 1500.0 ms  statement: select 1\n")).toMatchObject({ slowStatements: 1 });
    expect(factsOf(`LOG:  duration: 1500.0 ms  statement: select 1\n${slow("11:55:00", 1200, "select 1")}`)).toMatchObject({
      slowStatements: 1,
    });
  });

  it("is no answer without a single message", () => {
    expect(read("tail: cannot open '/var/log/postgresql/postgresql.log' for reading: Permission denied\n")).toBeUndefined();
    expect(read("")).toBeUndefined();
  });
});

describe("slow statements", () => {
  const text = [
    slow("11:40:00", 9000, "select 1"),
    slow("11:51:00", 2000, "SELECT * FROM orders WHERE email = 'a@example.com'"),
    slow("11:52:00", 3000, "SELECT *\n\tFROM orders\n\tWHERE email = 'b@example.com'"),
    rds("11:53:00", "LOG:  duration: 4000.5 ms  execute <unnamed>: UPDATE stock SET n = $1 WHERE id IN ($2, $3)"),
    slow("11:54:00", 900, "SELECT * FROM orders WHERE email = 'c@example.com'"),
  ].join("");

  it("are those of the incident that took a second or more, by statement", () => {
    expect(factsOf(text)).toMatchObject({
      entries: 4,
      slowStatements: 3,
      slowestMs: 4000.5,
      medianSlowMs: 3000,
      slowShapes: 2,
      slowWrites: 1,
    });
    expect(factsOf(text)).toMatchObject({ topShape: "select * from orders where email = ?", topShapeMs: 2500, historySlowStatements: 1 });
    expect(factsOf(text)?.["topShapeShare"]).toBeCloseTo(2 / 3);
  });

  it("are none in a log that tells of none", () => {
    expect(factsOf(rds("11:55:00", "LOG:  checkpoint starting: time"))).toMatchObject({
      slowStatements: 0,
      slowShapes: 0,
      lockWaits: 0,
      noSpace: 0,
    });
  });
});

describe("locks", () => {
  it("counts a wait once, though its start and its end are both logged", () => {
    const wait = "on relation 16394 of database 16385 after";
    const text =
      rds("11:55:00", `LOG:  process 7 still waiting for AccessShareLock ${wait} 1000.1 ms`, 7) +
      rds("11:55:00", "DETAIL:  Process holding the lock: 5. Wait queue: 7.", 7) +
      rds("11:56:00", `LOG:  process 7 acquired AccessShareLock ${wait} 61000.5 ms`, 7) +
      rds("11:56:00", `LOG:  process 8 acquired AccessShareLock ${wait} 5000.5 ms`, 8);
    expect(factsOf(text)).toMatchObject({ lockWaits: 2, longestLockWaitMs: 61000.5, lockHolders: 1 });
  });

  it("lets a wait whose end it does not tell last until its last message", () => {
    const wait = "on relation 16394 of database 16385 after";
    const held =
      rds("11:55:00", `LOG:  process 7 still waiting for AccessShareLock ${wait} 1000.1 ms`, 7) +
      rds("11:55:20", `LOG:  process 8 still waiting for AccessShareLock ${wait} 1000.1 ms`, 8) +
      rds("11:55:21", `LOG:  process 8 acquired AccessShareLock ${wait} 2000.1 ms`, 8) +
      rds("11:55:40", "FATAL:  sorry, too many clients already", 9);
    expect(factsOf(held)).toMatchObject({ lockWaits: 2, longestLockWaitMs: 41_000.1 });
  });
});

describe("errors by their kind", () => {
  it.each([
    ["auth", 'FATAL:  password authentication failed for user "app"'],
    ["hba", 'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "app", database "shop", no encryption'],
    ["readOnly", "ERROR:  cannot execute UPDATE in a read-only transaction"],
    ["noSpace", 'ERROR:  could not extend file "base/5/6": No space left on device'],
    ["starting", "FATAL:  the database system is starting up"],
    ["lockTimeouts", "ERROR:  canceling statement due to lock timeout"],
    ["statementTimeouts", "ERROR:  canceling statement due to statement timeout"],
    ["deadlocks", "ERROR:  deadlock detected"],
    ["crashes", "LOG:  server process (PID 77) was terminated by signal 11: Segmentation fault"],
    ["crashes", 'PANIC:  could not write to file "pg_wal/xlogtemp.5": No space left on device'],
    ["shutdowns", "LOG:  received fast shutdown request"],
    ["starts", "LOG:  database system is ready to accept connections"],
    ["checkpointsTooFrequent", "LOG:  checkpoints are occurring too frequently (9 seconds apart)"],
    ["tempFiles", 'LOG:  temporary file: path "base/pgsql_tmp/pgsql_tmp1.0", size 104857600'],
    ["clientLost", "LOG:  could not send data to client: Broken pipe"],
  ])("%s", (name, message) => expect(factsOf(rds("11:55:00", message))).toMatchObject({ [name]: 1, entries: 1 }));

  it("does not count words that stand in a statement", () => {
    const text = rds("11:55:00", "ERROR:  syntax error") + rds("11:55:00", "STATEMENT:  select 'FATAL:  sorry, too many clients already'");
    expect(factsOf(text)).toMatchObject({ entries: 1, tooMany: 0 });
  });

  it("tells a backend that was killed with signal 9", () => {
    expect(factsOf(rds("11:55:00", "LOG:  server process (PID 77) was terminated by signal 9: Killed"))).toMatchObject({
      oomKilledBackend: true,
      crashes: 1,
    });
  });
});

describe("the server's own work", () => {
  it("counts a vacuum that took minutes, not one that took moments", () => {
    const vacuum = (seconds: number) =>
      rds("11:55:00", 'LOG:  automatic vacuum of table "shop.public.t": index scans: 1') +
      `\tpages: 0 removed\n\tsystem usage: CPU: user: 0.01 s, system: 0.00 s, elapsed: ${seconds}.50 s\n`;
    expect(factsOf(vacuum(300) + vacuum(2))).toMatchObject({ autovacuumLong: 1 });
  });

  it("tells how long a checkpoint waited for the disk", () => {
    const text = rds("11:55:00", "LOG:  checkpoint complete: wrote 3 buffers (0.1%); write=0.009 s, sync=12.500 s, total=13 s");
    expect(factsOf(text)).toMatchObject({ longestSyncS: 12.5 });
  });

  it("puts shutdowns and starts of the incident on the timeline", () => {
    const text = rds("11:30:00", "LOG:  received fast shutdown request") + rds("11:55:00", "LOG:  received fast shutdown request");
    expect(read(text)?.moments).toEqual([
      { what: "service-stopped", at: Date.parse("2026-03-01T11:55:00Z"), text: "received fast shutdown request", of: "postgresql" },
    ]);
    expect(factsOf(text)).toMatchObject({ shutdowns: 1, historyShutdowns: 1 });
  });
});
