import { mayMove, type Incident, type IncidentState } from "./incident.ts";

/**
 * An incident in another state, with the times that go with it: `easedAt` while it eases and after, `endedAt` once it ended. Opened again it has neither, and
 * where it had ended it is opened anew. Throws where it cannot go there.
 */
export function moved(incident: Incident, to: IncidentState, at: Date): Incident {
  if (incident.state === to) return incident;
  mayMove(incident.state, to);
  const { easedAt, endedAt, reopened, ...rest } = incident;
  if (to === "open") return { ...rest, state: to, reopened: reopened + (endedAt ? 1 : 0) };
  if (to === "easing") return { ...rest, state: to, reopened, easedAt: at };
  return { ...rest, state: to, reopened, ...(easedAt && { easedAt }), endedAt: at };
}
