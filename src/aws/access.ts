import type { Environment } from "../config/config.ts";
import { realClock, type Clock } from "./clock.ts";
import { assumedRole, type Credentials, type Session } from "./role.ts";

/** The settings that every client is opened with. */
export type Settings = {
  region: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean };
  credentials?: Credentials;
};

/** The way to one account and region: its clients, each opened once and kept, with the credentials of its role. */
export type Access = { region: string; clock: Clock; open: <Client>(kind: new (settings: Settings) => Client) => Client };

/** A connection that does not come about, and an answer that does not come, are given up after this: the SDK itself would wait for ever. */
const LIMITS_MS = { connect: 2_000, request: 10_000 };

/**
 * Opens the way to an environment's account. What it asks for comes from the SDK's own settings (AWS_ENDPOINT_URL, AWS_PROFILE …). Where a role is
 * assumed, `session` is how CloudTrail shows it.
 */
export function openAccess(
  aws: NonNullable<Environment["aws"]>,
  { clock = realClock, limitsMs = LIMITS_MS, session }: { clock?: Clock; limitsMs?: typeof LIMITS_MS; session?: Session } = {},
): Access {
  const settings: Settings = {
    region: aws.region,
    // One attempt each: `ask` repeats what may be repeated, since the SDK would repeat SendCommand too, and its waits end for no signal.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: limitsMs.connect, requestTimeout: limitsMs.request, throwOnRequestTimeout: true },
  };
  const credentials = aws.role === undefined ? {} : { credentials: assumedRole(aws.role, settings, clock, session) };
  const opened = new Map<unknown, unknown>();
  return {
    region: aws.region,
    clock,
    open<Client>(kind: new (settings: Settings) => Client): Client {
      const client = (opened.get(kind) as Client | undefined) ?? new kind({ ...settings, ...credentials });
      opened.set(kind, client);
      return client;
    },
  };
}

const accesses = new WeakMap<object, Access>();

/** The same way for every diagnosis of an environment, so that connections and the role's credentials are used again. */
export function accessTo(aws: NonNullable<Environment["aws"]>): Access {
  const access = accesses.get(aws) ?? openAccess(aws);
  accesses.set(aws, access);
  return access;
}
