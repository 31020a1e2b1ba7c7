import type { Environment } from "../config/config.ts";
import { accessTo } from "./access.ts";
import { ask } from "./ask.ts";

/** Asking who we are may take this long, with all its attempts. */
const LIMIT_MS = 15_000;

/** As whom an environment's account is looked at. Throws an Unseen that says why AWS does not tell. */
export async function identityAt(aws: NonNullable<Environment["aws"]>): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const access = accessTo(aws);
  const told = await ask(access, access.open(STSClient), new GetCallerIdentityCommand({}), { signal: AbortSignal.timeout(LIMIT_MS) });
  return told.Arn ?? "?";
}
