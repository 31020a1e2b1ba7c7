import { expect, test } from "vitest";
import { readDelivery } from "../../../src/alarm/read/read-delivery.ts";
import { kinds, madeEnvelope, madeEvent, madeMessage } from "../made-alarms.ts";
import { newSeed, randomOf } from "../random.ts";

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  "x".repeat(3000),
  "\u0000\ud800",
  "2026-99-99T99:99:99Z",
  [],
  [[]],
  {},
  { toString: 1, valueOf: 1 },
  { __proto__: null, constructor: "x" },
  '{"__proto__":{"polluted":1}}',
  "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:",
];

const seed = newSeed();

/** Changes one place somewhere in a value. */
function damaged(value: unknown, random: ReturnType<typeof randomOf>): unknown {
  if (typeof value !== "object" || value === null || random.below(4) === 0) return random.one(ODD);
  const keys = Object.keys(value);
  const key = random.one(keys.length > 0 ? keys : ["x"]);
  if (random.below(6) === 0) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  const changed = damaged((value as Record<string, unknown>)[key], random);
  return Array.isArray(value) ? value.map((one: unknown, index) => (String(index) === key ? changed : one)) : { ...value, [key]: changed };
}

const shapes = kinds.flatMap((kind) => [madeEvent(kind), madeMessage(kind)]);

test(`whatever a body holds, it is an alarm with everything in its bounds, or there is a reason (seed ${seed})`, () => {
  const random = randomOf(seed);
  for (let round = 0; round < 4000; round++) {
    let message: unknown = random.one(shapes);
    for (let times = random.below(3) + 1; times > 0; times--) message = damaged(message, random);
    const body = random.below(2) === 0 && typeof message === "object" && message ? damagedAround(message, random) : message;
    const text = JSON.stringify(body) ?? "";
    const result = readDelivery(
      random.below(10) === 0 ? cut(text, random) : text,
      random.one(["eventbridge", "sns", "sns-raw", "sns-https"]),
    );
    if (!("alarm" in result)) {
      expect(Object.values(result)[0]!.length).toBeLessThan(300);
      continue;
    }
    const { alarm } = result;
    expect(alarm.name.length).toBeLessThanOrEqual(255);
    expect(alarm.reason.length).toBeLessThanOrEqual(1023);
    expect(Number.isNaN(alarm.changedAt.getTime())).toBe(false);
    for (const number of [alarm.value, alarm.threshold]) expect(number === undefined || Number.isFinite(number)).toBe(true);
    expect(JSON.stringify(alarm)).not.toMatch(/\\u0000|\\ud800/);
  }
  expect({}).not.toHaveProperty("polluted");
});

function damagedAround(message: object, random: ReturnType<typeof randomOf>): unknown {
  const envelope = madeEnvelope(message);
  return random.below(3) === 0 ? damaged(envelope, random) : envelope;
}

function cut(text: string, random: ReturnType<typeof randomOf>): string {
  return text.slice(0, random.below(text.length + 1));
}

test("a body of nothing but brackets is read like any other", () => {
  expect(readDelivery("[".repeat(262_144), "sns")).toHaveProperty("refused");
  expect(readDelivery(`${'{"detail":'.repeat(20_000)}1${"}".repeat(20_000)}`, "eventbridge")).toHaveProperty("ignored");
});
