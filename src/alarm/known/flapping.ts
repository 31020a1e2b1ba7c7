/** This many changes within so long are flapping, and so long without one is calm. */
const CHANGES = 4;
const CALM_MS = 10 * 60_000;

/** How long an alarm must not change to be calm, in milliseconds. */
export const calmAfterMs = CALM_MS;

/** Whether the last of an alarm's changes (oldest first) begins its flapping, goes on with it, or neither. */
export function flapsBy(changes: readonly Date[]): "begins" | "goes-on" | "no" {
  let flapping = false;
  let before = false;
  for (const [index, change] of changes.entries()) {
    const at = change.getTime();
    const last = changes[index - 1]?.getTime() ?? Number.NEGATIVE_INFINITY;
    const earliest = changes[index - CHANGES + 1]?.getTime() ?? Number.NEGATIVE_INFINITY;
    before = flapping && at - last < CALM_MS;
    flapping = before || at - earliest < CALM_MS;
  }
  if (!flapping) return "no";
  return before ? "goes-on" : "begins";
}
