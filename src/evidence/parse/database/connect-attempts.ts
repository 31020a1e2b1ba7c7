import { databaseErrorOf, type DatabaseError } from "./database-errors.ts";
import { plainLines } from "../text/plain-lines.ts";

/** One attempt to connect to the database, as a probe's JSON line tells it; what a line does not say is left out. */
export type Attempt = {
  ok: boolean;
  /** Connect and, where the probe asked one, the query `SELECT 1`. */
  totalMs?: number;
  steps: Partial<Record<ProbeStep, number>>;
  answer?: Answer;
  failure?: Failure;
  error?: string;
  atMs?: number;
};

/** What the probe times apart: the name's look-up, TCP, TLS, the server's first answer. */
export type ProbeStep = "dns" | "tcp" | "tls" | "answer";

/** What the server said to the start-up message of a probe that sends no password. */
type Answer = "auth-requested" | "ready" | "error" | "closed" | "none";

/** Why an attempt failed. */
export type Failure = "timedOut" | "refused" | "starting" | "tooMany" | "auth" | "hba" | "dns" | "closed" | "other";

const ANSWERS: readonly unknown[] = ["auth-requested", "ready", "error", "closed", "none"] satisfies readonly Answer[];
const STEPS: readonly ProbeStep[] = ["dns", "tcp", "tls", "answer"];

const FAILURE_OF: Partial<Record<DatabaseError, Failure>> = {
  timeout: "timedOut",
  poolTimeout: "timedOut",
  refused: "refused",
  starting: "starting",
  tooMany: "tooMany",
  auth: "auth",
  hba: "hba",
  dns: "dns",
  serverClosed: "closed",
  sslEof: "closed",
};

/** SQLSTATEs of a failed connect (PostgreSQL's manual, appendix A). */
const FAILURE_OF_SQLSTATE: Readonly<Record<string, Failure>> = {
  "57P03": "starting",
  "53300": "tooMany",
  "28P01": "auth",
  "28000": "auth",
  "57P01": "closed",
  "57P02": "closed",
  "3D000": "other",
};

/** The attempts of a text in the order printed, and whether every line that looks like one could be read to its end. */
export function attemptsIn(text: string): { attempts: Attempt[]; whole: boolean } {
  const attempts: Attempt[] = [];
  let whole = text.endsWith("\n");
  for (const line of plainLines(text)) {
    if (!line.startsWith("{")) continue;
    const attempt = attemptOf(line);
    if (attempt) attempts.push(attempt);
    else whole = false;
  }
  return { attempts, whole };
}

function attemptOf(line: string): Attempt | undefined {
  const said = objectIn(line);
  if (!said || !("ok" in said || "answer" in said || "error" in said || "connect_ms" in said)) return undefined;
  const answer = ANSWERS.includes(said["answer"]) ? (said["answer"] as Answer) : undefined;
  const ok = said["ok"] === true || answer === "auth-requested" || answer === "ready";
  const error = typeof said["error"] === "string" && said["error"] !== "" ? said["error"] : undefined;
  const connectMs = millisecondsOf(said["connect_ms"]);
  const queryMs = millisecondsOf(said["query_ms"]) ?? 0;
  const steps = Object.fromEntries(STEPS.flatMap((step) => ofStep(step, millisecondsOf(said[`${step}_ms`]))));
  const atMs = instantOf(said["at"]);
  return {
    ok,
    steps,
    ...(connectMs === undefined ? {} : { totalMs: Math.round((connectMs + queryMs) * 1_000) / 1_000 }),
    ...(answer === undefined ? {} : { answer }),
    ...(ok ? {} : { failure: failureOf(error, said["sqlstate"], answer) }),
    ...(error === undefined ? {} : { error }),
    ...(atMs === undefined ? {} : { atMs }),
  };
}

function failureOf(error: string | undefined, sqlstate: unknown, answer: Answer | undefined): Failure {
  const worded = error === undefined ? undefined : databaseErrorOf(`psql: error: ${error}`);
  const byWords = worded && FAILURE_OF[worded];
  if (byWords) return byWords;
  const byState = typeof sqlstate === "string" ? FAILURE_OF_SQLSTATE[sqlstate] : undefined;
  if (byState) return byState;
  if (answer === "closed") return "closed";
  return answer === "none" ? "timedOut" : "other";
}

function ofStep(step: ProbeStep, ms: number | undefined): [ProbeStep, number][] {
  return ms === undefined ? [] : [[step, ms]];
}

function objectIn(line: string): Record<string, unknown> | undefined {
  if (!/\}\s{0,8}$/.test(line)) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function millisecondsOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** An ISO 8601 instant; one without a zone is none, since a probe knows its zone. */
function instantOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !/(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
