import { expect, test } from "vitest";
import { eachMinute } from "../../../../src/aws/alarms/lightsail/each-minute.ts";

test("it looks at once, and ends when the look that is under way has ended", async () => {
  const stopping = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const looks: Date[] = [];
  const lookOnce = async (now: Date) => {
    looks.push(now);
    await ended;
  };
  const now = new Date("2026-11-26T02:00:00Z");
  const watching = eachMinute({ lookOnce, state: () => [] }, { signal: stopping.signal, now: () => now });
  stopping.abort();
  const first = await Promise.race([watching.then(() => "ended"), new Promise((resolve) => setImmediate(resolve, "looking"))]);
  expect([first, looks]).toEqual(["looking", [now]]);
  end();
  await watching;
});

test("it does not look when it is stopped already", async () => {
  let looks = 0;
  const lookOnce = async () => void looks++;
  await eachMinute({ lookOnce, state: () => [] }, { signal: AbortSignal.abort(), now: () => new Date() });
  expect(looks).toBe(0);
});
