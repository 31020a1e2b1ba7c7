import type { Environment } from "../config/config.ts";
import { accessTo, type Access } from "./access.ts";
import { ask } from "./ask.ts";

/** Asking who we are may take this long, with all its attempts. */
const LIMIT_MS = 15_000;

/** As whom an environment's account is looked at. Throws an Unseen that says why AWS does not tell. */
export async function identityAt(aws: NonNullable<Environment["aws"]>): Promise<string> {
  return identityWith(accessTo(aws), AbortSignal.timeout(LIMIT_MS));
}

/** The same by a way that is open already. */
export async function identityWith(access: Access, signal: AbortSignal): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  return (await ask(access, access.open(STSClient), new GetCallerIdentityCommand({}), { signal })).Arn ?? "?";
}
