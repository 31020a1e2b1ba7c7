import { realClock, type Clock } from "../clock.ts";
import { accessDenied, type Account } from "./account.ts";
import { newId, newKey, type Key, type Keyring } from "./credentials.ts";
import { faultBox, type Faults } from "./faults.ts";
import { carryOut, openRooms } from "./rooms.ts";
import { startWire, type Call } from "./wire/server.ts";
import { verify } from "./wire/signature.ts";
import type { AwsWorld } from "./world.ts";

/** A running local AWS: where it is, the settings that lead a client there, what was asked of it, and how to make it fail. */
export type LocalAws = {
  endpoint: string;
  /** AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
  env: Record<string, string>;
  calls: readonly Call[];
  faults: Faults;
  world: AwsWorld;
  stop: () => Promise<void>;
};

/** Calls that the log keeps; the oldest go first. */
const CALLS_KEPT = 20_000;

/** Start an AWS on 127.0.0.1: all its services behind one port, told apart by their signatures. */
export async function startLocalAws(options: {
  port?: number;
  world: AwsWorld;
  clock?: Clock;
  region?: string;
  accountId?: string;
}): Promise<LocalAws> {
  const { port = 0, world, clock = realClock, region = "us-east-1", accountId = "111122223333" } = options;
  const key = newKey({ arn: `arn:aws:iam::${accountId}:user/gumshoe`, userId: `AIDA${newId(17)}` });
  const keys: Keyring = new Map([[key.accessKeyId, key]]);
  const closing = new AbortController();
  let endpoint = "";
  const account: Account = { id: accountId, region, clock, world, keys, endpoint: () => endpoint, closing: closing.signal };
  const rooms = openRooms(account);
  const calls: Call[] = [];
  const faults = faultBox();
  const wire = await startWire({
    port,
    clock,
    verify: (request) => verify(request, keys, { region, now: clock.now() }),
    carryOut: (ask, schema) => carryOut(account, rooms, ask, schema),
    deny: (principal, action) => accessDenied(account, principal, action),
    takeFault: (service, operation) => faults.take(service, operation),
    note: (call) => void (calls.push(call) > CALLS_KEPT && calls.shift()),
  });
  endpoint = wire.endpoint;
  const stop = async () => {
    closing.abort();
    await wire.stop();
  };
  return { endpoint, env: envOf(endpoint, region, key), calls, faults, world, stop };
}

function envOf(endpoint: string, region: string, { accessKeyId, secretAccessKey }: Key): Record<string, string> {
  return { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}
