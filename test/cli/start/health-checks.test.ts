import { beforeEach, expect, test } from "vitest";
import type { Delivery } from "../../../src/alarm/alarm.ts";
import { checkOnce, type Checking } from "../../../src/cli/start/health-checks.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { founding } from "../../slack/made-gumshoe.ts";
import { blindReach, reachOfCase } from "../../slack/made-reach.ts";

const shipped = await openLibrary();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };
const yaml = `environments:
  prod: { hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }, channel: C0PROD, checks: [{ cron: "*/15 * * * *" }] }
`;
const { environments } = readConfig("gumshoe.yml", yaml);
const check = { name: "prod", environment: environments.get("prod")!, cron: "*/15 * * * *", runbook: "web-errors" };

let taken: Delivery[];
let claimed: string[];
let checking: Checking;

beforeEach(() => {
  [taken, claimed] = [[], []];
  checking = {
    ...shipped,
    environments,
    words: wordsOf("en"),
    reachOf: () => reachOfCase(founding),
    log: silent,
    now: () => founding.at,
    take: async (deliveries) => void taken.push(...deliveries),
    claim: async (name, dueAt) => {
      const tick = `${name} ${dueAt.toISOString()}`;
      if (claimed.includes(tick)) return false;
      claimed.push(tick);
      return true;
    },
    diagnoses: { running: async () => [] },
  };
});

const look = async () => checkOnce(checking, check, new AbortController().signal);

test("a scheduled look that finds something is taken in as an alarm of its environment, with what it found", async () => {
  await look();
  expect(taken).toMatchObject([
    {
      source: "check",
      alarm: {
        kind: "check",
        key: "gumshoe:check:prod:web-errors:*/15 * * * *",
        state: "alarm",
        reason: expect.stringContaining("root cause found"),
      },
    },
  ]);
});

test("a look that could see nothing is no good news", async () => {
  checking.reachOf = blindReach;
  await look();
  expect(taken).toMatchObject([{ alarm: { state: "alarm", reason: expect.stringContaining("inconclusive") } }]);
});

test("each moment of a schedule is one copy's", async () => {
  await Promise.all([look(), look()]);
  expect(taken).toHaveLength(1);
});

test("two schedules that come at the same minute look one after the other", async () => {
  let [under, most] = [0, 0];
  checking.diagnoses = {
    running: async () => {
      most = Math.max(most, ++under);
      return [];
    },
  };
  checking.take = async (deliveries) => {
    taken.push(...deliveries);
    under--;
  };
  const other = { ...check, cron: "* * * * *" };
  await Promise.all([check, other].map(async (each) => checkOnce(checking, each, new AbortController().signal)));
  expect([taken.length, most]).toEqual([2, 1]);
});

test("an environment that is being looked at needs no other look", async () => {
  checking.diagnoses = { running: async () => [{ environment: "prod" } as never] };
  await look();
  expect(taken).toEqual([]);
});

test("what was found is kept until the store takes it", async () => {
  let fails = 1;
  const { take } = checking;
  checking.take = async (deliveries) => {
    if (fails-- > 0) throw new Error("the store is down");
    return take(deliveries);
  };
  await look();
  expect(taken).toHaveLength(1);
});
