import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { caddyAccess } from "../../../../src/evidence/parse/web/caddy-access.ts";
import { caddyConfig } from "../../../../src/evidence/parse/web/caddy-config.ts";
import { caddyJournal } from "../../../../src/evidence/parse/web/caddy-errors.ts";
import { httpProbe } from "../../../../src/evidence/parse/web/http-probe.ts";
import { tlsProbe } from "../../../../src/evidence/parse/web/tls-probe.ts";
import type { Parser, Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";
import { at as madeAt, log, ordinary } from "./made-requests.ts";

const names = { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 };

/** A reading whose window began some seconds before its look. */
function reading(at: Date, beganAgoS: number): Reading {
  return { at, timezone: "UTC", names, window: windowOf(at, { at: new Date(at.getTime() - beganAgoS * 1000), basis: "access-log" }) };
}

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/caddy/${name}.log`, import.meta.url), "utf8");
const sampled = reading(new Date("2026-11-22T13:15:00Z"), 600);
const outage = [
  ...ordinary(200, 60),
  ...ordinary(60, 0).map((one, i) => ({ ...one, status: i % 2 ? 502 : 500, tookS: i % 3 ? 0.01 : 31 })),
];
const caddyfile =
  'shop.example {\n\ttls /a.pem /b.key\n\t# old\n\treverse_proxy /api/* "127.0.0.1:8000" app:8001 {\n\t\ttransport http {\n\t\t\ttls\n\t\t}\n\t}\n}\n';
const jsonConfig =
  '{"apps":{"http":{"servers":{"s":{"routes":[{"handle":[{"handler":"reverse_proxy","upstreams":[{"dial":"a:1"}]}]}]}}}}}\n';
const probe =
  "200 connect=0.1 ttfb=0.1 total=0.1 /\n502 connect=0.1 ttfb=0.1 total=0.2 /\n000 connect=0.1 ttfb=0.1 total=20.1 /x\ndirect-gunicorn 500 total=0.1 \n";
const tls =
  "CONNECTED(00000003)\nServer certificate\n-----BEGIN CERTIFICATE-----\nnotAfter=Nov 21 10:00:00 2026 GMT\nVerify return code: 10 (certificate has expired)\n";

const samples: readonly (readonly [name: string, parser: Parser, text: string, reading: Reading])[] = [
  ["JSON log", caddyAccess, log(outage), reading(madeAt, 60)],
  ["console log", caddyAccess, fixture("caddy-2.11.4_console"), sampled],
  ["millisecond log", caddyAccess, fixture("caddy-2.6.2_json_ms"), sampled],
  ["journal", caddyJournal, fixture("caddy-2.11.4_errors"), sampled],
  ["Caddyfile", caddyConfig, caddyfile, sampled],
  ["JSON configuration", caddyConfig, jsonConfig, sampled],
  ["probe through the proxy", httpProbe, probe, sampled],
  ["TLS probe", tlsProbe, tls, sampled],
];

/** The same numbers between 0 and 1 each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

const DIRT = [
  "\0",
  "\u001b[31m",
  "\r\n",
  "\ufffd",
  "{",
  "}",
  '"',
  "\\",
  "[",
  "\n\n",
  "é",
  "9".repeat(400),
  " ".repeat(300),
  "-- No entries --\n",
];

/** A text with pieces cut out, doubled and dirt put in. */
function mangled(text: string, random: () => number): string {
  let result = text;
  for (let i = 0; i < 1 + random() * 6; i++) {
    const from = Math.floor(random() * result.length);
    const to = Math.min(result.length, from + Math.floor(random() * 200));
    const piece = [DIRT[Math.floor(random() * DIRT.length)], "", result.slice(from, to).repeat(2)][Math.floor(random() * 3)] ?? "";
    result = result.slice(0, from) + piece + result.slice(to);
  }
  return result;
}

describe.each(samples)("%s", (_, parser, text, when) => {
  it("says something when it is whole", () => expect(parser.parse(text, when)).toMatchObject({ whole: true }));

  it("is read without error however it was mangled, and only declared facts of finite numbers come out", () => {
    const random = seeded(7);
    for (let i = 0; i < 150; i++) {
      const facts = parser.parse(mangled(text, random), when)?.facts ?? {};
      for (const [name, value] of Object.entries(facts)) {
        expect(parser.facts, name).toHaveProperty(name);
        expect(typeof value !== "number" || Number.isFinite(value), `${name} is ${value}`).toBe(true);
      }
    }
  });

  it("counts no more when it is cut than when it is whole", () => {
    const random = seeded(11);
    const whole = parser.parse(text, when)?.facts ?? {};
    const counts = Object.keys(parser.facts).filter((name) => parser.facts[name]?.kind === "count");
    for (let i = 0; i < 150; i++) {
      const cut = parser.parse(text.slice(0, Math.floor(random() * text.length)), when);
      for (const name of counts) expect(Number(cut?.facts[name] ?? 0), name).toBeLessThanOrEqual(Number(whole[name] ?? 0));
    }
  });

  it("counts no more when lines of it are missing", () => {
    const random = seeded(13);
    const whole = parser.parse(text, when)?.facts ?? {};
    const counts = Object.keys(parser.facts).filter((name) => parser.facts[name]?.kind === "count");
    if (parser === caddyConfig) return;
    for (let i = 0; i < 60; i++) {
      const fewer =
        parser.parse(
          text
            .split("\n")
            .filter((line) => line === "" || random() > 1 / 3)
            .join("\n"),
          when,
        )?.facts ?? {};
      for (const name of counts) expect(Number(fewer[name] ?? 0), name).toBeLessThanOrEqual(Number(whole[name] ?? 0));
    }
  });
});

it.each(samples)("a line of a megabyte, or a flood of short ones, does not stop the reading of a %s", (_, parser, text, when) => {
  for (const filler of ["a", "{", '{"', "[ ", "\t", "9", "%41", "\\", "dial tcp ", "total="]) {
    const long = filler.repeat(Math.ceil(1_000_000 / filler.length));
    expect(() => parser.parse(`${long}\n${text}${long}`, when)).not.toThrow();
    expect(() => parser.parse(`${`${filler.slice(0, 8)}\n`.repeat(20_000)}${text}`, when)).not.toThrow();
  }
});
