import { expect, test } from "vitest";
import { readCase } from "../../../src/evidence/read-case.ts";
import type { RawEvidence } from "../../../src/evidence/read-evidence.ts";
import { picturesOf } from "../../../src/report/chart/pictures.ts";
import { reportFiles } from "../../../src/report/report-files.ts";
import { storyOf } from "../../../src/report/story/story.ts";
import { recordOf, reportingIn, type Told } from "../recorded-incident.ts";

const { raw: founding } = await readCase("lab/cases/lightsail-disk-queue");
const OPENED = new Date("2025-10-03T09:22:10Z");
const NOW = new Date("2025-10-03T10:15:00Z");
const ALARM = { key: "q", name: "prod-db-queue", threshold: 10, watches: ["AWS/RDS/DiskQueueDepth"] };

const pictures = (told: Told) => picturesOf(storyOf(recordOf(OPENED, told), reportingIn("en", NOW)));
const queueOf = (told: Told) => pictures(told).find(({ name }) => name === "incident-7-disk-queue")?.chart;
const later = (raw: RawEvidence, minutes: number): RawEvidence => ({ ...raw, at: new Date(raw.at.getTime() + minutes * 60_000) });

test("the founding incident has four charts on one axis, with the queue long before it was felt", () => {
  const all = pictures({ looks: [founding] });
  expect(all.map(({ name, section }) => `${name} ${section}`)).toEqual([
    "incident-7-failed-requests impact",
    "incident-7-disk-queue cause",
    "incident-7-db-cpu cause",
    "incident-7-db-connections cause",
  ]);
  expect(new Set(all.map(({ chart }) => `${chart.from} ${chart.to}`)).size).toBe(1);
  const queue = all[1]!.chart;
  expect(queue.points[0]!.value).toBeLessThan(2);
  expect(queue.points.at(-1)!.value).toBeGreaterThan(20);
  expect(new Date(queue.mark!.at).toISOString()).toBe("2025-10-03T09:14:52.876Z");
});

test("an alarm on the metric, and only on it, gives the line of its threshold", () => {
  expect(queueOf({ looks: [founding], alarms: [ALARM, { ...ALARM, key: "r", threshold: 20 }] })?.threshold).toEqual({
    value: 10,
    label: "alarm threshold 10",
  });
  expect(
    queueOf({ looks: [founding], alarms: [{ ...ALARM, watches: ["AWS/RDS/DiskQueueDepth", "AWS/RDS/ReadIOPS"] }] })?.threshold,
  ).toBeUndefined();
  const host = pictures({ looks: [founding], alarms: [{ ...ALARM, watches: ["AWS/EC2/CPUUtilization"] }] });
  expect(host.find(({ name }) => name === "incident-7-db-cpu")?.chart.threshold).toBeUndefined();
});

test("the incident is shaded until it ended, and an open one until the newest that is known", () => {
  expect(queueOf({ looks: [founding] })!.span.to).toBe(founding.at.getTime());
  const endedAt = new Date("2025-10-03T10:02:10Z");
  expect(queueOf({ looks: [founding], incident: { state: "recovered", endedAt } })!.span.to).toBe(endedAt.getTime());
});

test("connects are drawn from three looks on", () => {
  const line = JSON.stringify({ ok: true, connect_ms: 40, query_ms: 2, at: "2025-10-03T09:40:30Z" });
  const steps = new Map(founding.hosts.get("local")).set("db-connect", { kind: "output", text: `${line}\n`, whole: true, exitCode: 0 });
  const connecting = { ...founding, hosts: new Map([["local", steps]]) };
  const names = (looks: readonly RawEvidence[]) => pictures({ looks }).map(({ name }) => name);
  expect(names([connecting, later(connecting, 2)])).not.toContain("incident-7-db-connect");
  expect(names([connecting, later(connecting, 2), later(connecting, 4)])).toContain("incident-7-db-connect");
});

test("a report is its Markdown first, then the charts that it shows", () => {
  const [draft, ...charts] = reportFiles(recordOf(OPENED, { looks: [founding] }), reportingIn("ko", NOW));
  expect(draft!.name).toBe("report-7.md");
  const text = "text" in draft! ? draft.text : "";
  expect(charts).toHaveLength(4);
  for (const chart of charts) {
    expect(text).toContain(`](${chart.name})`);
    expect("bytes" in chart && chart.bytes.subarray(1, 4).toString()).toBe("PNG");
  }
});
