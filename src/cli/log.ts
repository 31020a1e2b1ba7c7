import { pino } from "pino";
import { redact } from "../evidence/redact.ts";
import type { Log } from "../slack/log.ts";

/** A log of JSON lines: no secret leaves in it, and none of `secrets`, which are known word for word, whatever stands around them. */
export function jsonLog(write: (line: string) => void, secrets: readonly string[]): Log {
  const clean = (line: string) => secrets.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), redact(line));
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write: (line: string) => write(clean(line)) });
  const say = (level: "debug" | "info" | "warn" | "error" | "fatal") => (facts: Record<string, unknown>, doing: string) =>
    log[level](facts, doing);
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error"), fatal: say("fatal") };
}
