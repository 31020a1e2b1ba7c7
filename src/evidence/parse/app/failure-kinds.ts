import { type DatabaseError, databaseErrorOf } from "../database/database-errors.ts";
import type { Traceback } from "./tracebacks.ts";

/**
 * What a failure of a Python web application was about:
 * - `database`: its kind where the message tells it; `no-space`: a full file system of this host; `memory`: MemoryError; `os`: any other system call;
 * - `boot`: the application could not be loaded; `halt`: the arbiter gave up; `abort`: the worker was aborted (time-out) while in this place;
 * - `outbound`: an HTTP call to someone else; `broker`: Redis, RabbitMQ, Celery's transport;
 * - `noise`: refused or broken requests of clients, and exceptions of which the text may lack the beginning; `app`: an exception of the application that reached the server; `handled`: one that did not.
 */
export type Failure =
  | { kind: "database"; error?: DatabaseError }
  | { kind: "abort"; where: "http-client" | "database" | "elsewhere" }
  | { kind: "no-space" | "memory" | "os" | "boot" | "halt" | "outbound" | "broker" | "noise" | "app" | "handled" };

const DATABASE_CLASS =
  /^(?:django\.db\.(?:utils\.)?|psycopg2?\.|psycopg_pool\.|asyncpg\.|sqlalchemy\.exc\.)?(?:OperationalError|InterfaceError|PoolTimeout)\b/;
const BROKER_CLASS = /^(?:kombu|amqp|redis|celery|aioredis|vine|channels_redis)\./;
const OUTBOUND_CLASS =
  /^(?:requests|urllib3|urllib|httpx|httpcore|http\.client|botocore|boto3|aiohttp|grpc|zeep|stripe|twilio|google\.api_core|google\.auth|suds|xmlrpc|ldap3?|paramiko|ftplib|pysolr|pika|minio|cassandra|hvac)\./;
const NOISE_CLASS =
  /(?:^|\.)(?:DisallowedHost|Suspicious\w+|DisallowedRedirect|BrokenPipeError|ConnectionResetError|ConnectionAbortedError|UnreadablePostError|RequestDataTooBig|TooManyFieldsSent|TooManyFilesSent|ClientDisconnected?|ClientDisconnect|Http404|PermissionDenied|BadRequest|MultiPartParserError|InvalidRequestLine|NoMoreData|KeyboardInterrupt|GeneratorExit|CancelledError|StopIteration|SSLEOFError)\b|^gunicorn\.http\.|Warning(?::|$)/;
