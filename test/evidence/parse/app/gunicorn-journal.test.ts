import { describe, expect, it } from "vitest";
import { gunicornJournal } from "../../../../src/evidence/parse/app/gunicorn-journal.ts";
import { fixture, parsed, readingAt } from "./readings.ts";

const reading = readingAt("2026-11-22T13:10:00Z");
const factsOf = (text: string, at = reading) => parsed(gunicornJournal, text, at).facts;
const journal = (...lines: readonly string[]) => lines.map((line) => line.replace(/^(\S+) (\S+) /, "Nov 22 $1 h-1 $2: ")).join("\n") + "\n";
const arbiter = "gunicorn[10]";

describe("workers", () => {
  it("that gunicorn kills after a time-out are not lost to anyone else", () => {
    const facts = factsOf(
      journal(
        `13:05:00 ${arbiter} [2026-11-22 13:05:00 +0000] [10] [CRITICAL] WORKER TIMEOUT (pid:12)`,
        `13:05:01 ${arbiter} [2026-11-22 13:05:01 +0000] [10] [ERROR] Worker (pid:12) was sent SIGKILL! Perhaps out of memory?`,
        `13:05:01 gunicorn[14] [2026-11-22 13:05:01 +0000] [14] [INFO] Booting worker with pid: 14`,
      ),
    );
    expect(facts).toMatchObject({
      workerTimeouts: 1,
      workersKilledAfterTimeout: 1,
      workersLostWithoutTimeout: 0,
      workersKilledUnclear: 0,
      workersBooted: 1,
      timeoutToKillS: 1,
    });
  });

  it("that die with no time-out near are lost to someone else", () => {
    const result = parsed(
      gunicornJournal,
      journal(
        `13:04:00 gunicorn[12] [2026-11-22 13:04:00 +0000] [12] [INFO] Booting worker with pid: 12`,
        `13:05:01 ${arbiter} [2026-11-22 13:05:01 +0000] [10] [WARNING] Worker with pid 12 was terminated due to signal 9`,
      ),
      reading,
    );
    expect(result.facts).toMatchObject({ workersLostWithoutTimeout: 1, workersKilledUnclear: 0 });
    expect(result.moments).toContainEqual({
      what: "worker-lost",
      at: Date.parse("2026-11-22T13:05:01Z"),
      pid: 12,
      text: expect.stringContaining("signal 9"),
    });
  });

  it("are not said to be lost where the line of their time-out may be missing", () => {
    const kill = `13:05:01 ${arbiter} [ERROR] Worker (pid:12) was sent SIGKILL! Perhaps out of memory?`;
    const other = `13:05:02 ${arbiter} [CRITICAL] WORKER TIMEOUT (pid:13)`;
    expect(factsOf(journal(`13:04:00 ${arbiter} x`, kill, other))).toMatchObject({ workersLostWithoutTimeout: 0, workersKilledUnclear: 1 });
    expect(factsOf(journal(`13:04:55 ${arbiter} x`, kill))).toMatchObject({ workersLostWithoutTimeout: 0, workersKilledUnclear: 1 });
    expect(factsOf(journal(`13:04:00 ${arbiter} x`, kill, "13:05:03 gunicorn[15] more").slice(0, -1))).toMatchObject({
      workersLostWithoutTimeout: 0,
    });
  });

  it("that a graceful stop leaves over are gunicorn's own to kill", () => {
    const facts = factsOf(
      journal(
        `13:04:00 ${arbiter} x`,
        `13:05:00 ${arbiter} [INFO] Handling signal: term`,
        `13:05:30 ${arbiter} [ERROR] Worker (pid:12) was sent SIGKILL! Perhaps out of memory?`,
        `13:05:30 ${arbiter} [INFO] Shutting down: Master`,
      ),
    );
    expect(facts).toMatchObject({ workersLostWithoutTimeout: 0, workersKilledUnclear: 1, stopSignals: 1, shutdowns: 1 });
  });

  it("count only inside the window; what came before is told in the timeline", () => {
    const text = journal(
      `12:00:00 ${arbiter} [CRITICAL] WORKER TIMEOUT (pid:12)`,
      `13:09:00 ${arbiter} [INFO] Booting worker with pid: 14`,
    );
    const result = parsed(gunicornJournal, text, reading);
    expect(result.facts).toMatchObject({ workerTimeouts: 0, workersBooted: 1, entries: 1 });
    expect(result.moments?.map(({ what }) => what)).toEqual(["worker-timeout", "worker-booted"]);
  });

  it("are not invented by what a client writes into its User-Agent", () => {
    const line = `13:05:00 gunicorn[12] 127.0.0.1 - - [22/Nov/2026:13:05:00 +0000] "GET /?q=Internal Server Error: /a HTTP/1.1" 200 5 "-" "WORKER TIMEOUT (pid:12)"`;
    expect(factsOf(journal(line))).toMatchObject({ workerTimeouts: 0, serverErrors: 0 });
  });

  it("of the 2010 format and of formats without stamps are read too", () => {
    const old =
      "2010-07-29 22:01:19 [6869] [CRITICAL] WORKER TIMEOUT (pid:6870)\n2010-07-29 22:01:19 [7935] [INFO] Booting worker with pid: 7935\n";
    expect(factsOf(old, readingAt("2010-07-29T22:02:00Z"))).toMatchObject({ workerTimeouts: 1, workersBooted: 1 });
    const bare =
      "[CRITICAL] WORKER TIMEOUT (pid:514078)\n[ERROR] Worker (pid:514077) exited with code 1\n[ERROR] Worker (pid:514077) exited with code 1.\n[ERROR] Worker (pid:514078) was sent SIGKILL! Perhaps out of memory?\n";
    expect(factsOf(bare)).toMatchObject({ workerTimeouts: 1, workersExited: 1, workersKilledAfterTimeout: 1 });
  });
});

