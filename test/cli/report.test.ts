import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findIncident, report, writeReport } from "../../src/cli/report.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import type { ReadIncidents } from "../../src/report/incident-record.ts";
import { reportFiles } from "../../src/report/report-files.ts";
import { storeOf } from "../../src/store/store.ts";
import { wordsOf } from "../../src/words/language.ts";
import { judgedAs, recordOf, reportingIn } from "../report/recorded-incident.ts";
import { freshStore } from "../store/fresh-store.ts";

const OPENED = new Date("2025-10-03T09:22:10Z");
const words = wordsOf("en");
const files = reportFiles(recordOf(OPENED), reportingIn("en", OPENED));
const chart = { name: "incident-7-disk-queue.png", title: "t", alt: "a", bytes: Buffer.from("png") };

async function freshFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-report-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  return dir;
}

test("a report is written into a folder that is made for it, with its charts", async () => {
  const dir = join(await freshFolder(), "new", "report-7");
  expect(await writeReport(dir, [...files, chart], words)).toEqual({ file: join(dir, "report-7.md"), charts: 1 });
  expect((await readdir(dir)).toSorted()).toEqual(["incident-7-disk-queue.png", "report-7.md"]);
  expect(await readFile(join(dir, "report-7.md"), "utf8")).toMatch(/^<!-- gumshoe report [0-9a-f]{64} -->\n\n# Postmortem of incident 7/);
});

test("an earlier report that nobody edited is written anew", async () => {
  const dir = await freshFolder();
  await writeReport(dir, files, words);
  await writeReport(dir, reportFiles(recordOf(OPENED), reportingIn("ko", OPENED)), words);
  expect(await readFile(join(dir, "report-7.md"), "utf8")).toContain("# 장애 보고서 7");
});

test("an earlier report that somebody edited is not lost", async () => {
  const dir = await freshFolder();
  await writeReport(dir, files, words);
  const file = join(dir, "report-7.md");
  const edited = (await readFile(file, "utf8")).replace("owner and date", "Mina, Friday");
  await writeFile(file, edited);
  await expect(writeReport(dir, files, words)).rejects.toThrow(
    "report-7.md was edited since it was written, and would be lost; name another folder with --out",
  );
  expect(await readFile(file, "utf8")).toBe(edited);
});

test("a folder that holds anything else, or a file, is refused, and nothing is written", async () => {
  const dir = await freshFolder();
  await writeFile(join(dir, "notes.txt"), "mine");
  await expect(writeReport(dir, files, words)).rejects.toThrow(UsageError);
  await expect(writeReport(join(dir, "notes.txt"), files, words)).rejects.toThrow(
    "already holds something that is not a report of this incident",
  );
  expect(await readdir(dir)).toEqual(["notes.txt"]);
});

test("an incident that is not there is said, with those that are", async () => {
  const incidents: ReadIncidents = {
    record: async (id) => (id === 7 ? recordOf(OPENED) : undefined),
    list: async () => [recordOf(OPENED).incident, recordOf(OPENED, { incident: { id: 3 } }).incident],
  };
  expect((await findIncident("7", incidents, words)).incident.id).toBe(7);
  for (const id of ["8", "prod", "-1", "7.5", "99999999999999999999", ""])
    await expect(findIncident(id, incidents, words)).rejects.toThrow(
      `there is no incident ${id}; the newest are 7, 3 (gumshoe incidents lists them)`,
    );
  const none = { ...incidents, list: async () => [] };
  await expect(findIncident("8", none, wordsOf("ko"))).rejects.toThrow("기록된 장애가 아직 없습니다");
});

// Whoever comes first starts the database server.
test("gumshoe report writes what the store has of an incident, in the zone of its environment", async () => {
  const store = await freshStore();
  const { ledger, diagnoses, incidents } = storeOf({ db: store.db, copies: store.copies, now: () => OPENED });
  const { raw } = await readCase("lab/cases/lightsail-disk-queue");
  await ledger.decide("prod", async (desk) => {
    const { id } = await desk.open(recordOf(OPENED).incident);
    await desk.note(id, OPENED, OPENED, { kind: "alarm-fired", alarm: "a", name: "prod-5xx", reason: "r", value: 31, threshold: 5 });
    await desk.want({ incident: id, environment: "prod", runbook: "web-errors", why: "opened", by: "gumshoe", dueAt: OPENED });
  });
  const taken = await diagnoses.takeDue(OPENED);
  await diagnoses.end(taken!.row.id, judgedAs("root-cause", ["db-disk-saturated"]), raw.at, raw);
  const [incident] = await incidents.list({ most: 1 });

  const dir = await freshFolder();
  const config = join(dir, "gumshoe.yml");
  await writeFile(config, CONFIG);
  const printed: string[] = [];
  const terminal = { env: { DATABASE_URL: store.url }, print: (text: string) => printed.push(text) };
  const out = join(dir, "out");
  await report(String(incident!.id), { config, out, words }, terminal);

  expect(printed.join("")).toContain(join(out, `report-${incident!.id}.md`));
  const text = await readFile(join(out, `report-${incident!.id}.md`), "utf8");
  expect(text).toContain("In prod, 159 of 337 requests failed (47 %).");
  expect(text).toContain("| 18:22:10 | Alarm fires at 31, against a threshold of 5 | alarm prod-5xx |");
  expect(text).toContain("| Times are in | Asia/Seoul |");
  expect((await readdir(out)).filter((name) => name.endsWith(".png"))).toHaveLength(4);
  await expect(report("999999", { config, out, words }, terminal)).rejects.toThrow(
    `there is no incident 999999; the newest are ${incident!.id}`,
  );
}, 120_000);

const CONFIG = `environments:
  prod:
    hosts: [local]
    timezone: Asia/Seoul
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.example.com }
`;
