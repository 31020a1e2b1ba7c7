import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs, Facts } from "../../../runbook/facts.ts";
import { commonest } from "../text/commonest.ts";
import { type ProgramKind, programKindOf, programOf } from "./programs.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = {
  appCpu: {
    kind: "count",
    unit: "%",
    doc: "processor use of gunicorn or uvicorn and of what they started, each process over its lifetime (100 is one processor)",
  },
  otherCpu: {
    kind: "count",
    unit: "%",
    doc: "the same of everything that does not serve the site: not the application, Caddy, PostgreSQL, Redis, Celery, systemd, kernel threads or the look itself",
  },
  databaseCpu: { kind: "count", unit: "%", doc: "the same of a database on this host" },
  celeryCpu: { kind: "count", unit: "%", doc: "the same of Celery's processes" },
  proxyCpu: { kind: "count", unit: "%", doc: "the same of Caddy" },
  topOther: { kind: "text", doc: "the program (the script, where an interpreter runs one) that uses most of otherCpu" },
  topOtherCount: { kind: "number", doc: "processes of that program" },
  topOtherCpu: { kind: "number", unit: "%", doc: "their processor use together" },
  appProcesses: { kind: "count", doc: "processes of gunicorn or uvicorn, the arbiter included" },
  appRssMb: { kind: "count", doc: "resident memory of these together, in MiB; shared pages count in each" },
  appWaitingOn: { kind: "text", doc: "the kernel function in which most of its workers wait" },
  celeryProcesses: { kind: "count", doc: "processes of Celery" },
  runningOther: { kind: "count", doc: "processes running or waiting for a processor at the moment of the look that do not serve the site" },
  runningApp: { kind: "count", doc: "processes of the application that do so" },
};

/** One process: `cpu` and `mem` in percent, `rssKb` in KiB, `program` its name for people. */
export type Process = {
  pid?: number;
  ppid?: number;
  state: string;
  cpu: number;
  rssKb: number;
  command: string;
  program: string;
  wchan?: string;
};

/** Reads `ps` with a header of any columns (the last being the command line). Its %CPU is an average over a process's life, so what has just begun shows in `runningOther` too. */
export const processes: Parser = {
  facts,
  parse(text, reading) {
    const lines = settledLines(text);
    const at = lines.findIndex((line) => /(?:^|\s)%CPU\s.*(?:COMMAND|CMD|ARGS)\s*$/.test(line.slice(0, 400)));
    const columns = at === -1 ? OUR_COLUMNS : (lines[at] ?? "").trim().split(/\s+/);
    const rows = lines.slice(at + 1).flatMap((line) => rowOf(line, columns) ?? []);
    if (rows.length === 0) return undefined;
    const kinds = kindsOf(rows, reading.names.gunicornUnit);
    const of = (kind: ProgramKind): Process[] => rows.filter((_, i) => kinds[i] === kind);
    const app = of("app");
    const arbiters = new Set(app.map(({ ppid }) => ppid));
    const workers = app.filter(({ pid }) => !arbiters.has(pid));
    const waitingOn = commonest(workers.flatMap(({ wchan }) => (wchan && wchan !== "-" && wchan !== "0" ? [wchan] : [])));
    return {
      facts: {
        appCpu: cpuOf(app),
        databaseCpu: cpuOf(of("database")),
        celeryCpu: cpuOf(of("celery")),
        proxyCpu: cpuOf(of("proxy")),
        ...otherFacts(of("other")),
        appProcesses: app.length,
        appRssMb: Math.round(app.reduce((sum, { rssKb }) => sum + rssKb, 0) / 1024),
        ...(waitingOn && { appWaitingOn: waitingOn.slice(0, 60) }),
        celeryProcesses: of("celery").length,
        runningApp: app.filter(isRunning).length,
      },
      whole: endsWhole(text) && at !== -1,
    };
  },
};

/** The columns of the step's own command, for a table that lost its header. */
const OUR_COLUMNS = "PID PPID USER STAT %CPU %MEM RSS ELAPSED WCHAN COMMAND".split(" ");

