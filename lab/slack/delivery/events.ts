import { LIMITS } from "../../../src/slack/contract/limits.ts";
import type { Backstage } from "../backstage.ts";
import type { Delivery } from "../people.ts";
import type { Deliver } from "./deliver.ts";

/** An event, such as `app_mention`, with its own fields. */
type SlackEvent = { type: string; user: string; [field: string]: unknown };

/** Tells the app of an event that it subscribed to; resolves with the first delivery, and repeats in the background until one is acknowledged. */
export type Publish = (event: SlackEvent) => Promise<Delivery>;

/** Events of one app: sent again at once, after a minute and after five more, always with the same event_id. */
export function createPublish(deliver: Deliver, { workspace, manifest, clock, closing }: Backstage): Publish {
  const subscribed: readonly string[] = manifest.settings.event_subscriptions?.bot_events ?? [];
  const again = async (payload: Record<string, unknown>, first: Delivery) => {
    let { error } = first;
    for (const [at, waitMs] of LIMITS.delivery.redeliverAfterMs.entries()) {
      await clock.sleep(waitMs, closing);
      if (closing.aborted) return;
      const reason = error === "operation_timeout" ? "timeout" : "error";
      const delivery = await deliver({ type: "events_api", payload, retry: { attempt: at + 1, reason } });
      if (delivery.acked) return;
      ({ error } = delivery);
    }
  };
  return async (event) => {
    if (!subscribed.includes(event.type)) return { acked: false, ms: 0, error: "not_subscribed" };
    const payload = {
      token: "lab",
      team_id: workspace.team.id,
      api_app_id: workspace.appId,
      event: { ...event, event_ts: event["event_ts"] ?? workspace.nextTs() },
      type: "event_callback",
      event_id: workspace.nextId("Ev"),
      event_time: Math.floor(clock.now().getTime() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: workspace.team.id, user_id: workspace.botUserId, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
    };
    const first = await deliver({ type: "events_api", payload });
    if (!first.acked) void again(payload, first);
    return first;
  };
}
