/**
 * The stretch of time that evidence is judged in. `beganAt` is the first sign of the incident: the start of the first failing
 * request, else the alarm, else 15 minutes before `to`. What ended before `from` (2 minutes earlier) is history: told, never a cause.
 */
export type Window = { from: Date; beganAt: Date; to: Date; basis: "access-log" | "alarm" | "default" };

/** What ended more than this before the incident began is history. */
const HISTORY_MS = 2 * 60_000;

/** How far back the incident is taken to reach when neither the access log nor an alarm tells. */
const DEFAULT_REACH_MS = 15 * 60_000;

/** The window of an incident that began at `beganAt`, or the last 15 minutes where nothing tells when it began. */
export function windowOf(at: Date, began?: { at: Date; basis: "access-log" | "alarm" }): Window {
  const beganAt = began?.at ?? new Date(at.getTime() - DEFAULT_REACH_MS);
  const from = began ? new Date(beganAt.getTime() - HISTORY_MS) : beganAt;
  return { from, beganAt, to: at, basis: began?.basis ?? "default" };
}

/** What fails a request is logged while it runs; this much is left for clocks that differ. */
const FELT_MS = 30_000;

/**
 * Whether what failed requests at an instant can be of the incident: the first failing request began it, so what failed requests before that
 * belongs to something earlier. An alarm comes later than what it tells of, and then all of the window counts.
 */
export function inIncident(window: Window, atMs: number): boolean {
  return inWindow(window, atMs) && (window.basis !== "access-log" || atMs >= window.beganAt.getTime() - FELT_MS);
}

/** Whether an instant counts as evidence of the incident: inside the window, with 60 s of grace for clocks and late output. */
export function inWindow(window: Window, atMs: number): boolean {
  return atMs >= window.from.getTime() && atMs <= window.to.getTime() + 60_000;
}
