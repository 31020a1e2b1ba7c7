import { LIMITS } from "../../../src/slack/contract/limits.ts";
import type { Method } from "../../../src/slack/contract/scopes.ts";
import type { Clock } from "../../clock.ts";

const { tier2, tier3, tier4, messagesPerS, messageBurst } = LIMITS.rate;

/** Calls a minute of each method, by Slack's method pages; none where Slack only says "generous". */
const PER_MINUTE: Partial<Record<Method, number>> = {
  "apps.connections.open": tier3,
  "chat.update": tier3,
  "chat.delete": tier3,
  "chat.postEphemeral": tier4,
  "views.open": tier4,
  "views.push": tier4,
  "views.update": tier4,
  "views.publish": tier4,
  "conversations.info": tier3,
  "conversations.list": tier2,
  "conversations.members": tier4,
  "conversations.history": tier3,
  "conversations.replies": tier3,
  "conversations.open": tier3,
  "conversations.join": tier3,
  "users.info": tier4,
  "users.list": tier2,
  "usergroups.list": tier2,
  "usergroups.users.list": tier2,
  "reactions.add": tier3,
  "reactions.remove": tier2,
  "files.getUploadURLExternal": tier4,
  "files.completeUploadExternal": tier4,
  "files.info": tier4,
};

/** Messages a minute of a whole workspace ("several hundred"). */
const WORKSPACE_PER_MINUTE = 300;

/** Says how many whole seconds a call has to wait; 0 lets it pass, and counts it. */
export type Rates = { waitS: (method: Method, channel: string) => number };

type Bucket = { left: number; at: number };

/** Slack's rate limits on a clock: each limit is a bucket that fills again evenly. */
export function createRates(clock: Clock): Rates {
  const buckets = new Map<string, Bucket>();
  const take = (name: string, size: number, perS: number): number => {
    const now = clock.now().getTime();
    const bucket = buckets.get(name) ?? { left: size, at: now };
    bucket.left = Math.min(size, bucket.left + ((now - bucket.at) / 1000) * perS);
    bucket.at = now;
    buckets.set(name, bucket);
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / perS));
    bucket.left -= 1;
    return 0;
  };
  return {
    waitS: (method, channel) => {
      if (method === "chat.postMessage")
        return take(`channel ${channel}`, messageBurst, messagesPerS) || take("workspace", WORKSPACE_PER_MINUTE, WORKSPACE_PER_MINUTE / 60);
      const perMinute = PER_MINUTE[method];
      return perMinute === undefined ? 0 : take(method, perMinute, perMinute / 60);
    },
  };
}
