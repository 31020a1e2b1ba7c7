import { describe, expect, it } from "vitest";
import { databaseErrorOf } from "../../../../src/evidence/parse/database/database-errors.ts";

const at = 'connection to server at "db.example" (203.0.113.5), port 5432 failed: ';

describe("what a database error says", () => {
  it.each([
    [
      "refused",
      `psycopg2.OperationalError: ${at}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`,
    ],
    ["refused", `${at}No route to host`],
    ["refused", 'connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory'],
    [
      "starting",
      `django.db.utils.OperationalError: ${at}FATAL:  the database system is not yet accepting connections\nDETAIL:  Consistent recovery state has not been yet reached.`,
    ],
    ["starting", "django.db.utils.OperationalError: FATAL:  the database system is in recovery mode"],
    ["timeout", `OperationalError: ${at}timeout expired`],
    [
      "timeout",
      'could not connect to server: Connection timed out\n\tIs the server running on host "h" (203.0.113.34) and accepting\n\tTCP/IP connections on port 5432?',
    ],
    ["timeout", "psycopg2.DatabaseError: SSL SYSCALL error: Operation timed out"],
    ["timeout", "psycopg.errors.ConnectionTimeout: connection timeout expired"],
    [
      "tooMany",
      "app-django-1     |            psycopg2.OperationalError: FATAL:  sorry, too\napp-django-1     |            many clients already",
    ],
    ["tooMany", `${at}FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`],
    ["tooMany", 'OperationalError: (OperationalError) FATAL:  too many connections for role "appuser"'],
    ["poolTimeout", "django.db.utils.OperationalError: couldn't get a connection after 30.00 sec"],
    ["poolTimeout", "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00"],
    ["auth", `${at}FATAL:  password authentication failed for user "appuser"`],
    [
      "auth",
      `${at}FATAL:  password authentication failed for user "u"\n${at}FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption`,
    ],
    ["auth", 'FATAL:  role "appuser" does not exist'],
    ["hba", `${at}FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", SSL off`],
    ["readOnly", "psycopg2.errors.ReadOnlySqlTransaction: cannot execute UPDATE in a read-only transaction"],
    ["readOnly", "ERROR:  cannot execute SELECT FOR UPDATE in a read-only transaction"],
    [
      "noSpace",
      'psycopg2.errors.DiskFull: could not extend file "base/16385/16435": No space left on device\nHINT:  Check free disk space.',
    ],
    ["noSpace", 'PANIC:  could not write to file "pg_wal/xlogtemp.12": No space left on device'],
    ["dns", 'could not translate host name "database" to address: Temporary failure in name resolution'],
    ["dns", "psycopg.OperationalError: [Errno -2] Name or service not known"],
    ["dns", "psycopg.OperationalError: failed to resolve host 'db.internal': [Errno -2] Name or service not known"],
    [
      "serverClosed",
      "psycopg2.OperationalError: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally",
    ],
    ["serverClosed", "django.db.utils.InterfaceError: connection already closed"],
    ["sslEof", "psycopg2.OperationalError: SSL SYSCALL error: EOF detected"],
    ["lockTimeout", "psycopg2.errors.LockNotAvailable: canceling statement due to lock timeout"],
    ["statementTimeout", "ERROR:  canceling statement due to statement timeout"],
    ["deadlock", "psycopg2.errors.DeadlockDetected: deadlock detected\nDETAIL:  Process 1 waits for"],
  ])("reads %s from: %s", (kind, text) => {
    expect(databaseErrorOf(text)).toBe(kind);
  });

  it.each([
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.example', port=443): Max retries exceeded (Caused by NameResolutionError(\"Failed to resolve 'api.example' ([Errno -2] Name or service not known)\"))",
    "socket.gaierror: [Errno -3] Temporary failure in name resolution",
    "redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:6379. Connection refused.",
    "kombu.exceptions.OperationalError: [Errno 111] Connection refused",
    "OSError: [Errno 28] No space left on device: '/srv/app/media'",
    'django.db.utils.ProgrammingError: column "colour" does not exist',
    'django.db.utils.IntegrityError: null value in column "name" violates not-null constraint',
    "urllib3.exceptions.ConnectTimeoutError: Connection to api.example timed out",
    "",
  ])("takes no other program's trouble for the database's: %s", (text) => {
    expect(databaseErrorOf(text)).toBeUndefined();
  });
});
