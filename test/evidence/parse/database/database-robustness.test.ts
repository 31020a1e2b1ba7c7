import { describe, expect, it } from "vitest";
import type { Parser } from "../../../../src/evidence/parser.ts";
import { dbActivity } from "../../../../src/evidence/parse/database/db-activity.ts";
import { dbConnect } from "../../../../src/evidence/parse/database/db-connect.ts";
import { dbCounts } from "../../../../src/evidence/parse/database/db-counts.ts";
import { dbIsready } from "../../../../src/evidence/parse/database/db-isready.ts";
import { dbLog } from "../../../../src/evidence/parse/database/db-log.ts";
import { dbResolve } from "../../../../src/evidence/parse/database/db-resolve.ts";
import { dbTcp } from "../../../../src/evidence/parse/database/db-tcp.ts";
import { rdsEvents } from "../../../../src/evidence/parse/database/rds-events.ts";
import { readMetrics } from "../../../../src/evidence/metrics.ts";
import { incidentReading } from "../../incident-reading.ts";

const log = (minute: number, rest: string) =>
  `2026-03-01 11:5${minute % 10}:0${minute % 7} UTC:10.0.0.5(40000):app@shop:[${100 + minute}]:${rest}\n`;
const logText = Array.from({ length: 30 }, (_, at) =>
  [
    log(at, `LOG:  duration: ${900 + at * 50}.5 ms  statement: SELECT * FROM orders WHERE id = ${at}`),
    log(at, "FATAL:  sorry, too many clients already"),
    log(at, `LOG:  process ${100 + at} still waiting for ShareLock on transaction 7 after 1000.1 ms`),
    log(at, `DETAIL:  Process holding the lock: ${90 + at}. Wait queue: ${100 + at}.`),
    log(at, 'ERROR:  could not extend file "base/1/2": No space left on device'),
    log(at, "LOG:  unexpected EOF on client connection with an open transaction"),
  ].join(""),
).join("");
const record = (at: number) =>
  `-[ RECORD ${at + 1} ]---+---\npid | ${100 + at}\nstate | ${at % 3 ? "active" : "idle in transaction"}\nwait_event_type | ${at % 2 ? "Lock" : "IO"}\nwait_event | tuple\nrunning | 00:00:0${at % 10}.5\nblocked_by | ${at % 2 ? "{100}" : "{}"}\nquery | select ${at} from t\n`;
const attempt = (at: number) =>
  `${JSON.stringify({ attempt: at, at: "2026-03-01T11:59:00Z", ok: at % 2 === 0, connect_ms: at * 400, error: at % 2 ? "FATAL:  the database system is starting up" : undefined })}\n`;

const SAMPLES: readonly (readonly [name: string, parser: Parser, text: string])[] = [
  ["db-log", dbLog, logText],
  ["db-activity", dbActivity, `${Array.from({ length: 20 }, (_, at) => record(at)).join("")}\n`],
  ["db-connect", dbConnect, Array.from({ length: 8 }, (_, at) => attempt(at)).join("")],
  [
    "db-counts",
    dbCounts,
    " state | count \n-------+-------\n idle | 6\n active | 4\n(2 rows)\n\n max_connections \n----\n 100\n(1 row)\n\n",
  ],
  ["db-resolve", dbResolve, "10.0.0.7  db.example\ngetent_exit=0\nnameserver 127.0.0.53\n"],
  ["db-tcp", dbTcp, "Connection to db.example (10.0.0.7) 5432 port [tcp/postgresql] succeeded!\n\nreal\t0m0.012s\nexit=0\n"],
  ["db-isready", dbIsready, "db.example:5432 - accepting connections\n\nreal\t0m0.2s\nexit=0\n"],
  [
    "rds-events",
    rdsEvents,
    '{"Events":[{"Date":"2026-03-01T11:51:00Z","Message":"Multi-AZ instance failover started.","EventCategories":["failover"]}]}\n',
  ],
];

