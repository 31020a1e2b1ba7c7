import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { rdsEvents } from "../../../src/aws/metrics/rds-events.ts";
import { rdsEvents as parser } from "../../../src/evidence/parse/database/rds-events.ts";
import { windowOf } from "../../../src/incident/window.ts";
import { account, callsOf, meanwhile } from "../account.ts";

const now = new Date();
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const limits = () => ({ timeoutMs: 20_000, signal: new AbortController().signal });

test("a day's events of the instance are read, page by page, as its parser reads them", async () => {
  const events = Array.from({ length: 130 }, (_, nth) => ({
    of: "rds" as const,
    name: "shop",
    at: minutesAgo(200 + nth),
    message: "Backing up DB instance",
  }));
  events.push({ of: "rds", name: "shop", at: minutesAgo(3), message: "DB instance restarted" });
  const from = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop" }], events });
  const text = await rdsEvents(from.access, "shop", () => now)(limits());
  expect(callsOf(from, "DescribeEvents").length).toBeGreaterThan(1);
  const parsed = parser.parse(text, {
    at: now,
    timezone: "UTC",
    window: windowOf(now),
    names: { gunicornUnit: "g", caddyUnit: "c", databasePort: 5432 },
  });
  expect(parsed).toMatchObject({ whole: true, facts: { events: 1, restarts: 1, lastEvent: "DB instance restarted" } });
});

test("events that cannot be read have their reason", async () => {
  const clock = virtualClock(now);
  const from = await account({}, { clock });
  from.aws.faults.add({ operation: "DescribeEvents", kind: "access-denied" });
  await expect(meanwhile(clock, rdsEvents(from.access, "shop")(limits()))).rejects.toThrow(/^the role lacks rds:DescribeEvents/);
});
