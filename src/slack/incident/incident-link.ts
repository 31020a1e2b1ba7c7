import type { Incident } from "../../incident/incident.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { headlineKey } from "./telling.ts";

/** The way to an incident's thread; nothing where its first message does not stand yet, or Slack does not tell. */
export type LinkToIncident = (incident: Pick<Incident, "id" | "home">) => Promise<string | undefined>;

type Ways = { outbox: Pick<Outbox, "outcomeOf">; linkTo: (channel: string, ts: string) => Promise<string | undefined> };

/** Links to incidents. A first message that does not stand yet is waited for at most `waitMs`: who is answered should not wait longer. */
export function incidentLinks({ outbox, linkTo }: Ways, waitMs = 0): LinkToIncident {
  return async ({ id, home }) => {
    const outcome = await outbox.outcomeOf(headlineKey(id), waitMs);
    return outcome && "ts" in outcome ? linkTo(home.channel, outcome.ts) : undefined;
  };
}
