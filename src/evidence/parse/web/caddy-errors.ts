import type { Facts } from "../../../runbook/facts.ts";
import { inIncident, inWindow } from "../../../incident/window.ts";
import type { Moment } from "../../finding.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { durationS } from "./caddy-duration.ts";
import { countFacts, countOf, messageKinds, type Message, type MessageKind } from "./caddy-messages.ts";
import { caddyLine, lineTimeMs, textAt } from "./caddy-line.ts";
import { journalClosed, journalLines } from "../text/journal.ts";

/** One thing that Caddy (or systemd about Caddy) said. */
type Said = { text: string; kinds: readonly MessageKind[]; ms?: number; tookS?: number; isCaddy: boolean };

/** Newest moments kept. */
const MOMENTS = 200;

/** Faults of Caddy's own settings and certificates. */
const OWN_FAULTS: ReadonlySet<string> = new Set(["certFailures", "renewFailures", "configErrors", "addressInUse", "writeNoSpace"]);

/** Caddy's own messages: why proxied requests failed, certificates, configuration, starts. Only what falls into the window counts. */
export const caddyJournal: Parser = {
  facts: {
    ...countFacts,
    fastEof: { kind: "count", doc: "upstream closed the connection without an answer within 5 s" },
    slowEof: { kind: "count", doc: "upstream closed the connection without an answer after 20 s or more" },
    dialedPort: { kind: "number", doc: "the port that most failed dials to the upstream went to" },
    dialedAddress: { kind: "text", doc: "the address that most failed dials went to" },
    serviceStarts: { kind: "count", doc: "starts of Caddy" },
    lastStartAtMs: { kind: "time", doc: "the newest of them" },
    reloads: { kind: "count", doc: "configurations loaded while Caddy ran" },
    lastReloadAtMs: { kind: "time", doc: "the newest of them" },
  },
  parse,
};

function parse(text: string, reading: Reading): Parsed | undefined {
  if (journalClosed(text)) return undefined;
  const lines = journalLines(text, reading).filter((line) => line.message.trim() !== "");
  const said = lines.map((line) => ({
    ...saidBy(line.message, line.ms, reading),
    isCaddy: /caddy/i.test(`${line.ident ?? ""} ${line.message}`),
  }));
  const silent = said.length === 0 && /^-- No entries --\s*$/m.test(text);
  if (!silent && !said.some((one) => one.isCaddy || one.kinds.length > 0)) return undefined;
  const timed = said.some((one) => one.ms !== undefined);
  const heard = said.filter((one) => (one.ms === undefined ? !timed : inWindow(reading.window, one.ms)));
  // What failed a request before the first failing request is of something earlier; settings and certificates go wrong before that.
  const felt = heard.filter((one) => one.ms === undefined || inIncident(reading.window, one.ms));
  const among = (name: string) => (OWN_FAULTS.has(name) ? heard : felt);
  const starts = toldTwice(heard, "served", "started");
  const reloads = toldTwice(heard, "loaded", "reloaded");
  const facts: Facts = {
    ...Object.fromEntries(
      Object.keys(countFacts).map((name) => [name, among(name).filter((one) => one.kinds.some((kind) => countOf(kind) === name)).length]),
    ),
    ...closings(felt),
    ...dialed(felt),
    serviceStarts: starts.length,
    ...latest("lastStartAtMs", starts),
    reloads: reloads.length,
    ...latest("lastReloadAtMs", reloads),
  };
  const moments = [...momentsOf(starts, "service-started", "caddy"), ...momentsOf(reloads, "changed", "reloaded caddy")];
  return { facts, whole: endsWhole(text), ...(moments.length > 0 && { moments: moments.toSorted((a, b) => a.at - b.at).slice(-MOMENTS) }) };
}

