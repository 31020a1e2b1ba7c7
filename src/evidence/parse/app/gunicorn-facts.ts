import type { FactSpec, FactSpecs } from "../../../runbook/facts.ts";
import type { DatabaseError } from "../database/database-errors.ts";

const count = (doc: string): FactSpec => ({ kind: "count", doc });

/** The count that each kind of database error adds to; every failed request is counted once, whatever number of tracebacks it printed. */
export const DATABASE_COUNTS = {
  refused: "dbRefused",
  starting: "dbStarting",
  timeout: "dbTimeout",
  tooMany: "dbTooMany",
  poolTimeout: "dbPoolTimeout",
  auth: "dbAuth",
  hba: "dbHba",
  readOnly: "dbReadOnly",
  noSpace: "dbNoSpace",
  dns: "dbDns",
  serverClosed: "dbServerClosed",
  sslEof: "dbServerClosed",
  lockTimeout: "dbLockTimeout",
  statementTimeout: "dbStatementTimeout",
  deadlock: "dbDeadlock",
} as const satisfies Record<DatabaseError, string>;

const WORKER_FACTS = {
  entries: count("journal lines inside the window"),
  workerTimeouts: count("WORKER TIMEOUT lines: gunicorn gave a silent worker up"),
  workersKilledAfterTimeout: count("SIGKILLs of a worker within 10 s of its own WORKER TIMEOUT: gunicorn's own"),
  workersLostWithoutTimeout: count("SIGKILLs of a worker with no WORKER TIMEOUT of any worker within 60 s: someone else's"),
  workersKilledUnclear: count(
    "SIGKILLs of a worker that may be gunicorn's own: time-outs or a stop near, or the journal begins too late to tell",
  ),
  workersAborted: count("workers ended by SIGABRT, which gunicorn sends at a time-out"),
  workersCrashed: count("workers ended by SIGSEGV, SIGBUS, SIGILL or SIGFPE"),
  workersExited: count("workers that exited with a code, each once"),
  workersBooted: count("Booting worker lines"),
  bootFailures: count(
    "arbiters that gave up since workers could not boot (Worker failed to boot, HaltServer, exit status 3 or 4), each once",
  ),
  portInUse: count("attempts to bind that found the port in use"),
  portInUseGaveUp: { kind: "flag", doc: "gunicorn gave up binding (Can't connect to …)" },
  stopSignals: count("Handling signal: term, int or quit"),
  reloads: count("Handling signal: hup: new workers were asked to load the code anew"),
  shutdowns: count("Shutting down: Master"),
  starts: count("Starting gunicorn"),
  timeoutToKillS: { kind: "number", unit: "s", doc: "median time from WORKER TIMEOUT to the SIGKILL of the same worker" },
  workerClass: { kind: "text", doc: "the worker class as last printed (sync, gthread, …), also from before the window" },
  version: { kind: "text", doc: "gunicorn's version as last printed, also from before the window" },
  lastTimeoutAtMs: { kind: "time", doc: "the newest WORKER TIMEOUT" },
} as const satisfies FactSpecs;

const UNIT_FACTS = {
  oomUnitKills: count("OOM kills in the unit that systemd or systemd-oomd reported"),
  restartsScheduled: count("restarts that systemd scheduled"),
  unitFailedExit: count("exits of the main process with a status other than 0"),
  unitKilled: count("deaths of the main process by a signal"),
  unitNotExecuted: count("starts that failed before the program ran (EXEC, CHDIR, USER)"),
  unitGaveUp: { kind: "flag", doc: "systemd gave up restarting (start request repeated too quickly)" },
  unitStopRequests: count("Stopping UNIT lines: someone or a dependency asked systemd to stop it"),
  lastStopAtMs: { kind: "time", doc: "the newest stop: a signal that the arbiter handled, or systemd's Stopping, Stopped or failed line" },
  lastStartAtMs: { kind: "time", doc: "the newest start: gunicorn's Starting line or systemd's Started line" },
} as const satisfies FactSpecs;

const FAILURE_FACTS = {
  importErrors: count("exceptions raised while loading the application, each worker once"),
  bootError: { kind: "text", doc: "the last such exception, or the words that the arbiter gave up with; at most 160 characters" },
  dbErrors: count("failures of which the database was the reason, all kinds"),
  dbRefused: count("database connections refused (also no route, no socket)"),
  dbStarting: count("the database is starting up, shutting down or in recovery"),
  dbTimeout: count("connects to the database that timed out"),
  dbTooMany: count("no connection slot left on the server, for the role or the database"),
  dbPoolTimeout: count("the application's own connection pool is used up"),
  dbAuth: count("password refused or role unknown"),
  dbHba: count("no pg_hba.conf entry"),
  dbReadOnly: count("writes refused since the database is read-only"),
  dbNoSpace: count("writes refused since the database's disk is full"),
  dbDns: count("the database's host name did not resolve"),
  dbServerClosed: count("database connections that the server or the network ended"),
  dbStatementTimeout: count("statements cancelled by statement_timeout"),
  dbLockTimeout: count("statements cancelled by lock_timeout or NOWAIT"),
  dbDeadlock: count("deadlocks"),
  firstDbErrorAtMs: { kind: "time", doc: "the oldest failure by the database in the window" },
  lastDbErrorAtMs: { kind: "time", doc: "the newest failure by the database" },
  lastDbError: { kind: "text", doc: "its last line, at most 160 characters" },
  serverErrors: count(
    "requests that the application server logged as failed (Internal Server Error, Error handling request, Exception in ASGI application)",
  ),
  noSpaceErrors: count("Errno 28 of this host's file systems"),
  appShare: { kind: "number", unit: "ratio", doc: "appExceptions among all failures whose reason was told" },
  outboundShare: { kind: "number", unit: "ratio", doc: "outboundErrors among all failures whose reason was told" },
  appExceptions: count("exceptions of the application that reached the server and are none of the other kinds"),
  appException: { kind: "text", doc: "the most frequent one, Class: message, at most 160 characters" },
  appExceptionUris: count("distinct paths on which they were raised"),
  appExceptionUri: { kind: "text", doc: "the path on which most were raised" },
  handledExceptions: count("exceptions that the application caught and logged itself"),
  outboundErrors: count("failed HTTP calls to other services"),
  brokerErrors: count("failures of Redis, RabbitMQ or Celery's transport"),
  memoryErrors: count("MemoryError"),
  osErrors: count("other failed system calls"),
  abortedInHttpClient: count("workers aborted while in an HTTP call to another service"),
  abortedInDatabase: count("workers aborted while in a database driver"),
  abortedElsewhere: count("workers aborted anywhere else, as far as their frames tell"),
} as const satisfies FactSpecs;

/** The facts of `journalctl -u` of a gunicorn unit. */
export const GUNICORN_FACTS = {
  ...WORKER_FACTS,
  ...UNIT_FACTS,
  ...FAILURE_FACTS,
  firstEntryAtMs: { kind: "time", doc: "the oldest line read, also before the window: how far back the journal was seen" },
  lastEntryAtMs: { kind: "time", doc: "the newest line read" },
} as const satisfies FactSpecs;