const OS_CLASS =
  /^(?:OSError|IOError|EnvironmentError|socket\.\w+|ssl\.\w+|smtplib\.\w+|BlockingIOError|ChildProcessError|Connection\w*Error|FileExistsError|InterruptedError|PermissionError|ProcessLookupError|TimeoutError)(?::|$)|: \[Errno \d/;

/** ENOSPC and EDQUOT, and what Python's tempfile and SQLite make of them. */
const NO_SPACE = /\[Errno (?:28|122)\]|No usable temporary directory found|database or disk is full|No space left on device/;

const WRONG_PATH = /^(?:FileNotFoundError|IsADirectoryError|NotADirectoryError)(?::|$)/;

const HTTP_FRAME = /\/(?:requests|urllib3|urllib|httpx|httpcore|botocore|boto3|aiohttp|stripe|http)\/[\w/]{1,80}\.py:|\/http\/client\.py:/;
const OWN_HTTP_FRAME = /\/(?:gunicorn|uvicorn|django|rest_framework)\//;
const DATABASE_FRAME = /\/(?:psycopg2?|psycopg_pool|psycopg_c|asyncpg|sqlalchemy)\/|\/django\/db\//;
const BROKER_FRAME = /\/(?:kombu|redis|amqp|celery)\//;
const BOOT_FRAME =
  /gunicorn\/\S{1,60}:(?:spawn_worker|init_process|load_wsgi|import_app|load_wsgiapp|load)$|uvicorn\/\S{1,60}:import_from_string$/;
const URLCONF_FRAME = /\/django\/urls\/resolvers\.py:urlconf_module$/;
const SERVER_FRAME =
  /\/django\/core\/handlers\/|\/gunicorn\/workers\/|\/uvicorn\/protocols\/|\/rest_framework\/views\.py:raise_uncaught_exception$|\/flask\/app\.py:wsgi_app$/;

/** What one failure was about; where a chain of exceptions names several, what lies deeper (a full disk, a database) wins over what followed from it. */
export function failureOf({ exceptions, frames, heading, headless }: Traceback): Failure {
  if (exceptions.some((text) => /^gunicorn\.errors\.HaltServer|^HaltServer/.test(text))) return { kind: "halt" };
  const booting = heading === "Exception in worker process" || frames.some((frame) => BOOT_FRAME.test(frame));
  const where = placeOf(frames);
  if (!booting && aborted(exceptions, frames)) return headless && where === "elsewhere" ? { kind: "noise" } : { kind: "abort", where };
  const known = causeOf(exceptions, frames);
  if (known) return known;
  if (booting) return { kind: "boot" };
  if (notLoaded(exceptions, frames)) return { kind: "boot" };
  if (headless) return { kind: "noise" };
  return { kind: reachedServer(heading, frames) ? "app" : "handled" };
}

/** The exception that was raised in the end, without what follows its first line; at most 160 characters. */
export function lastLineOf({ exceptions }: Traceback): string | undefined {
  return exceptions.at(-1)?.split("\n")[0]?.slice(0, 160);
}

/** What makes a failure somebody else's: its exceptions first, then, for errors of the system alone, where they were raised. */
function causeOf(exceptions: readonly string[], frames: readonly string[]): Failure | undefined {
  const error = exceptions.map((text) => databaseErrorOf(text)).find((found) => found !== undefined);
  if (error) return { kind: "database", error };
  const any = (pattern: RegExp): boolean => exceptions.some((text) => pattern.test(text));
  if (any(NO_SPACE)) return { kind: "no-space" };
  if (any(BROKER_CLASS)) return { kind: "broker" };
  if (any(DATABASE_CLASS)) return { kind: "database" };
  if (any(/^MemoryError\b/)) return { kind: "memory" };
  if (any(OUTBOUND_CLASS)) return { kind: "outbound" };
  const last = exceptions.at(-1);
  if (last === undefined) return { kind: "noise" };
  // A path that the code got wrong is the code's own fault, although the system reports it.
  if (WRONG_PATH.test(last)) return undefined;
  if (OS_CLASS.test(last)) return { kind: osKindOf(last, frames) };
  return NOISE_CLASS.test(last) ? { kind: "noise" } : undefined;
}

/** Django loads the URL configuration with the first request: an import that fails there is new code that does not load, and fails every request. */
function notLoaded(exceptions: readonly string[], frames: readonly string[]): boolean {
  const last = exceptions.at(-1) ?? "";
  return (
    /^(?:ImportError|ModuleNotFoundError|SyntaxError|IndentationError|NameError|django\.core\.exceptions\.ImproperlyConfigured)\b/.test(
      last,
    ) && frames.some((frame) => URLCONF_FRAME.test(frame))
  );
}

function osKindOf(last: string, frames: readonly string[]): "outbound" | "broker" | "noise" | "os" {
  const inner = frames.findLast((frame) => BROKER_FRAME.test(frame) || httpClient(frame));
  if (inner !== undefined) return BROKER_FRAME.test(inner) ? "broker" : "outbound";
  return NOISE_CLASS.test(last) ? "noise" : "os";
}

function aborted(exceptions: readonly string[], frames: readonly string[]): boolean {
  return (
    exceptions.some((text) => /^SystemExit\b|returned a result with an error set/.test(text)) ||
    frames.some((frame) => frame.endsWith(":handle_abort"))
  );
}

function placeOf(frames: readonly string[]): "http-client" | "database" | "elsewhere" {
  const inner = frames.findLast((frame) => DATABASE_FRAME.test(frame) || httpClient(frame));
  if (inner === undefined) return "elsewhere";
  return DATABASE_FRAME.test(inner) ? "database" : "http-client";
}

function httpClient(frame: string): boolean {
  return HTTP_FRAME.test(frame) && !OWN_HTTP_FRAME.test(frame);
}

/** An exception that a program caught and logged itself is no failed request; one that went through the server's frames is. */
function reachedServer(heading: string | undefined, frames: readonly string[]): boolean {
  return heading !== undefined || frames.some((frame) => SERVER_FRAME.test(frame));
}
