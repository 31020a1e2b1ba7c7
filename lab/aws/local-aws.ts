import { realClock, type Clock } from "../clock.ts";
import { accessDenied, type Account } from "./account.ts";
import { newId, newKey, type Key, type Keyring } from "./credentials.ts";
import { faultBox, type Faults } from "./faults.ts";
import { carryOut, openRooms } from "./rooms.ts";
import { judgeAlarms, startRounds } from "./services/cloudwatch/judging/rounds.ts";
import { authorityOf } from "./services/sns/certificate/authority.ts";
import type { Push } from "./services/sns/topics.ts";
import { fetchAt, visit } from "./services/sns/visit.ts";
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
  /** Evaluates all alarms now, whatever the time is; by itself it does so each minute, and every 10 s for periods shorter than that. */
  judgeAlarms: () => void;
  sns: {
    /** The certificate (PEM) of the authority that signs what SNS sends here; made when it is first asked for. */
    root: () => string;
    /** Leads `https://sns.<region>.amazonaws.com/…`, where certificates and confirmations are, to this AWS, and refuses every other host. */
    fetch: typeof fetch;
    /** What was posted to HTTP endpoints. */
    pushes: readonly Push[];
  };
  stop: () => Promise<void>;
};

/**
 * Start an AWS on 127.0.0.1: all its services behind one port, told apart by their signatures. `reach` leads the origin of an endpoint that SNS is
 * to post to (`https://bot.example`) to one of this machine; `callsKept` is how many calls the log keeps, the latest.
 */
export async function startLocalAws(options: {
  port?: number;
  world: AwsWorld;
  clock?: Clock;
  region?: string;
  accountId?: string;
  reach?: Readonly<Record<string, string>>;
  callsKept?: number;
}): Promise<LocalAws> {
  const { port = 0, world, clock = realClock, region = "us-east-1", accountId = "111122223333", reach = {}, callsKept = 20_000 } = options;
  const key = newKey({ arn: `arn:aws:iam::${accountId}:user/gumshoe`, userId: `AIDA${newId(17)}` });
  const keys: Keyring = new Map([[key.accessKeyId, key]]);
  const closing = new AbortController();
  let endpoint = "";
  const account: Account = { id: accountId, region, clock, world, keys, endpoint: () => endpoint, closing: closing.signal };
  const { rooms, alarms, publishing } = openRooms(account, reach);
  const calls: Call[] = [];
  const faults = faultBox();
  const wire = await startWire({
    port,
    clock,
    verify: (request) => verify(request, keys, { region, now: clock.now(), offMs: world.clockOffMs ?? 0 }),
    carryOut: (ask, schema) => carryOut(account, rooms, ask, schema),
    deny: (principal, action) => accessDenied(account, principal, { action }),
    offMs: () => world.clockOffMs ?? 0,
    takeFault: (service, operation) => faults.take(service, operation),
    visit: (path) => visit(publishing, path),
    note: (call) => void (calls.push(call) > callsKept && calls.shift()),
  });
  endpoint = wire.endpoint;
  void startRounds(alarms);
  const stop = async () => {
    closing.abort();
    await wire.stop();
  };
  const ofSns = { root: () => authorityOf(region).root, fetch: fetchAt(region, () => endpoint), pushes: publishing.pushes };
  return { endpoint, env: envOf(endpoint, region, key), calls, faults, world, judgeAlarms: () => judgeAlarms(alarms), sns: ofSns, stop };
}

function envOf(endpoint: string, region: string, { accessKeyId, secretAccessKey }: Key): Record<string, string> {
  return { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}
