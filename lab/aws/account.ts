import type { Clock } from "../clock.ts";
import { AwsError } from "./aws-error.ts";
import type { Keyring, Principal } from "./credentials.ts";
import type { AwsWorld, Context, PermissionCall, Ruling } from "./world.ts";

/** The one account in the one region that a local AWS is; `closing` is aborted when it stops. */
export type Account = {
  id: string;
  region: string;
  clock: Clock;
  world: AwsWorld;
  keys: Keyring;
  /** Where the server listens; queue URLs begin with it. */
  endpoint: () => string;
  closing: AbortSignal;
};

/** An ARN in this account: `arn:aws:rds:eu-north-1:111122223333:db:shop`. */
export const arnOf = ({ region, id }: Account, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${id}:${resource}`;

type Question = { service: string; operation: string; resources: readonly string[]; principal: Principal; context: Context };

/** Ask the world's permissions about every resource of a call, and refuse with the first that is not allowed. */
export function authorize(account: Account, { service, operation, resources, principal, context }: Question): void {
  const asked = { service, operation, principal: principal.arn, context };
  for (const resource of resources.length === 0 ? [undefined] : resources) {
    const { decision } = rulingOn(account, resource === undefined ? asked : { ...asked, resource });
    if (decision === "allowed") continue;
    throw accessDenied(account, principal, { action: `${service}:${operation}`, resource, explicitly: decision === "explicitDeny" });
  }
}

/** What the world's permissions say of a call; everything is allowed in a world that has none. */
export function rulingOn({ world }: Account, call: PermissionCall): Ruling {
  const ruling = world.allowed?.(call) ?? true;
  return typeof ruling === "boolean" ? { decision: ruling ? "allowed" : "implicitDeny" } : ruling;
}

type Denied = { action: string; resource?: string | undefined; explicitly?: boolean };

/** AWS's own sentence for a call that the caller's permissions do not allow. */
export function accessDenied(account: Account, principal: Principal, { action, resource, explicitly = false }: Denied): AwsError {
  const on = resource ?? arnOf(account, action.split(":")[0]!, "*");
  const because = explicitly
    ? "with an explicit deny in an identity-based policy"
    : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    action.startsWith("sns:") ? "AuthorizationErrorException" : "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${on} ${because}`,
  );
}
