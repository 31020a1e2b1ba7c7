/** A stretch of time in which something has a status. */
export type Phase = { status: string; from: Date; until: Date };

/** Phases one after the other: `[["creating", 300_000], ["backing-up", 60_000]]` from a time on. */
export function phasesFrom(at: Date, steps: readonly (readonly [status: string, ms: number])[]): Phase[] {
  let from = at;
  return steps.map(([status, ms]) => {
    const phase = { status, from, until: new Date(from.getTime() + ms) };
    from = phase.until;
    return phase;
  });
}

/** The phase that a time lies in; of several the one that was begun last. */
export const phaseAt = (phases: readonly Phase[], now: Date): Phase | undefined =>
  phases.findLast(({ from, until }) => from <= now && now < until);
