import type { Clock } from "../../clock.ts";

/** Why a trigger_id opens nothing. */
type TriggerError = "expired_trigger_id" | "exchanged_trigger_id" | "invalid_trigger_id";

/** The ids that let an app open a modal for the person who just did something: once, and within Slack's patience. */
export type Triggers = { issue: (userId: string) => string; spend: (triggerId: string) => { user: string } | { error: TriggerError } };

/** Trigger ids on a clock. */
export function createTriggers(clock: Clock, patienceMs: number): Triggers {
  const issued = new Map<string, { user: string; at: number; spent: boolean }>();
  return {
    issue: (user) => {
      const id = `${issued.size + 1}.${clock.now().getTime()}.${crypto.randomUUID().replaceAll("-", "")}`;
      issued.set(id, { user, at: clock.now().getTime(), spent: false });
      return id;
    },
    spend: (id) => {
      const trigger = issued.get(id);
      if (!trigger) return { error: "invalid_trigger_id" };
      if (trigger.spent) return { error: "exchanged_trigger_id" };
      if (clock.now().getTime() - trigger.at > patienceMs) return { error: "expired_trigger_id" };
      trigger.spent = true;
      return { user: trigger.user };
    },
  };
}