function saidBy(message: string, journalMs: number | undefined, reading: Reading): Omit<Said, "isCaddy"> {
  const line = message.includes("{") ? caddyLine(message) : undefined;
  if (!line || line.kind === "common") {
    const said = cutLine(message) ?? { text: message, logger: "", level: "" };
    return { text: said.text, kinds: messageKinds(said), ...time(journalMs) };
  }
  const { record } = line;
  const told = columnsOf(line.head) ?? {
    text: textAt(record, "msg") || textAt(record, "message"),
    logger: textAt(record, "logger"),
    level: textAt(record, "level").toLowerCase(),
  };
  const text = [told.text, textAt(record, "error")].filter((part) => part !== "").join(": ");
  const tookS = durationS(record["duration"], 1);
  return {
    text,
    kinds: messageKinds({ ...told, text }),
    ...time(lineTimeMs(line, reading.at, reading.timezone) ?? journalMs),
    ...(tookS !== undefined && { tookS }),
  };
}

/** Time, level, logger (not always) and message of zap's console form. */
function columnsOf(message: string): Message | undefined {
  const [, level = "", ...rest] = message.split("\t", 6);
  if (!/^(?:DEBUG|INFO|WARN|ERROR|FATAL|PANIC)$/.test(level)) return undefined;
  const named = rest.length > 1 && /^[\w.]{1,100}$/.test(rest[0] ?? "");
  return { text: rest[named ? 1 : 0] ?? "", logger: named ? (rest[0] ?? "") : "", level: level.toLowerCase() };
}

/** What a line of Caddy's that lost its end still says, so that a failed dial of its own (ACME) is not taken for one to the upstream. */
function cutLine(message: string): Message | undefined {
  const columns = columnsOf(message);
  if (columns) return columns;
  const start = message.indexOf('{"');
  if (start === -1) return undefined;
  const head = message.slice(start, start + 2_000);
  const field = (pattern: RegExp) => pattern.exec(head)?.[1] ?? "";
  const level = field(/"level":"(\w{1,10})"/).toLowerCase() || "unknown";
  return { text: field(/"(?:msg|message)":"((?:[^"\\]|\\.){0,1000})"/), logger: field(/"logger":"([^"]{1,100})"/), level };
}

function time(ms: number | undefined): { ms?: number } {
  return ms === undefined ? {} : { ms };
}

function closings(heard: readonly Said[]): Facts {
  const took = heard.filter((one) => one.kinds.includes("upstreamEof")).flatMap((one) => one.tookS ?? []);
  return { fastEof: took.filter((s) => s < 5).length, slowEof: took.filter((s) => s >= 20).length };
}

/** Caddy and systemd both tell of a start and of a reload: the longer list of the two. */
function toldTwice(heard: readonly Said[], byCaddy: MessageKind, bySystemd: MessageKind): Said[] {
  const own = heard.filter((one) => one.kinds.includes(byCaddy));
  const told = heard.filter((one) => one.kinds.includes(bySystemd));
  return own.length >= told.length ? own : told;
}

function dialed(heard: readonly Said[]): Facts {
  const times = new Map<string, number>();
  for (const one of heard) {
    if (!one.kinds.some((kind) => kind === "dialRefused" || kind === "dialTimeout" || kind === "dialFailed")) continue;
    const address = /dial (?:tcp|unix)[46]? (\S{1,200}?):? /.exec(`${one.text} `)?.[1];
    if (address !== undefined) times.set(address, (times.get(address) ?? 0) + 1);
  }
  const address = [...times].toSorted((a, b) => b[1] - a[1])[0]?.[0];
  if (address === undefined) return {};
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  return { dialedAddress: address, ...(port !== undefined && { dialedPort: Number(port) }) };
}

function latest(name: string, said: readonly Said[]): Facts {
  const times = said.flatMap((one) => one.ms ?? []);
  return times.length === 0 ? {} : { [name]: times.reduce((newest, ms) => Math.max(newest, ms)) };
}

function momentsOf(said: readonly Said[], what: "service-started" | "changed", text: string): Moment[] {
  return said.flatMap((one) => (one.ms === undefined ? [] : [{ what, at: one.ms, text, of: "caddy" }]));
}
