import type { Logger } from "@slack/bolt";
import { LogLevel } from "@slack/bolt";
import { inspect } from "node:util";
import type { Log } from "../log.ts";

/** Our log as Slack's packages want one. What they say in detail holds whole payloads, so it is not passed on. */
export function boltLog(log: Log): Logger {
  const say =
    (level: "info" | "warn" | "error") =>
    (...parts: unknown[]) =>
      log[level]({ from: "slack" }, parts.map((part) => (typeof part === "string" ? part : inspect(part, { depth: 3 }))).join(" "));
  return {
    debug: () => {},
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