describe("gunicorn and its unit", () => {
  it("stopped by an OOM kill in the unit say so", () => {
    const facts = factsOf(fixture("gunicorn/oom-journal.txt"), readingAt("2026-11-22T13:39:21Z"));
    expect(facts).toMatchObject({
      oomUnitKills: 1,
      workersLostWithoutTimeout: 1,
      restartsScheduled: 1,
      starts: 2,
      bootFailures: 0,
      version: "23.0.0",
      workerClass: "sync",
    });
  });

  it("that cannot load new code name the exception, once for each worker", () => {
    const facts = factsOf(fixture("gunicorn/boot-failure-journal.txt"), readingAt("2026-11-22T13:03:17Z"));
    expect(facts).toMatchObject({ importErrors: 3, bootFailures: 1, unitFailedExit: 1, appExceptions: 0 });
    expect(facts["bootError"]).toMatch(/^ImportError: cannot import name/);
  });

  it("of version 26 in a plain log are read the same", () => {
    const facts = factsOf(fixture("gunicorn/bad-import-26.log"));
    expect(facts).toMatchObject({
      importErrors: 1,
      bootFailures: 1,
      bootError: "ModuleNotFoundError: No module named 'stripe_missing'",
      version: "26.2.2",
    });
  });

  it("that find the port in use and give up say so", () => {
    const lines = [
      "[ERROR] Connection in use: ('127.0.0.1', 8000)",
      "[ERROR] Connection in use: ('127.0.0.1', 8000)",
      "[ERROR] Can't connect to ('127.0.0.1', 8000)",
    ];
    expect(factsOf(journal(...lines.map((line) => `13:05:00 ${arbiter} ${line}`)))).toMatchObject({ portInUse: 2, portInUseGaveUp: true });
  });

  it("stopped on request show the request and no failure", () => {
    const facts = factsOf(
      journal(
        "13:05:00 systemd[1] Stopping gunicorn.service - gunicorn daemon...",
        `13:05:00 ${arbiter} [INFO] Handling signal: term`,
        "13:05:01 systemd[1] Stopped gunicorn.service - gunicorn daemon.",
      ),
    );
    expect(facts).toMatchObject({
      unitStopRequests: 1,
      stopSignals: 1,
      unitFailedExit: 0,
      unitKilled: 0,
      lastStopAtMs: Date.parse("2026-11-22T13:05:01Z"),
    });
  });
});

