import { reason, Unseen, type Because } from "../words/because.ts";

/** Which call it was, as far as its error is told by it: `service` is the client's own name for it (SSM, Lightsail, RDS …). */
export type CallFacts = { service: string; operation: string; region: string; ms: number };

/**
 * A call that AWS did not answer as it should, with the reason for people. `code` is the error's name on the wire. `kind` is what may be done
 * about it: `throttled` and `refused` calls did nothing, what came of an `unclear` one (no answer, or a 5xx) nobody knows.
 */
export class AwsFailure extends Unseen {
  readonly code: string;
  readonly kind: "throttled" | "refused" | "unclear";
  constructor(because: Because, facts: { code: string; kind: AwsFailure["kind"] }, options?: ErrorOptions) {
    super(because, options);
    this.code = facts.code;
    this.kind = facts.kind;
  }
}

type Said = { name?: string; message?: string; code?: string; $metadata?: { httpStatusCode?: number; clockSkewCorrected?: true } };

const THROTTLED =
  /^(?:Throttling|Throttled|ThrottlingException|ThrottledException|TooManyRequestsException|RequestThrottled(?:Exception)?|RequestLimitExceeded|SlowDown|PriorRequestNotComplete)$/;
const DENIED = /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|UnauthorizedException)$/;
const EXPIRED = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired)$/;
const NO_CREDENTIALS = /^(?:CredentialsProviderError|MissingAuthenticationToken(?:Exception)?)$/;
/** Errors of the network, before or instead of an answer. */
const NETWORK = /^(?:E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)|UND_ERR_.+)$/;

/** A signature that is not right, or not of this time; EC2 has codes of its own. */
const SIGNATURE = /^(?:InvalidSignatureException|SignatureDoesNotMatch|RequestTimeTooSkewed|RequestExpired|AuthFailure)$/;
const NOT_OF_NOW = /signature (?:has )?expired|not yet current|too (?:large|skewed)/i;

/** Whether AWS refused a signature for its time: nothing was done, and the SDK gives the next one the time that it has read from the answer. */
export function isSetRight(error: unknown): boolean {
  const { name = "", message = "", $metadata } = error as Said;
  return SIGNATURE.test(name) && (NOT_OF_NOW.test(message) || $metadata?.clockSkewCorrected === true);
}

/** Whether AWS refused credentials since their time is over: nothing was done. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.test((error as Said).name ?? "");
}

/** What a call's error means. An error that is a failure already stays as it is: a role that could not be assumed says so itself. */
export function failureOf(error: unknown, facts: CallFacts): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const { name = "Error", message = "", code = "", $metadata } = error as Said;
  const status = $metadata?.httpStatusCode ?? 0;
  const because = (told: Because, kind: AwsFailure["kind"]) => new AwsFailure(told, { code: name, kind }, { cause: error });
  if (THROTTLED.test(name) || status === 429) return because(reason("throttled", facts.service), "throttled");
  if (DENIED.test(name)) return because(lacking(message, facts), "refused");
  if (SIGNATURE.test(name) && NOT_OF_NOW.test(message)) return because(reason("clockOff", facts.service), "refused");
  if (EXPIRED.test(name) || (NO_CREDENTIALS.test(name) && /expired/i.test(message)))
    return because(reason("credentialsExpired"), "refused");
  if (NO_CREDENTIALS.test(name)) return because(reason("credentialsMissing"), "refused");
  if (/scoped to a valid region|ENOTFOUND \S+\.amazonaws\./.test(message)) return because(reason("regionWrong", facts.region), "refused");
  if (status === 0 && (NETWORK.test(code) || /^(?:Timeout|Abort)Error$/.test(name)))
    return because(reason("awsUnreachable", facts.service, Math.max(1, Math.round(facts.ms / 1000))), "unclear");
  return because(
    reason("awsRefused", facts.service, name, message.slice(0, 300)),
    status >= 400 && status < 500 && name !== "RequestTimeout" ? "refused" : "unclear",
  );
}

/** The missing permission: as the message names it, else the call's own. */
function lacking(message: string, { service, operation }: CallFacts): Because {
  const [, action = `${service.toLowerCase()}:${operation}`, resource] =
    /not authorized to perform:? ([\w-]+:\w+)(?: on (?:the )?resource:? "?([^\s"]+))?/.exec(message) ?? [];
  const named = resource?.replace(/[.,;]$/, "");
  return named === undefined || named === "*" ? reason("permissionMissing", action) : reason("permissionMissing", action, named);
}
