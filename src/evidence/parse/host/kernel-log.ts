import { inWindow } from "../../../incident/window.ts";
import type { FactSpecs, Facts } from "../../../runbook/facts.ts";
import type { Moment } from "../../finding.ts";
import { endsWhole, type Parser, type Reading } from "../../parser.ts";
import { journalClosed } from "../text/journal.ts";
import { type KernelLine, type Kill, kernelLines, killsOf } from "./kernel-kills.ts";

const facts: FactSpecs = {
  readable: { kind: "flag", doc: "the log could be read" },
  oomKills: { kind: "count", doc: "kills for memory in the incident, whoever was hit and whether by the kernel or systemd-oomd" },
  appKills: { kind: "count", doc: "of these, victims in the cgroup of gunicorn's unit" },
  maybeAppKills: {
    kind: "count",
    doc: "of these, victims called like a Python web worker whose cgroup the log does not tell, or tells as a container's",
  },
  otherKills: { kind: "count", doc: "of these, everyone else: the database, other units, people's sessions" },
  oomdKills: { kind: "count", doc: "of these, units killed by systemd-oomd, of which the kernel logs nothing" },
  lastVictim: { kind: "text", doc: "the command name (for systemd-oomd the cgroup) of the newest victim in the incident" },
  lastVictimRssMb: { kind: "number", doc: "what the newest victim held in memory, in MiB" },
  lastKillAtMs: { kind: "time", doc: "when the newest victim in the incident was killed" },
  globalOom: { kind: "flag", doc: "the whole host was out of memory in the incident" },
  cgroupOom: { kind: "flag", doc: "a cgroup reached its memory limit in the incident and a process of it was killed" },
  oomInvoked: { kind: "count", doc: "times the kernel began to look for a victim in the incident" },
  historyKills: { kind: "count", doc: "kills that were over before the incident" },
  historyLastAtMs: { kind: "time", doc: "when the newest of those was" },
  undatedKills: { kind: "count", doc: "kills whose time cannot be told (stamped with the time since boot only, or later than now)" },
  diskErrors: { kind: "count", doc: "disk and file-system errors in the incident, remounting read-only included" },
};

const DISK_ERROR =
  /\bI\/O error\b|EXT4-fs error|BTRFS(?:: | )(?:error|critical)|XFS .{0,80}(?:Corruption|[Ss]hutdown|error)|[Rr]emounting filesystem read-only|critical (?:medium|target) error/;
const NO_DISK = /\bdev (?:fd|sr|loop|zram)\d|\b(?:fd|sr)\d:/;
const WORKER = /^(?:python[\d.]{0,6}|pypy[\d.]{0,6}|gunicorn.{0,10}|uvicorn.{0,10}|hypercorn.{0,10}|daphne|uwsgi.{0,10})$/;
const CONTAINER = /^\/?$|\b(?:docker|kubepods|containerd|libpod|crio|lxc|lxd|ecs|machine\.slice|actions_job)\b/;
const MOMENTS = 200;

/** Reads `dmesg`, `journalctl -k` and systemd-oomd's lines: who was killed for memory, and whether a disk failed. */
export const kernelLog: Parser = {
  facts,
  parse(text, reading) {
    if (text.trim() === "" || journalClosed(text)) return undefined;
    const lines = kernelLines(text, reading);
    const dated = lines.some((line) => line.ms !== undefined || line.uptime);
    const kills = killsOf(lines);
    if (!dated && kills.length === 0 && !/^-- (?:No entries|Logs begin|Journal begins|Boot)/m.test(text)) return undefined;
    const whenOf = (line: { ms?: number; uptime?: true }): When => whenIs(line, dated, reading);
    const now = kills.filter((kill) => whenOf(kill) === "incident");
    const seen = (test: (line: KernelLine) => boolean): number => lines.filter((line) => test(line) && whenOf(line) === "incident").length;
    return {
      facts: {
        readable: true,
        ...killFacts(now, reading.names.gunicornUnit),
        ...historyFacts(kills.filter((kill) => whenOf(kill) === "history")),
        undatedKills: kills.filter((kill) => whenOf(kill) === "untold").length,
        oomInvoked: seen((line) => / invoked oom-killer: /.test(line.text)),
        diskErrors: seen((line) => DISK_ERROR.test(line.text) && !NO_DISK.test(line.text)),
      },
      whole: endsWhole(text),
      moments: kills.flatMap(momentOf).slice(-MOMENTS),
    };
  },
};

type When = "incident" | "history" | "untold";

function whenIs({ ms }: { ms?: number }, dated: boolean, { window }: Reading): When {
  if (ms === undefined) return dated ? "untold" : "incident";
  if (inWindow(window, ms)) return "incident";
  return ms < window.from.getTime() ? "history" : "untold";
}

function killFacts(kills: readonly Kill[], unit: string): Facts {
  const whose = kills.map((kill) => victimOf(kill, unit));
  const count = (who: Whose): number => whose.filter((one) => one === who).length;
  const last = kills.at(-1);
  const lastRss = kills.findLast((kill) => kill.rssKb !== undefined)?.rssKb;
  return {
    oomKills: kills.length,
    appKills: count("app"),
    maybeAppKills: count("maybe-app"),
    otherKills: count("other"),
    oomdKills: kills.filter((kill) => kill.by === "oomd").length,
    ...(last && { lastVictim: (last.comm ?? last.cgroup ?? `pid ${last.pid}`).slice(0, 200) }),
    ...(lastRss !== undefined && { lastVictimRssMb: Math.round(lastRss / 1024) }),
    ...(last?.ms !== undefined && { lastKillAtMs: last.ms }),
    globalOom: kills.some((kill) => kill.scope === "global"),
    cgroupOom: kills.some((kill) => kill.scope === "cgroup"),
  };
}

function historyFacts(kills: readonly Kill[]): Facts {
  const last = kills.reduce((newest, { ms }) => Math.max(newest, ms ?? 0), 0);
  return { historyKills: kills.length, ...(last > 0 && { historyLastAtMs: last }) };
}

type Whose = "app" | "maybe-app" | "other";

/** Whose process was killed. A command name alone never makes it the application's: every Python program is called python3. */
function victimOf({ by, cgroup, comm }: Kill, unit: string): Whose {
  const name = unit.replace(/\.service$/, "");
  if (cgroup?.split("/").some((part) => part === name || part === `${name}.service`)) return "app";
  const untold = cgroup === undefined || CONTAINER.test(cgroup);
  return by === "kernel" && untold && WORKER.test(comm ?? "") ? "maybe-app" : "other";
}

function momentOf({ by, pid, comm, cgroup, rssKb, ms }: Kill): Moment[] {
  if (ms === undefined) return [];
  const size = rssKb === undefined ? "" : `, ${Math.round(rssKb / 1024)} MB`;
  const text = by === "oomd" ? `systemd-oomd killed ${cgroup}` : `Killed process ${pid}${comm ? ` (${comm})` : ""}${size}`;
  const of = cgroup ?? comm;
  return [{ what: "oom-kill", at: ms, text: text.slice(0, 200), ...(pid !== undefined && { pid }), ...(of && { of: of.slice(0, 200) }) }];
}
