import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { cpuOf, otherFacts, type Process } from "./processes.ts";
import { type ProgramKind, programKindOf, programOf } from "./programs.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = {
  appCpu: {
    kind: "number",
    unit: "%",
    doc: "processor use of gunicorn or uvicorn; where they are only shown as python3, of the only plain user's Python programs (100 is one processor)",
  },
  otherCpu: {
    kind: "count",
    unit: "%",
    doc: "the same of programs that do not serve the site; Python programs that may be the application's are not among them",
  },
  unclearCpu: { kind: "number", unit: "%", doc: "the same of Python programs that may or may not be the application's" },
  databaseCpu: { kind: "number", unit: "%", doc: "the same of a database on this host" },
  topOther: { kind: "text", doc: "the command name that uses most of otherCpu" },
  topOtherCount: { kind: "number", doc: "processes of that name" },
  topOtherCpu: { kind: "number", unit: "%", doc: "their processor use together" },
  runningOther: { kind: "count", doc: "running processes that do not serve the site" },
  idle: { kind: "number", unit: "%", doc: "idle processor time between the last two iterations; a single iteration is too short to tell" },
  tasksRunning: { kind: "number", doc: "processes running or waiting for a processor" },
  iterations: { kind: "count", doc: "iterations printed; the facts are of the last one" },
};

type Row = Process & { user: string };
type Screen = { lines: string[]; columns: string[]; rows: Row[] };

/**
 * Reads `top -b`: the last iteration (the first, which looks back on a few milliseconds, only where it is alone). It shows command names only, so a
 * Python hog can be told from a Python application by its user alone, and not at all in a cut table.
 */
export const top: Parser = {
  facts,
  parse(text, reading) {
    const screens = screensOf(settledLines(text));
    if (!screens.some(({ rows }) => rows.length > 0)) return undefined;
    const last = screens.findLast(({ rows }, i) => rows.length > 0 && (i > 0 || screens.length === 1));
    if (!last) return { facts: { iterations: screens.length }, whole: false };
    const whole = endsWhole(text) && last.columns.length > 0 && last === screens.at(-1);
    const kinds = kindsOf(last.rows, reading.names.gunicornUnit, whole);
    const of = (kind: TopKind): Row[] => last.rows.filter((_, i) => kinds[i] === kind);
    const idle = screens.indexOf(last) > 0 ? idleOf(last) : undefined;
    const running = /^(?:Tasks|Threads):.{1,30}\btotal,\s{1,8}(\d{1,7}) running/m.exec(last.lines.slice(0, 6).join("\n"))?.[1];
    return {
      facts: {
        ...(whole && { appCpu: cpuOf(of("app")), databaseCpu: cpuOf(of("database")), unclearCpu: cpuOf(of("unclear")) }),
        ...otherFacts(of("other")),
        ...(idle !== undefined && { idle }),
        ...(running !== undefined && { tasksRunning: Number(running) }),
        iterations: screens.length,
      },
      whole,
    };
  },
};

function screensOf(lines: readonly string[]): Screen[] {
  const screens: Screen[] = [];
  let screen: Screen = { lines: [], columns: [], rows: [] };
  for (const line of lines) {
    if (/^top - \d/.test(line) || screens.length === 0) screens.push((screen = { lines: [], columns: [], rows: [] }));
    screen.lines.push(line);
    if (/^\s{0,12}PID\s/.test(line)) screen.columns = line.trim().split(/\s+/);
    const row = rowOf(line, screen.columns.length > 0 ? screen.columns : USUAL);
    if (row) screen.rows.push(row);
  }
  return screens;
}

const USUAL = "PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND".split(" ");

function rowOf(line: string, columns: readonly string[]): Row | undefined {
  const words = line.trim().split(/\s+/);
  if (words.length < columns.length || !/^\d{1,10}$/.test(words[0] ?? "")) return undefined;
  const cell = (name: string): string => words[columns.indexOf(name)] ?? "";
  const cpu = Number(cell("%CPU").replace(",", "."));
  if (!/^[A-Za-z]$/.test(cell("S")) || cell("%CPU") === "" || !Number.isFinite(cpu)) return undefined;
  const command = words.slice(columns.length - 1).join(" ");
  const kernel = cell("VIRT") === "0" && cell("RES") === "0";
  return { user: cell("USER"), state: cell("S"), cpu, rssKb: kernel ? 0 : 1, command, program: programOf(command) };
}

type TopKind = ProgramKind | "unclear";

/**
 * Without command lines, a `python3` is the application's when nothing is called gunicorn and its user is the only one besides root that runs Python,
 * at least two of them (an arbiter and a worker); root's is then not. With a gunicorn by name no other Python is. Otherwise, and in a cut table, it is unclear.
 */
function kindsOf(rows: readonly Row[], unit: string, whole: boolean): TopKind[] {
  const kinds = rows.map((row): TopKind => (row.rssKb === 0 ? "system" : programKindOf(row.command, unit)));
  const pythons = rows.filter((row, i) => kinds[i] === "other" && isPython(row));
  const plain = pythons.filter(({ user }) => user !== "root");
  const users = new Set(plain.map(({ user }) => user));
  const named = kinds.includes("app");
  return kinds.map((kind, i) => {
    const row = rows[i];
    if (kind !== "other" || !row || !isPython(row) || named) return kind;
    if (!whole || users.size !== 1 || plain.length < 2) return "unclear";
    return users.has(row.user) ? "app" : "other";
  });
}

function isPython({ program }: Row): boolean {
  return /^(?:python|pypy)[\d.]*$/.test(program);
}

/** The idle share of the `%Cpu(s)` line, left out where its parts do not add up to 100 %. */
function idleOf({ lines }: Screen): number | undefined {
  const line = lines.find((candidate) => /^%?Cpu\(s\)/.test(candidate)) ?? "";
  const parts = [...line.slice(0, 300).matchAll(/(\d{1,3}[.,]\d)[% ]{0,2}([a-z]{2})\b/g)];
  const sum = parts.reduce((total, m) => total + Number(m[1]?.replace(",", ".")), 0);
  const idle = parts.find((m) => m[2] === "id")?.[1];
  return idle !== undefined && Math.abs(sum - 100) <= 1.5 ? Number(idle.replace(",", ".")) : undefined;
}
