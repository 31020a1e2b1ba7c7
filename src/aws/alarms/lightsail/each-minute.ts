import { schedule } from "node-cron";
import type { LightsailWatch } from "./watch-lightsail.ts";

/** Looks at Lightsail with every minute until the signal; a look that takes longer lets the next one pass. Resolves when the last look has ended. */
export async function eachMinute({ lookOnce }: LightsailWatch, { signal, now }: { signal: AbortSignal; now: () => Date }): Promise<void> {
  if (signal.aborted) return;
  let looking: Promise<void> = lookOnce(now(), signal);
  const task = schedule("* * * * *", async () => (looking = lookOnce(now(), signal)), { noOverlap: true });
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await task.destroy();
  await looking;
}