describe("failed requests", () => {
  it("of an unreachable database count once although two tracebacks are printed, also the one that began before the first line", () => {
    const facts = factsOf(fixture("gunicorn/database-refused-journal.txt"), readingAt("2026-11-22T13:05:14Z"));
    expect(facts).toMatchObject({ dbErrors: 4, dbRefused: 4, serverErrors: 3, appExceptions: 0, osErrors: 0 });
  });

  it("of aborted workers tell where they were stuck", () => {
    const facts = factsOf(fixture("gunicorn/aborted-journal.txt"), readingAt("2026-11-22T13:11:50Z"));
    expect(facts).toMatchObject({ abortedInHttpClient: 2, abortedInDatabase: 0, appExceptions: 0 });
    expect(factsOf(fixture("gunicorn/sync-26.log"))).toMatchObject({
      abortedElsewhere: 2,
      appExceptions: 1,
      appException: "KeyError: 'SPRING26'",
      appExceptionUri: "/err",
    });
  });

  const failure = (pid: number, path: string, ...lines: readonly string[]) =>
    journal(
      ...[
        `ERROR django.request Internal Server Error: ${path}`,
        "Traceback (most recent call last):",
        '  File "/usr/lib/django/core/handlers/base.py", line 1, in _get_response',
        "    x()",
        ...lines,
      ].map((line) => `13:05:00 gunicorn[${pid}] ${line}`),
    );

  it.each([
    ["appExceptions", ["KeyError: 'x'"]],
    ["appExceptions", ["AssertionError"]],
    ["appExceptions", ["django.core.exceptions.FieldError: Cannot resolve keyword"]],
    ["appExceptions", ['django.db.utils.ProgrammingError: column "colour" does not exist', "LINE 1: SELECT colour"]],
    ["noSpaceErrors", ["OSError: [Errno 28] No space left on device: '/srv/media/a'"]],
    [
      "outboundErrors",
      ["requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.example', port=443): Read timed out. (read timeout=5)"],
    ],
    ["outboundErrors", ["urllib3.exceptions.MaxRetryError: HTTPConnectionPool(host='a', port=80): Max retries exceeded"]],
    [
      "outboundErrors",
      ['  File "/usr/lib/python3.11/http/client.py", line 9, in connect', "ConnectionRefusedError: [Errno 111] Connection refused"],
    ],
    ["brokerErrors", ["kombu.exceptions.OperationalError: Error 111 connecting to 127.0.0.1:6379. Connection refused."]],
    ["brokerErrors", ["redis.exceptions.ConnectionError: Connection closed by server."]],
    ["memoryErrors", ["MemoryError"]],
    ["osErrors", ["PermissionError: [Errno 13] Permission denied: '/srv/x'"]],
    ["dbReadOnly", ["psycopg2.errors.ReadOnlySqlTransaction: cannot execute UPDATE in a read-only transaction"]],
    ["dbTimeout", ['psycopg2.OperationalError: connection to server at "db" (10.0.0.9), port 5432 failed: timeout expired']],
    [
      "dbServerClosed",
      ["psycopg2.OperationalError: server closed the connection unexpectedly", "\tThis probably means the server terminated abnormally"],
    ],
  ])("count as %s: %s", (name, lines) => {
    const facts = factsOf(failure(12, "/api/x/?a=1", ...lines));
    const kinds = [
      "appExceptions",
      "noSpaceErrors",
      "outboundErrors",
      "brokerErrors",
      "memoryErrors",
      "osErrors",
      "dbReadOnly",
      "dbTimeout",
      "dbServerClosed",
    ];
    expect(kinds.filter((kind) => facts[kind] === 1)).toEqual([name]);
    expect(facts["serverErrors"]).toBe(1);
  });

  it("that clients caused are nobody's fault here", () => {
    const facts = factsOf(
      failure(12, "/x", "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'a'") +
        failure(13, "/y", "BrokenPipeError: [Errno 32] Broken pipe"),
    );
    expect(facts).toMatchObject({ appExceptions: 0, osErrors: 0, handledExceptions: 0 });
  });

  it("are told apart from exceptions that the application caught itself", () => {
    const lines = [
      "ERROR shop.mail could not send",
      "Traceback (most recent call last):",
      '  File "/srv/app/mail.py", line 3, in send',
      "    x()",
      "KeyError: 'x'",
    ];
    expect(factsOf(journal(...lines.map((line) => `13:05:00 gunicorn[12] ${line}`)))).toMatchObject({
      appExceptions: 0,
      handledExceptions: 1,
    });
  });

  it("of several workers whose lines interleave are kept apart", () => {
    const one = failure(12, "/a", "KeyError: 'x'").trimEnd().split("\n");
    const two = failure(13, "/b", "OSError: [Errno 28] No space left on device").trimEnd().split("\n");
    const mixed = one.flatMap((line, index) => [line, two[index]]).join("\n");
    expect(factsOf(`${mixed}\n`)).toMatchObject({ appExceptions: 1, noSpaceErrors: 1, appExceptionUri: "/a" });
  });
});

describe("a journal", () => {
  it("with no entries is whole and says that nothing happened", () => {
    const result = parsed(gunicornJournal, "-- No entries --\n", reading);
    expect(result).toMatchObject({ whole: true, facts: { entries: 0, workerTimeouts: 0, dbErrors: 0 } });
  });

  it("that may not be read, or is another program's complaint, is not read at all", () => {
    expect(
      gunicornJournal.parse(
        "Hint: You are currently not seeing messages from other users and the system.\nNo journal files were opened due to insufficient permissions.\n",
        reading,
      ),
    ).toBeUndefined();
    expect(gunicornJournal.parse("bash: journalctl: command not found\n", reading)).toBeUndefined();
  });

  it("cut in mid-line is not whole, and its last words prove nothing", () => {
    const result = parsed(
      gunicornJournal,
      journal(`13:05:00 ${arbiter} x`, `13:05:01 ${arbiter} [CRITICAL] WORKER TIMEOUT (pid:12)`).slice(0, -1),
      reading,
    );
    expect(result).toMatchObject({ whole: false, facts: { workerTimeouts: 0 } });
  });
});
