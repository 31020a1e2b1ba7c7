import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

// Each room may import those left of it, and all may import `config` and `words`; only main and cli may import everything.
const ROOMS = ["incident", "runbook", "evidence", "alarm", "diagnosis", "remediation", "report"];
const FOR_ALL = ["config", "words"];
const VENDORS: Record<string, RegExp> = {
  "postgres store": /^pg$/,
  store: /^kysely/,
  report: /^@resvg\//,
  runbook: /^@marcbachmann\/cel-js$/,
  config: /^yaml$/,
  slack: /^@slack\//,
  aws: /^@aws-sdk\//,
  cli: /^pino$/,
  "config aws cli": /^node-cron$/,
  "": /^commander$/,
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|js)$/.test(name));
const imports = files.flatMap((file) => {
  const text = readFileSync(join("src", file), "utf8");
  return [...text.matchAll(/^(?:import|export)( type)? [^;]*?from "([^"]+)";/gms)].map((match) => ({
    file,
    types: match[1] !== undefined,
    target: match[2]!,
  }));
});
const roomOf = (path: string) => (path.includes("/") ? path.split("/")[0]! : "");

function wrong({ file, types, target }: (typeof imports)[number]): boolean {
  const room = roomOf(file);
  if (room === "" || room === "cli") return target.includes("/lab/");
  if (!target.startsWith("."))
    return Object.entries(VENDORS).some(([home, vendor]) => vendor.test(target) && !home.split(" ").includes(room));
  const to = roomOf(relative("src", join("src", dirname(file), target)));
  if (to === room) return false;
  if (FOR_ALL.includes(to)) return FOR_ALL.includes(room) && !types && to !== "config";
  if (room === "words") return !types;
  if (!ROOMS.includes(room) || !ROOMS.includes(to)) return !ROOMS.includes(to);
  return ROOMS.indexOf(to) > ROOMS.indexOf(room);
}

test("imports point leftwards, and each vendor has one home", () => {
  expect(imports.length).toBeGreaterThan(50);
  expect(imports.filter(wrong).map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("a planted wrong import is seen", () => {
  expect(wrong({ file: "runbook/load.ts", types: false, target: "../diagnosis/judge.ts" })).toBe(true);
  expect(wrong({ file: "evidence/gather.ts", types: false, target: "pg" })).toBe(true);
  expect(wrong({ file: "diagnosis/judge.ts", types: true, target: "@slack/types" })).toBe(true);
  expect(wrong({ file: "slack/outbox/outbox.ts", types: false, target: "kysely" })).toBe(true);
  expect(wrong({ file: "slack/outbox/outbox.ts", types: true, target: "../../store/tables.ts" })).toBe(true);
  expect(wrong({ file: "incident/incident.ts", types: true, target: "../alarm/alarm.ts" })).toBe(true);
  expect(wrong({ file: "slack/thread/steps.ts", types: false, target: "../../aws/access.ts" })).toBe(true);
  expect(wrong({ file: "diagnosis/judge.ts", types: false, target: "../report/told.ts" })).toBe(true);
  expect(wrong({ file: "diagnosis/judge.ts", types: false, target: "../evidence/evidence.ts" })).toBe(false);
});