/** Mulberry32: the same numbers for the same seed on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const JUNK = [
  "\u0000",
  "\ufffd",
  "\u001b[31m",
  "\r",
  "|",
  "'",
  '"',
  "\n",
  "-[ RECORD 1 ]",
  "{",
  "}",
  "[",
  "(0 rows)\n",
  "e308",
  "<!channel>",
  "$(reboot)",
];

function mangled(text: string, random: () => number): string {
  let result = text;
  for (let edits = 1 + Math.floor(random() * 8); edits > 0; edits--) {
    const at = Math.floor(random() * result.length);
    const junk = JUNK[Math.floor(random() * JUNK.length)] ?? "";
    result =
      random() < 0.5 ? result.slice(0, at) + junk + result.slice(at) : result.slice(0, at) + result.slice(at + Math.floor(random() * 60));
  }
  return result;
}

const countsOf = (parser: Parser, text: string) =>
  Object.entries(parser.parse(text, incidentReading)?.facts ?? {}).filter(([name]) => parser.facts[name]?.kind === "count");

describe.each(SAMPLES)("%s", (_, parser, text) => {
  const whole = Object.fromEntries(countsOf(parser, text));

  it("is read whole, with declared facts only", () => {
    const found = parser.parse(text, incidentReading);
    expect(found?.whole).toBe(true);
    expect(Object.keys(found?.facts ?? {}).filter((name) => !(name in parser.facts))).toEqual([]);
  });

  it("counts no more in a part than in the whole, wherever it is cut, and does not call the part whole", () => {
    const random = randomOf(7);
    for (let round = 0; round < 300; round++) {
      const part = text.slice(0, Math.floor(random() * text.length));
      for (const [name, count] of countsOf(parser, part)) expect(`${name} ${Number(count) <= Number(whole[name])}`).toBe(`${name} true`);
      if (!part.endsWith("\n") && part.trimEnd() !== text.trimEnd())
        expect(parser.parse(part, incidentReading)?.whole ?? false).toBe(false);
    }
  });

  it("counts no more with lines missing", () => {
    const random = randomOf(11);
    for (let round = 0; round < 200; round++) {
      const part = text.split(/(?<=\n)/).filter(() => random() > 0.33);
      for (const [name, count] of countsOf(parser, part.join(""))) {
        expect(`${name} ${Number(count) <= Number(whole[name])}`).toBe(`${name} true`);
      }
    }
  });

  it("never throws, and tells only declared facts of the declared kind, whatever the bytes", () => {
    const random = randomOf(13);
    for (let round = 0; round < 300; round++) {
      for (const [name, value] of Object.entries(parser.parse(mangled(text, random), incidentReading)?.facts ?? {})) {
        const kind = parser.facts[name]?.kind;
        expect(typeof value).toBe(kind === "flag" ? "boolean" : kind === "text" ? "string" : "number");
        if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  it("copes with a line of a megabyte and with nests of brackets", () => {
    for (const unit of ["a", "[", "'", '"', "|", "-", " ", "(1", '{"a":', "1,", "LOG:  ", "process 1 "]) {
      const hostile = unit.repeat(Math.ceil(1_000_000 / unit.length));
      expect(() => parser.parse(`${text}${hostile}\n${hostile}`, incidentReading)).not.toThrow();
    }
    expect(() =>
      parser.parse(`[{"pid":1,"state":"active","query":${"[".repeat(50_000)}${"]".repeat(50_000)}}]`, incidentReading),
    ).not.toThrow();
  });
});

it("metrics of any bytes never throw", () => {
  const random = randomOf(17);
  const text = JSON.stringify({
    Label: "M",
    Datapoints: Array.from({ length: 40 }, (_, at) => ({ Timestamp: 1772365000 + at * 60, Average: at })),
  });
  for (let round = 0; round < 300; round++) {
    const files = new Map([
      ["rds.DiskQueueDepth", mangled(text, random)],
      ["rds.ReadIOPS", mangled(text, random)],
    ]);
    for (const value of Object.values(readMetrics(files, incidentReading).facts))
      expect(typeof value === "boolean" || Number.isFinite(value)).toBe(true);
  }
});
