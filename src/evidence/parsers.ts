import type { FactSpecs } from "../runbook/facts.ts";
import { incidentFacts } from "./incident-facts.ts";
import { joinedFacts } from "./joined.ts";
import { metricFacts } from "./metrics.ts";
import { caddyAccess } from "./parse/web/caddy-access.ts";
import { caddyConfig } from "./parse/web/caddy-config.ts";
import { caddyJournal } from "./parse/web/caddy-errors.ts";
import { celeryActive } from "./parse/app/celery-active.ts";
import { celeryJournal } from "./parse/app/celery-journal.ts";
import { celeryQueueLength } from "./parse/app/celery-queue-length.ts";
import { changes } from "./parse/host/changes.ts";
import { cpuCount } from "./parse/host/cpu-count.ts";
import { cpuPressure } from "./parse/host/cpu-pressure.ts";
import { dbActivity } from "./parse/database/db-activity.ts";
import { dbConnect } from "./parse/database/db-connect.ts";
import { dbCounts } from "./parse/database/db-counts.ts";
import { dbIsready } from "./parse/database/db-isready.ts";
import { dbLog } from "./parse/database/db-log.ts";
import { dbProbe } from "./parse/database/db-probe.ts";
import { dbResolve } from "./parse/database/db-resolve.ts";
import { dbTcp } from "./parse/database/db-tcp.ts";
import { diskInodes } from "./parse/host/disk-inodes.ts";
import { diskSpace } from "./parse/host/disk-space.ts";
import { diskUsage } from "./parse/host/disk-usage.ts";
import { gunicornJournal } from "./parse/app/gunicorn-journal.ts";
import { gunicornUnit } from "./parse/app/gunicorn-unit.ts";
import { httpProbe } from "./parse/web/http-probe.ts";
import { kernelLog } from "./parse/host/kernel-log.ts";
import { load } from "./parse/host/load.ts";
import { memory } from "./parse/host/memory.ts";
import { memoryCgroup } from "./parse/host/memory-cgroup.ts";
import { mpstat } from "./parse/host/mpstat.ts";
import { processes } from "./parse/host/processes.ts";
import { rdsEvents } from "./parse/database/rds-events.ts";
import { redisInfo } from "./parse/app/redis-info.ts";
import { databaseSockets, listeningSockets } from "./parse/host/sockets.ts";
import { tlsProbe } from "./parse/web/tls-probe.ts";
import { top } from "./parse/host/top.ts";
import { unitStatus } from "./parse/app/unit-status.ts";
import { vmstat } from "./parse/host/vmstat.ts";
import type { Parser } from "./parser.ts";

/** Every parser by the name that steps call it by. */
export const parsers: ReadonlyMap<string, Parser> = new Map(
  Object.entries({
    "caddy-access": caddyAccess,
    "caddy-journal": caddyJournal,
    "caddy-config": caddyConfig,
    "http-probe": httpProbe,
    "tls-probe": tlsProbe,
    "gunicorn-journal": gunicornJournal,
    "gunicorn-unit": gunicornUnit,
    "unit-status": unitStatus,
    "celery-journal": celeryJournal,
    "celery-active": celeryActive,
    "celery-queue-length": celeryQueueLength,
    "redis-info": redisInfo,
    "kernel-log": kernelLog,
    memory,
    "memory-cgroup": memoryCgroup,
    "disk-space": diskSpace,
    "disk-inodes": diskInodes,
    "disk-usage": diskUsage,
    load,
    "cpu-count": cpuCount,
    "cpu-pressure": cpuPressure,
    vmstat,
    mpstat,
    processes,
    top,
    "listening-sockets": listeningSockets,
    "database-sockets": databaseSockets,
    changes,
    "db-resolve": dbResolve,
    "db-tcp": dbTcp,
    "db-isready": dbIsready,
    "db-connect": dbConnect,
    "db-activity": dbActivity,
    "db-counts": dbCounts,
    "db-probe": dbProbe,
    "db-log": dbLog,
    "rds-events": rdsEvents,
  }),
);

/** The facts that runbooks may speak of, as `loadRunbooks` wants them. */
export function offeredFacts(): { parsers: ReadonlyMap<string, FactSpecs>; common: ReadonlyMap<string, FactSpecs> } {
  const byParser = new Map([...parsers].map(([name, parser]): [string, FactSpecs] => [name, parser.facts]));
  return {
    parsers: byParser.set("metrics", metricFacts),
    common: new Map([
      ["incident", incidentFacts],
      ["joined", joinedFacts],
    ]),
  };
}
