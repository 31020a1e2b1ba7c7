import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { canNameTheSame, isNamedBy } from "../../src/config/name-pattern.ts";
import { ConfigError } from "../../src/config/yaml-file.ts";
import { newSeed, randomOf } from "../alarm/random.ts";

/** The faults of two environments with these lines. */
function faultsOf(prod: readonly string[], staging: readonly string[] = [], more = ""): string[] {
  const usual = ["hosts: [local]", "caddy: { accessLog: /a.log }", "database: { host: db }"];
  const lines = (own: readonly string[]) => [...usual, ...own].map((line) => `    ${line}`);
  const text = ["environments:", "  prod:", ...lines(prod), "  staging:", ...lines(staging), more, ""].join("\n");
  try {
    readConfig("gumshoe.yml", text);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
}

const channel = 'channel: "#prod"';
const rds = ["aws: { region: ap-northeast-2 }", "metrics: { rds: shop-db }", channel];

describe("two environments that would take the same alarm are a fault", () => {
  const alarms = (text: string) => [channel, `alarms: { ${text} }`];
  const cases: [what: string, prod: readonly string[], staging: readonly string[], fault: string | undefined][] = [
    ["the same value", alarms("values: [a, b]"), alarms("values: [b]"), "gumshoe.yml:13:24: `b` is a value of `prod` too"],
    ["of regions that differ is none", alarms("values: [b], region: us-east-1"), alarms("values: [b], region: us-west-2"), undefined],
    [
      "of accounts that differ is none",
      alarms('values: [b], account: "111111111111"'),
      alarms('values: [b], account: "222222222222"'),
      undefined,
    ],
    [
      "of one account and any is one",
      alarms('values: [b], account: "111111111111"'),
      alarms("values: [b]"),
      "`b` is a value of `prod` too",
    ],
    [
      "names that can be the same",
      alarms("names: [prod-*]"),
      alarms("names: ['*-db']"),
      "`*-db` and `prod-*` of `prod` can name the same alarm",
    ],
    ["names that cannot", alarms("names: [prod-*]"), alarms("names: [stage-*]"), undefined],
    [
      "the same database, where alarms come",
      rds,
      [...rds, "alarms: { names: [x] }"],
      "`shop-db` is of `prod` too: name it in alarms.values",
    ],
    ["the same database, where none come", rds, rds, undefined],
    ["the same database, of one by name", [...rds, "alarms: { values: [shop-db] }"], rds, undefined],
  ];
  for (const [what, prod, staging, fault] of cases)
    test(what, () => {
      const faults = faultsOf(prod, staging);
      if (fault === undefined) expect(faults).toEqual([]);
      else expect(faults.join("\n")).toContain(fault);
    });
});

describe("what two environments share is no fault where a third names it for alarms", () => {
  const third = (alarms: string) =>
    `  third: { hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }, channel: c, alarms: { ${alarms} } }`;
  const cases: [what: string, alarms: string, fault: string | undefined][] = [
    ["of any region", "values: [shop-db]", undefined],
    ["of their region", "values: [shop-db], region: ap-northeast-2", undefined],
    ["but of another region it is one", "values: [shop-db], region: us-east-1", "`shop-db` is of `prod` too"],
    ["but of one account of any it is one", 'values: [shop-db], account: "111111111111"', "`shop-db` is of `prod` too"],
    ["but where it names something else it is one", "values: [other]", "`shop-db` is of `prod` too"],
  ];
  for (const [what, alarms, fault] of cases)
    test(what, () => {
      const faults = faultsOf(rds, rds, third(alarms));
      if (fault === undefined) expect(faults).toEqual([]);
      else expect(faults).toEqual([expect.stringContaining(fault)]);
    });
});

describe("what else of alarms is wrong is said with its place", () => {
  const watch = ["aws: { region: ap-northeast-2 }", "metrics: { lightsailDatabase: db }", channel];
  const cases: [what: string, lines: readonly string[], fault: string][] = [
    ["alarms that could be told nowhere", ["alarms: { names: [a] }"], "gumshoe.yml:6:5: `alarms` needs a `channel`"],
    ["looks by a schedule, too", ['checks: [{ cron: "* * * * *" }]'], "`checks` needs a `channel`"],
    ["somebody on call, too", ["onCall: { call: S0123 }"], "`onCall` needs a `channel`"],
    ["a watch on nothing of Lightsail's", [channel, "watch: {}"], "`watch` needs metrics.lightsailDatabase or metrics.lightsailInstance"],
    [
      "a threshold without a limit",
      [...watch, "watch: { thresholds: [{ source: database, metric: DiskQueueDepth }] }"],
      "write `above` or `below`",
    ],
    [
      "a threshold of what is not there",
      [...watch, "watch: { thresholds: [{ source: instance, metric: CPUUtilization, above: 1 }] }"],
      "a metric of the instance needs metrics.lightsailInstance",
    ],
    [
      "a metric that Lightsail does not have",
      [...watch, "watch: { thresholds: [{ source: database, metric: DiskQueueLength, above: 1 }] }"],
      "Lightsail has no such metric of the database; it has CPUUtilization, DatabaseConnections, DiskQueueDepth,",
    ],
    ["a schedule that is none", [channel, 'checks: [{ cron: "61 * * * *" }]'], "gumshoe.yml:7:16: write when as cron does"],
    ["a value that is there twice", [channel, "alarms: { values: [a, b, a] }"], "`a` is here twice"],
    ["a name that is there twice", [channel, "alarms: { names: [a, a] }"], "`a` is here twice"],
  ];
  for (const [what, lines, fault] of cases) test(what, () => expect(faultsOf(lines).join("\n")).toContain(fault));
});

describe("a pattern names", () => {
  const cases: [pattern: string, name: string, does: boolean][] = [
    ["prod-*", "prod-", true],
    ["prod-*", "prod-db-disk", true],
    ["prod-*", "my-prod-db", false],
    ["*-db-*", "a-db-db-b", true],
    ["*a*b", "aab", true],
    ["*a*b", "aba", false],
    ["a.c", "abc", false],
    ["**", "", true],
    ["", "", true],
    ["*", "*", true],
  ];
  for (const [pattern, name, does] of cases)
    test(`${pattern || "nothing"} ${does ? "names" : "does not name"} ${name || "nothing"}`, () =>
      expect(isNamedBy(pattern, name)).toBe(does));
});

describe("two patterns", () => {
  const cases: [one: string, other: string, can: boolean][] = [
    ["prod-*", "*-db", true],
    ["prod-*", "stage-*", false],
    ["a*b", "b*a", false],
    ["*a", "*b", false],
    ["a*c", "abc", true],
    ["abc", "abc", true],
    [`${"x".repeat(200)}*`, `*${"y".repeat(200)}`, false],
    [`${"x".repeat(100)}*`, `*${"y".repeat(100)}`, true],
  ];
  for (const [one, other, can] of cases)
    test(`${one.slice(0, 9)} and ${other.slice(0, 9)} ${can ? "can" : "cannot"} name the same`, () => {
      expect(canNameTheSame(one, other)).toBe(can);
      expect(canNameTheSame(other, one)).toBe(can);
    });

  const seed = newSeed();
  test(`can name the same exactly where some name is both's (seed ${seed})`, () => {
    const random = randomOf(seed);
    const text = (letters: readonly string[], most: number) =>
      Array.from({ length: random.below(most + 1) }, () => random.one(letters)).join("");
    const names = [""];
    for (let length = 0; length < 8; length++) names.push(...names.slice(-(2 ** length)).flatMap((name) => [`${name}a`, `${name}b`]));
    for (let round = 0; round < 300; round++) {
      const [one, other] = [text(["a", "b", "*"], 4), text(["a", "b", "*"], 4)];
      expect({ one, other, can: canNameTheSame(one, other) }).toEqual({
        one,
        other,
        can: names.some((name) => isNamedBy(one, name) && isNamedBy(other, name)),
      });
    }
  });
});
