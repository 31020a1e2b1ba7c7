import { NotDone } from "../../remediation/durable.ts";
import type { Unmade } from "../../words/plan-todo.ts";
import { AwsFailure } from "../failures.ts";

/** How refusals of AWS sort, by their code and message (RDS, Lightsail; CreateDBInstance, RestoreDBInstanceFromDBSnapshot). */
const KINDS: readonly (readonly [kind: Unmade, pattern: RegExp])[] = [
  ["linked-role", /service.linked role/i],
  ["quota", /Quota|LimitExceeded|exceed(?:s|ed)? .*(?:limit|maximum)|maximum number/i],
  ["capacity", /Insufficient\w*Capacity|NotAvailableInAZ|StorageTypeNotSupported/],
  ["network", /InvalidVPCNetworkState|InvalidSubnet|DBSubnetGroup|different VPCs|security group/i],
];

/** What kept AWS from doing what it was asked for, as far as people can do something about it. */
export function unmadeBy(error: unknown): Unmade {
  const failure = error instanceof NotDone ? error.cause : error;
  if (!(failure instanceof AwsFailure)) return "other";
  if (failure.kind === "throttled") return "throttled";
  const { because, code, cause } = failure;
  if ("reason" in because) {
    if (because.reason === "permissionMissing") return "permission";
    if (because.reason === "credentialsExpired" || because.reason === "credentialsMissing") return "credentials";
  }
  const message = cause instanceof Error ? cause.message : "";
  return KINDS.find(([, pattern]) => pattern.test(`${code} ${message}`))?.[0] ?? "other";
}
