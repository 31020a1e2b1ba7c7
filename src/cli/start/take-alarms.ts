import type { Delivery } from "../../alarm/alarm.ts";
import type { Ledger } from "../../alarm/ledger.ts";
import type { Config } from "../../config/config.ts";
import type { QueueState } from "../../aws/alarms/queue/poll-queue.ts";
import type { SnsState } from "../../aws/alarms/sns/sns-endpoint.ts";
import type { Log } from "../../slack/log.ts";

/** The ways by which alarms come to this copy, while they are open. */
export type AlarmsTaken = { state: () => { queues: readonly QueueState[]; sns?: SnsState }; stop: () => Promise<void> };

/** What taking them needs; each alarm is deleted or answered only after `take` has stored what it means. */
export type Taking = {
  intake: Config["intake"];
  environments: Config["environments"];
  take: (deliveries: readonly Delivery[]) => Promise<void>;
  ledger: Pick<Ledger, "refused">;
  isFirst: (key: string) => Promise<boolean>;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  now: () => Date;
};

/** Opens every way that the configuration names. Rejects where the address for SNS cannot be listened at. */
export async function takeAlarms({ intake, environments, take, ledger, isFirst, env, log, now }: Taking): Promise<AlarmsTaken> {
  const { queues, sns } = intake;
  if (queues.length === 0 && !sns) return { state: () => ({ queues: [] }), stop: async () => {} };
  // The clients of AWS are loaded when they are first needed: all of them take half a second.
  const { mutedBy } = await import("../../aws/alarms/mute/mute-rules.ts");
  const given = { take, counted: ledger.refused, mutedBy: mutedBy(environments, { log, now }), log, now };
  const endpoint = sns && (await listenToSns({ ...given, ...sns, isFirst }, env));
  const closing = new AbortController();
  const pollers = await Promise.all(
    queues.map(async (queue) => {
      const { pollQueue } = await import("../../aws/alarms/queue/poll-queue.ts");
      return pollQueue({ ...queue, ...given, signal: closing.signal });
    }),
  );
  return {
    state: () => ({ queues: pollers.map(({ state }) => state()), ...(endpoint ? { sns: endpoint.state() } : {}) }),
    stop: async () => {
      closing.abort();
      await Promise.all([endpoint?.stop(), ...pollers.map(async ({ ended }) => ended)]);
    },
  };
}

type Sns = Omit<Parameters<(typeof import("../../aws/alarms/sns/sns-endpoint.ts"))["snsEndpoint"]>[0], "fetch" | "roots">;

async function listenToSns(sns: Sns, env: Taking["env"]) {
  const [{ snsEndpoint }, { snsFetch }, { trustedRoots }] = await Promise.all([
    import("../../aws/alarms/sns/sns-endpoint.ts"),
    import("../../aws/alarms/sns/sns-fetch.ts"),
    import("../../aws/alarms/sns/certificate/signing-certificates.ts"),
  ]);
  const fetch = snsFetch(env["AWS_ENDPOINT_URL_SNS"] ?? env["AWS_ENDPOINT_URL"]);
  return snsEndpoint({ ...sns, fetch, roots: trustedRoots() });
}
