import type { Clock } from "../clock.ts";
import { AwsError } from "./aws-error.ts";
import type { Keyring, Principal } from "./credentials.ts";
import type { AwsWorld } from "./world.ts";

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

type Question = { service: string; operation: string; resources: readonly string[]; principal: Principal };

/** Ask the world's permissions about every resource of a call, and refuse with the first that is not allowed. */
export function authorize(account: Account, { service, operation, resources, principal }: Question): void {
  const { allowed } = account.world;
  if (!allowed) return;
  const asked = { service, operation, principal: principal.arn };
  if (resources.length === 0 && !allowed(asked)) throw accessDenied(account, principal, `${service}:${operation}`);
  const refused = resources.find((resource) => !allowed({ ...asked, resource }));
  if (refused !== undefined) throw accessDenied(account, principal, `${service}:${operation}`, refused);
}

/** AWS's own sentence for a call that the caller's permissions do not allow. */
export function accessDenied(account: Account, principal: Principal, action: string, resource?: string): AwsError {
  const on = resource ?? arnOf(account, action.split(":")[0]!, "*");
  return new AwsError(
    action.startsWith("sns:") ? "AuthorizationErrorException" : "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${on} because no identity-based policy allows the ${action} action`,
  );
}
