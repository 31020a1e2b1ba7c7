import { describe, expect, test } from "vitest";
import { openLibrary, runbookOf } from "../../src/cli/shipped.ts";
import { diagnosisOf } from "../../src/diagnosis/diagnosis.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import type { RawEvidence } from "../../src/evidence/read-evidence.ts";
import { reason } from "../../src/words/because.ts";
import { en } from "../../src/words/en.ts";
import { changed, measured, textOf } from "./changed-case.ts";

const { library, parsers } = await openLibrary();
const runbook = runbookOf(library, "web-errors", en);
const caseOf = (name: string) => readCase(`test/fixtures/cases/${name}`);

/** The root causes, or the verdict where there is none. */
function named(raw: RawEvidence): readonly string[] {
  const { verdict, rootCauses } = diagnosisOf("case", raw, runbook, library, parsers).verdict;
  return verdict === "root-cause" ? rootCauses : [verdict];
}

const minutesBefore = (raw: RawEvidence, minutes: number) => raw.at.getTime() - minutes * 60_000;
const BACKUP = { DiskQueueDepth: 22, ReadIOPS: 3000, WriteIOPS: 400, ReadLatency: 0.006, WriteLatency: 0.006 };

describe("a backup that keeps the database's disk busy", () => {
  test.each([
    ["lock-contention-a", "lock-contention"],
    ["traffic-surge-a", "traffic-surge"],
    ["upstream-api-slow-a", "upstream-api-slow"],
    ["db-connect-timeout-a", "db-connect-timeout"],
    ["db-hung-listener-a", "db-connect-timeout"],
    ["slow-query-missing-index-a", "slow-query-missing-index"],
    ["app-exception-a", "app-exception"],
  ])("is not the cause of %s: each operation is quick", async (name, cause) => {
    const { raw } = await caseOf(name);
    expect(named(measured(raw, minutesBefore(raw, 12), BACKUP))).toEqual([cause]);
  });

  test("is not the cause where no latency is measured and the database answers at once", async () => {
    for (const name of ["lock-contention-a", "upstream-api-slow-a"]) {
      const { raw } = await caseOf(name);
      const lightsail = { ...BACKUP, ReadLatency: undefined, WriteLatency: undefined, BurstBalance: undefined };
      expect(named(measured(raw, minutesBefore(raw, 12), lightsail))).not.toContain("db-disk-saturated");
    }
  });
});

test("connections that run out while the disk cannot keep up are its consequence", async () => {
  const exhausted = await caseOf("db-connections-exhausted-a");
  const pinned = { DiskQueueDepth: 60, ReadLatency: 0.18, WriteLatency: 0.2, BurstBalance: 0.3 };
  expect(named(measured(exhausted.raw, minutesBefore(exhausted.raw, 8), pinned))).toEqual(["db-disk-saturated"]);
  expect(named(changed(exhausted, {}))).toEqual(["db-connections-exhausted"]);
});

test("connections that run out behind a lock that is still held are its consequence", async () => {
  const [held, exhausted] = [await caseOf("lock-contention-a"), await caseOf("db-connections-exhausted-a")];
  const stillHeld = (log: string) => log.replace(/^.*(?:acquired|duration: ).*\n/gm, "");
  const tooMany = held.raw.at.toISOString().replace("Z", "+00:00");
  const refused = `{"attempt": 1, "at": "${tooMany}", "ok": false, "connect_ms": 9, "error": "FATAL:  sorry, too many clients already"}\n`;
  const refusal = textOf(exhausted, "db-activity");
  const verdict = named(changed(held, { "db-log": stillHeld, "db-activity": refusal, "db-counts": refusal, "db-connect": refused }));
  expect(verdict).toEqual(["lock-contention"]);
});

