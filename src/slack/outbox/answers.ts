import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";

/**
 * What an error of the Web API says of the call:
 * - `limited`: it was not taken, and may be repeated after a while;
 * - `unsent`: it did not reach Slack;
 * - `unclear`: it may have been taken (no answer, a 5xx, an error within Slack);
 * - `closed`: it was not taken, and will be once somebody lets us in (invites the bot, gives it a valid token);
 * - `unfit`: the blocks were not to Slack's taste, and a plainer message may be;
 * - `refused`: it was not taken, and never will be.
 */
export type Answer =
  | { kind: "limited"; retryAfterMs: number }
  | { kind: "unsent"; because: string }
  | { kind: "unclear"; because: string }
  | { kind: "closed"; because: string }
  | { kind: "unfit"; code: string }
  | { kind: "refused"; code: string };

/** Slack's own mishaps: "it's possible some aspect of the operation succeeded" (chat.postMessage, errors). */
const MISHAPS = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"]);
const LIMITED = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);
const UNFIT = new Set(["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "only_one_table_allowed", "invalid_attachments"]);
/** What an operator, or somebody in the channel, can put right while a message waits. */
const CLOSED = new Set([
  "not_in_channel",
  "channel_not_found",
  "is_archived",
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
]);
/** No connection came about. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
/** A limit that comes without a time. */
const A_WHILE_MS = 3_000;

/** What an error of a call says. */
export function answerOf(error: unknown): Answer {
  if (error instanceof WebAPIRateLimitedError) return { kind: "limited", retryAfterMs: Math.max(1, error.retryAfter) * 1000 };
  if (error instanceof WebAPIRequestError) {
    const because = codeOf(error);
    return { kind: UNSENT.has(because) ? "unsent" : "unclear", because };
  }
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 500 || error.statusCode === 408
      ? { kind: "unclear", because: `HTTP ${error.statusCode}` }
      : { kind: "refused", code: `http_${error.statusCode}` };
  if (error instanceof WebAPIPlatformError) {
    const code = String(error.data.error);
    if (LIMITED.has(code)) return { kind: "limited", retryAfterMs: A_WHILE_MS };
    if (CLOSED.has(code)) return { kind: "closed", because: code };
    if (UNFIT.has(code)) return { kind: "unfit", code };
    // What is not an error code is a page of something between Slack and us.
    return MISHAPS.has(code) || !/^[a-z0-9_:]{1,60}$/.test(code)
      ? { kind: "unclear", because: code.slice(0, 80) }
      : { kind: "refused", code };
  }
  const because = error instanceof Error ? error.message : String(error);
  return because.startsWith("Retry header did not contain") ? { kind: "limited", retryAfterMs: A_WHILE_MS } : { kind: "unclear", because };
}

/** The shortest that says what went wrong: Slack's code, else the system's behind a failed call, else the words of the error. */
export function codeOf(error: unknown): string {
  if (error instanceof WebAPIPlatformError) return String(error.data.error);
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ("code" in cause && typeof cause.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(cause.code)) return cause.code;
  const innermost = error instanceof WebAPIRequestError ? error.original : error;
  return innermost instanceof Error ? innermost.message : String(innermost);
}