/** What does not serve the site: its processor use, its running processes and its greatest user; sorted so that the order of rows does not matter. */
export function otherFacts(others: readonly Process[]): Facts {
  const groups = new Map<string, Process[]>();
  for (const process of others) {
    const group = groups.get(process.program);
    if (group) group.push(process);
    else groups.set(process.program, [process]);
  }
  const weigh = (group: readonly Process[]): number => cpuOf(group) + group.filter(isRunning).length / 10;
  const top = [...groups].toSorted(([a, as], [b, bs]) => weigh(bs) - weigh(as) || (a < b ? -1 : 1))[0];
  return {
    otherCpu: cpuOf(others),
    runningOther: others.filter(isRunning).length,
    ...(top && weigh(top[1]) > 0 && { topOther: top[0], topOtherCount: top[1].length, topOtherCpu: cpuOf(top[1]) }),
  };
}

/** The processor use of processes together, in percent of one processor, to one decimal. */
export function cpuOf(processes: readonly Process[]): number {
  return Math.round(processes.reduce((sum, { cpu }) => sum + cpu, 0) * 10) / 10;
}

function isRunning({ state }: Process): boolean {
  return state.startsWith("R");
}

function rowOf(line: string, columns: readonly string[]): Process | undefined {
  const words = line.trim().split(/\s+/);
  if (words.length < columns.length) return undefined;
  const cell = (...names: readonly string[]): string | undefined => words[columns.findIndex((column) => names.includes(column))];
  const [pid, ppid, cpu, rss] = [cell("PID"), cell("PPID"), cell("%CPU"), cell("RSS", "RSZ")].map((word) =>
    Number(word?.replace(",", ".") ?? Number.NaN),
  );
  if (!Number.isInteger(pid) || cpu === undefined || !Number.isFinite(cpu)) return undefined;
  const command = words.slice(columns.length - 1).join(" ");
  const wchan = cell("WCHAN");
  return {
    pid: Number(pid),
    ...(Number.isInteger(ppid) && { ppid: Number(ppid) }),
    state: cell("STAT", "S") ?? "",
    cpu,
    rssKb: Number.isFinite(rss) ? Number(rss) : 0,
    command,
    program: programOf(command),
    ...(wchan && { wchan }),
  };
}

/** Each process's kind. What a part of the site started belongs to that part; what started the `ps`, and the tools of its script, are the look. */
function kindsOf(rows: readonly Process[], unit: string): ProgramKind[] {
  const byPid = new Map(rows.flatMap((row) => (row.pid === undefined ? [] : [[row.pid, row] as const])));
  const own = rows.map((row) => (isKernelThread(row) ? "system" : programKindOf(row.command, unit)));
  const kindOf = new Map(rows.map((row, i) => [row, own[i] ?? "other"] as const));
  const above = rows.filter(({ program, command }) => program === "ps" && /cpu/i.test(command)).map((ps) => ancestors(ps, byPid));
  const lookers = new Set(above.flat());
  const scripts = new Set(above.flatMap(shellsFirst));
  return rows.map((row, i) => {
    const kind = own[i] ?? "other";
    if (kind !== "other") return kind;
    const line = ancestors(row, byPid);
    if (lookers.has(row) || (LOOK_TOOL.test(row.program) && line.some((parent) => scripts.has(parent)))) return "look";
    return line.map((parent) => kindOf.get(parent) ?? "other").find((parent) => PARTS.has(parent)) ?? "other";
  });
}

const PARTS: ReadonlySet<ProgramKind> = new Set(["app", "celery", "proxy", "database", "redis"]);
const SHELL = /^(?:[^\s]{0,200}\/)?(?:sh|dash|bash|timeout|sudo|ssm-document-worker)(?:\s|$)/;
const LOOK_TOOL =
  /^(?:sh|dash|bash|timeout|sleep|df|du|tail|head|cut|sed|awk|gawk|mawk|sort|grep|cat|wc|sha256sum|gzip|base64|find|last|who|curl|openssl|nc|redis-cli|python3?[\d.]*)$/;

/** The shells at the start of a line of ancestors: those of the look's own script. */
function shellsFirst(line: readonly Process[]): readonly Process[] {
  const end = line.findIndex(({ command }) => !SHELL.test(command));
  return end === -1 ? line : line.slice(0, end);
}

function ancestors(row: Process, byPid: ReadonlyMap<number, Process>): Process[] {
  const found: Process[] = [];
  let at = row.ppid === undefined ? undefined : byPid.get(row.ppid);
  while (at && found.length < 20 && !found.includes(at)) {
    found.push(at);
    at = at.ppid === undefined ? undefined : byPid.get(at.ppid);
  }
  return found;
}

function isKernelThread({ command, rssKb }: Process): boolean {
  return rssKb === 0 && command.startsWith("[") && command.endsWith("]");
}