test("refusals of the moment in which a database that hangs now was replaced do not make it one that refuses", async () => {
  const hung = await caseOf("db-hung-listener-a");
  const journal = textOf(hung, "gunicorn-journal").split(/(?<=\n)/);
  const refusals = journal.filter((line) => / python3\[39(?:39|40)\]: /.test(line) && line.includes(" 13:12:09 "));
  const twice = [...refusals.map((line) => line.replace(" 13:12:09 ", " 13:12:08 ")), ...journal].join("");
  expect(named(changed(hung, { "gunicorn-journal": twice }))).toEqual(["db-connect-timeout"]);
});

test("a slow query of requests that the kernel kills for the memory they take is their own doing", async () => {
  const [slow, killed] = [await caseOf("slow-query-missing-index-a"), await caseOf("app-oom-a")];
  expect(named(slow.raw)).toEqual(["slow-query-missing-index"]);
  const meanwhile = (log: string) => log.replaceAll("12:55:45", "13:26:20");
  const lost =
    textOf(killed, "gunicorn-journal")
      .split(/(?<=\n)/)
      .findLast((line) => line.includes("SIGKILL")) ?? "";
  const steps = {
    "kernel-log": meanwhile(textOf(killed, "kernel-log")),
    "gunicorn-journal": (log: string) => log + lost.replace(/\d\d:\d\d:\d\d/g, "13:26:20"),
  };
  expect(named(changed(slow, steps))).toEqual(["app-oom"]);
});

describe("a full file system of the host", () => {
  const full = async () => ({ "disk-space": textOf(await caseOf("host-disk-full-a"), "disk-space") });
  const NO_TEMPORARY = "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/srv/shop']";

  test.each([
    NO_TEMPORARY,
    "sqlite3.OperationalError: database or disk is full",
    "OSError: [Errno 122] Disk quota exceeded: '/srv/media/x'",
  ])("explains requests that fail of %s", async (error) => {
    const journal = (text: string) => text.replace(/KeyError: [^\n]*/g, error);
    expect(named(changed(await caseOf("app-exception-a"), { ...(await full()), "gunicorn-journal": journal }))).toEqual(["host-disk-full"]);
  });

  test("explains workers that cannot boot", async () => {
    const text = (said: string) => said.replace(/(?:ModuleNotFound|Import|Syntax)Error: [^\n]*/g, NO_TEMPORARY);
    const steps = { ...(await full()), "gunicorn-journal": text, "gunicorn-status": text };
    expect(named(changed(await caseOf("bad-deploy-a"), steps))).toEqual(["host-disk-full"]);
  });
});

describe("a server that is down", () => {
  test.each([["kernel-log"], ["gunicorn-journal"], ["gunicorn-status"]])("was stopped, also without %s", async (step) => {
    expect(named(changed(await caseOf("app-server-down-a"), { [step]: undefined }))).toEqual(["app-server-down"]);
  });

  test("cannot start its code, also where only the unit's status tells", async () => {
    expect(named(changed(await caseOf("bad-deploy-a"), { "gunicorn-journal": undefined }))).toEqual(["bad-deploy"]);
  });

  test("was stopped for want of memory long before its first request", async () => {
    const status = (text: string) =>
      text.replace(
        "Active: inactive (dead) since Sun 2026-11-22 12:47:31",
        "Active: failed (Result: oom-kill) since Sun 2026-11-22 12:27:31",
      );
    const steps = { "gunicorn-status": status, "gunicorn-journal": "-- No entries --\n" };
    expect(named(changed(await caseOf("app-server-down-a"), steps))).toEqual(["app-oom"]);
  });
});

test("a certificate that the proxy lacks is told by its journal, or by openssl beside a request straight to gunicorn", async () => {
  const broken = await caseOf("proxy-tls-cert-a");
  expect(named(changed(broken, { "http-probe": undefined }))).toEqual(["proxy-misconfigured"]);
  expect(named(changed(broken, { "caddy-journal": undefined }))).toEqual(["proxy-misconfigured"]);
});

