import { expect, test } from "vitest";
import { AwsFailure, failureOf } from "../../src/aws/failures.ts";
import { tellBecause } from "../../src/words/because.ts";
import { reasonsEn } from "../../src/words/reasons-en.ts";

const facts = { service: "RDS", operation: "DescribeEvents", region: "eu-north-1", ms: 9_960 };
const error = (name: string, message = "", more: object = {}) => Object.assign(new Error(message), { name, ...more });
const answered = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });
const DENIED = "User: arn:aws:sts::111122223333:assumed-role/diagnose/gumshoe is not authorized to perform";

test.each<[string, unknown, AwsFailure["kind"], string]>([
  [
    "a throttled call",
    error("ThrottlingException", "Rate exceeded", answered(400)),
    "throttled",
    "RDS throttles our calls, and went on doing so",
  ],
  [
    "RDS's own word for it",
    error("Throttling", "Rate exceeded", answered(400)),
    "throttled",
    "RDS throttles our calls, and went on doing so",
  ],
  ["a status that says it", error("Unknown", "", answered(429)), "throttled", "RDS throttles our calls, and went on doing so"],
  [
    "a missing permission with its resource",
    error(
      "AccessDenied",
      `${DENIED}: rds:DescribeEvents on resource: arn:aws:rds:eu-north-1:111122223333:es:* because no identity-based policy allows the rds:DescribeEvents action`,
      answered(403),
    ),
    "refused",
    "the role lacks rds:DescribeEvents on arn:aws:rds:eu-north-1:111122223333:es:*",
  ],
  [
    "a missing permission for everything",
    error("AccessDeniedException", `${DENIED}: ssm:SendCommand on resource: *`, answered(400)),
    "refused",
    "the role lacks ssm:SendCommand",
  ],
  [
    "a missing permission that the message does not name",
    error("AccessDeniedException", "", answered(400)),
    "refused",
    "the role lacks rds:DescribeEvents",
  ],
  [
    "an expired token",
    error("ExpiredTokenException", "The security token included in the request is expired", answered(400)),
    "refused",
    "the AWS credentials have expired",
  ],
  [
    "an expired sign-on",
    error("CredentialsProviderError", "Token is expired. To refresh this SSO session run aws sso login"),
    "refused",
    "the AWS credentials have expired",
  ],
  [
    "no credentials",
    error("CredentialsProviderError", "Could not load credentials from any providers"),
    "refused",
    "there are no AWS credentials",
  ],
  [
    "a region that is none",
    error("Error", "getaddrinfo ENOTFOUND rds.eu-north-1.amazonaws.com", { code: "ENOTFOUND" }),
    "refused",
    "eu-north-1 is not a region of AWS that answers",
  ],
  [
    "a region of another partition",
    error("SignatureDoesNotMatch", "Credential should be scoped to a valid region.", answered(403)),
    "refused",
    "eu-north-1 is not a region of AWS that answers",
  ],
  [
    "a name of one's own that does not resolve",
    error("Error", "getaddrinfo ENOTFOUND aws.lab", { code: "ENOTFOUND" }),
    "unclear",
    "RDS did not answer within 10 s",
  ],
  ["no answer", error("TimeoutError", "Connection timed out after 10000 ms"), "unclear", "RDS did not answer within 10 s"],
  ["a broken connection", error("Error", "socket hang up", { code: "ECONNRESET" }), "unclear", "RDS did not answer within 10 s"],
  ["an error of AWS's own", error("InternalFailure", "try again", answered(500)), "unclear", "RDS refused: InternalFailure: try again"],
  [
    "any other refusal",
    error("DBInstanceNotFoundFault", "DBInstance shop not found.", answered(404)),
    "refused",
    "RDS refused: DBInstanceNotFoundFault: DBInstance shop not found.",
  ],
])("%s is told in words, and what may be done about it", (_, thrown, kind, words) => {
  const failure = failureOf(thrown, facts);
  expect(tellBecause(reasonsEn, failure.because)).toBe(words);
  expect(failure.kind).toBe(kind);
  expect(failure.cause).toBe(thrown);
});

test("a failure that says why already stays as it is", () => {
  const denied = failureOf(error("AccessDenied", `${DENIED}: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/x`), {
    ...facts,
    service: "STS",
  });
  expect(failureOf(denied, facts)).toBe(denied);
});
