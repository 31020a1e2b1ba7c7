/** How often something may be done: so many at once, then one each `everyMs`. */
export type Pace = { burst: number; everyMs: number };

/** A bucket of tokens: `waitMs` until the next one, `take` it, `pause` all of them for a while. Times are milliseconds of one clock. */
export type Bucket = { waitMs: (now: number) => number; take: (now: number) => void; pause: (until: number) => void };

/** A full bucket. */
export function bucketOf({ burst, everyMs }: Pace): Bucket {
  let left = burst;
  let filledAt = 0;
  let pausedUntil = 0;
  const refill = (now: number) => {
    left = Math.min(burst, left + Math.max(0, now - filledAt) / everyMs);
    filledAt = now;
  };
  return {
    waitMs: (now) => {
      refill(now);
      return Math.max(pausedUntil - now, left >= 1 ? 0 : Math.ceil((1 - left) * everyMs));
    },
    take: (now) => {
      refill(now);
      left -= 1;
    },
    pause: (until) => (pausedUntil = Math.max(pausedUntil, until)),
  };
}