test("a full database is told by its log and its metrics where the application's journal is missing", async () => {
  expect(named(changed(await caseOf("db-read-only-or-full-a"), { "gunicorn-journal": undefined }))).toEqual(["db-read-only-or-full"]);
});

test("a flood by new clients is one although the application takes every connection", async () => {
  const [flood, healthy] = [await caseOf("traffic-surge-a"), await caseOf("healthy-a")];
  const secondsLater = (log: string, s: number) => log.replace(/"ts":([\d.]+)/g, (_, ts) => `"ts":${Number(ts) + s}`);
  const first = (log: string) => Number(/"ts":([\d.]+)/.exec(log)?.[1]);
  const ordinary = textOf(healthy, "caddy-access");
  const before = (log: string) => secondsLater(ordinary, first(log) - first(ordinary) - 70) + log;
  const taken = (sockets: string) => sockets.replace(/LISTEN \d+ +2048/, "LISTEN 0 2048");
  const steps = { "caddy-access": before, "listening-sockets": taken, "database-sockets": taken };
  expect(named(changed(flood, steps))).toEqual(["traffic-surge"]);
});

test("a task queue of moderate length that grows faster than it is worked off is a backlog", async () => {
  const backlog = await caseOf("task-queue-backlog-a");
  const looks = "2026-11-22T13:34:54Z 37\n2026-11-22T13:34:59Z 41\n2026-11-22T13:35:04Z 45\n";
  expect(named(changed(backlog, { "celery-queue-length": looks }))).toEqual(["task-queue-backlog"]);
});

test("a starved host is told by its quickest page where the log begins after the slow-down", async () => {
  const starved = await caseOf("host-cpu-starved-a");
  const newest = (log: string) =>
    log
      .split(/(?<=\n)/)
      .slice(60)
      .join("");
  expect(named(changed(starved, { "caddy-access": newest }))).toEqual(["host-cpu-starved"]);
});

test("a task worker that never started is no incident while nothing waits for it", async () => {
  const stopped =
    "○ celery.service - Celery worker\n     Loaded: loaded (/etc/systemd/system/celery.service; disabled)\n     Active: inactive (dead)\n";
  const steps = { "celery-status": stopped, "celery-journal": "-- No entries --\n", "celery-queue-length": "0\n" };
  const raw = { ...changed(await caseOf("healthy-a"), steps), hasCelery: true };
  expect(named(raw)).toEqual(["healthy"]);
});

test("TLS spoken to a gunicorn that speaks none is told by the unit's port too", async () => {
  const [hanging, healthy] = [await caseOf("db-connect-timeout-a"), await caseOf("healthy-a")];
  const fine = Object.fromEntries(["db-connect", "db-tcp", "db-activity", "db-counts"].map((step) => [step, textOf(healthy, step)]));
  const tls = (config: string) => config.replace(/reverse_proxy [^\n{]*/, "reverse_proxy https://127.0.0.1:8000 ");
  const steps = { ...fine, "caddy-config": tls, "database-sockets": undefined, "db-log": "" };
  expect(named(changed(hanging, steps))).toEqual(["proxy-misconfigured"]);
  expect(named(changed(hanging, { ...steps, "listening-sockets": undefined }))).toEqual(["proxy-misconfigured"]);
});

test("a disk is suspected where nothing measures it, pages are slow, and the look into the database waits in vain", async () => {
  const slow = await caseOf("slow-query-fills-workers");
  const silent = 'psql: error: connection to server at "db", port 5432 failed: timeout expired\n';
  const raw: RawEvidence = {
    ...changed(slow, { "db-activity": silent, "db-log": undefined }),
    metrics: { kind: "unknown", because: reason("noMetrics") },
  };
  const suspected = diagnosisOf("case", raw, runbook, library, parsers).verdict.causes.filter(({ state }) => state === "suspected");
  expect(suspected.map(({ id }) => id)).toContain("db-disk-saturated");
});
