import { expect, it } from "vitest";
import { rdsEvents } from "../../../../src/evidence/parse/database/rds-events.ts";
import { incidentReading } from "../../incident-reading.ts";

const event = (Date: string | number, Message: string, EventCategories: string[] = []) => ({
  SourceIdentifier: "db-1",
  Date,
  Message,
  EventCategories,
});
const read = (events: object[]) => rdsEvents.parse(`${JSON.stringify({ Events: events })}\n`, incidentReading);

it("tells a failover of the incident from one that was over before", () => {
  const read2 = read([
    event("2026-03-01T09:00:00Z", "Multi-AZ instance failover started.", ["failover"]),
    event("2026-03-01T09:01:00Z", "Multi-AZ instance failover completed", ["failover"]),
    event("2026-03-01T11:51:00Z", "Multi-AZ instance failover started.", ["failover"]),
    event("2026-03-01T11:51:20Z", "DB instance restarted", ["availability"]),
  ]);
  expect(read2?.facts).toMatchObject({
    events: 2,
    failoverStarted: 1,
    failoverCompleted: 0,
    restarts: 1,
    historyFailovers: 1,
    historyRestarts: 0,
  });
  expect(read2?.facts).toMatchObject({ lastEvent: "DB instance restarted", lastEventAtMs: Date.parse("2026-03-01T11:51:20Z") });
  expect(read2?.moments).toHaveLength(2);
});

it.each([
  ["storageFull", "The free storage capacity for DB instance: db-1 is low at 3% of the provisioned storage"],
  ["storageFull", "DB instance has reached the storage-full threshold, and the database has been shut down"],
  ["storageGrown", "Finished applying modification to allocated storage"],
  ["backups", "Backing up DB instance"],
  ["maintenance", "Database instance patched"],
  ["parameterChanges", "Updated parameter work_mem to 65536 with apply method immediate"],
  ["credentialResets", "Reset master credentials"],
])("knows %s by RDS's words", (name, message) => expect(read([event(1772366000, message)])?.facts).toMatchObject({ [name]: 1, events: 1 }));

it("reads no events as none, and half a list as no answer", () => {
  expect(read([])?.facts).toMatchObject({ events: 0, failoverStarted: 0 });
  expect(rdsEvents.parse('{"Events": [{"Date": "2026-03-01T1', incidentReading)).toBeUndefined();
});
