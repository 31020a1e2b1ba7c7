/**
 * What a database error says, whoever printed it (libpq, psycopg2, psycopg 3 and its pool, SQLAlchemy, PostgreSQL's own log).
 * - `refused`: nothing took the connection (refused, no route, no socket); `starting`: 57P03, it is up and not yet (or no longer) serving;
 * - `timeout`: no answer to the connect, or the network went away under a connection;
 * - `tooMany`: all slots of the server, the role or the database are in use; `poolTimeout`: the client's own pool (or pgbouncer) is used up;
 * - `auth`: wrong or missing password, unknown role; `hba`: no matching pg_hba.conf entry; `dns`: the database's name does not resolve;
 * - `readOnly`, `noSpace`: writes fail; `serverClosed`, `sslEof`: an open connection ended; `lockTimeout`, `statementTimeout`, `deadlock`.
 */
export type DatabaseError =
  | "refused"
  | "starting"
  | "timeout"
  | "tooMany"
  | "poolTimeout"
  | "auth"
  | "hba"
  | "readOnly"
  | "noSpace"
  | "dns"
  | "serverClosed"
  | "sslEof"
  | "lockTimeout"
  | "statementTimeout"
  | "deadlock";

/** Wordings that only PostgreSQL, its client library or its pools use; first match wins, so what names the reason stands before what follows from it. */
const OWN_WORDS: readonly (readonly [DatabaseError, RegExp])[] = [
  [
    "tooMany",
    /too many clients already|remaining connection slots are reserved|too many connections for (?:role|database)|no more connections allowed/,
  ],
  ["poolTimeout", /\bPoolTimeout\b|couldn't get a connection after|QueuePool limit of|query_wait_timeout/],
  [
    "starting",
    /the database system is (?:starting up|shutting down|in recovery mode|not yet accepting connections|not accepting connections)/,
  ],
  [
    "auth",
    /(?:password|Peer|Ident|SASL|SCRAM|GSSAPI|LDAP|PAM|RADIUS|certificate) authentication failed|fe_sendauth: |no password supplied/,
  ],
  ["auth", /FATAL: role ".{1,63}" (?:does not exist|is not permitted to log in)|InvalidPassword\b|InvalidAuthorizationSpecification\b/],
  ["hba", /no pg_hba\.conf entry for|pg_hba\.conf rejects connection/],
  ["dns", /could not translate host name|failed to resolve host/],
  ["readOnly", /cannot execute [A-Z][A-Z ]{1,40} (?:in a read-only transaction|during recovery)|\bReadOnlySqlTransaction\b/],
  ["noSpace", /could not (?:extend|write|create|open|resize|fsync)[^\n]{0,400}No space left on device|\bDiskFull\b/],
  ["lockTimeout", /canceling statement due to lock timeout|could not obtain lock on |\bLockNotAvailable\b/],
  ["statementTimeout", /canceling statement due to statement timeout/],
  ["deadlock", /deadlock detected|\bDeadlockDetected\b/],
  ["sslEof", /SSL SYSCALL error: EOF detected|SSL connection has been closed unexpectedly|SSL error: unexpected eof/],
  [
    "timeout",
    /SSL SYSCALL error: (?:Operation|Connection) timed out|could not receive data from server: (?:Operation|Connection) timed out/,
  ],
  ["serverClosed", /server closed the connection unexpectedly|terminating connection (?:due to administrator command|because of crash)/],
  ["serverClosed", /could not (?:receive data from|send data to) server: |SSL SYSCALL error: |server login has been failing/],
];

/** Wordings that any network program uses; they count only where the text is about a database. */
const SHARED_WORDS: readonly (readonly [DatabaseError, RegExp])[] = [
  ["timeout", /timeout expired|(?:Connection|Operation) timed out|\bConnectionTimeout\b/],
  [
    "refused",
    /Connection refused|No route to host|(?:Network|Host) is unreachable|Connection reset by peer before|\.s\.PGSQL\.\d{1,5}" failed: No such file/,
  ],
  [
    "dns",
    /Name or service not known|Temporary failure in name resolution|Name does not resolve|No address associated with hostname|nodename nor servname/,
  ],
  ["serverClosed", /the connection is (?:closed|lost)|connection (?:already|not|is) (?:closed|open)|Connection reset by peer/],
];

const ABOUT_DATABASE =
  /connection to server (?:at|on) |could not connect to server|connection failed: |psycopg|django\.db\.|sqlalchemy\.exc|asyncpg|^(?:psql|pg_dump): error|\bOperationalError\b|\bInterfaceError\b/;
const ABOUT_OTHERS =
  /kombu|amqp|redis|celery\.|requests\.exceptions|urllib3|httpx|httpcore|botocore|HTTPS?ConnectionPool|pymongo|elasticsearch/i;

/** Messages are short; a traceback is given by its last line. What stands further in is another matter. */
const LOOK_AT = 4_096;

/**
 * The kind of database error that a message tells of: one exception's text or one log line, also broken over several lines or wrapped by
 * docker. `undefined` for anything else: refusals, time-outs and names that other clients (HTTP, Redis, a broker) could not reach, and
 * errors in the SQL itself. Only the first 4,096 characters are looked at.
 */
export function databaseErrorOf(text: string): DatabaseError | undefined {
  const flat = unwrapped(text.slice(0, LOOK_AT));
  const own = OWN_WORDS.find(([, words]) => words.test(flat));
  if (own) return own[0];
  if (!ABOUT_DATABASE.test(flat)) return undefined;
  if (ABOUT_OTHERS.test(flat) && !/connection to server (?:at|on) |psycopg|django\.db\./.test(flat)) return undefined;
  return SHARED_WORDS.find(([, words]) => words.test(flat))?.[0];
}

/** One line out of several: docker compose's `name | ` column goes, and so do line ends and runs of blanks. */
function unwrapped(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[\w.-]{1,63} {1,40}\| {0,80}/, ""));
  return lines.join(" ").replace(/[ \t\r]{1,400}/g, " ");
}
