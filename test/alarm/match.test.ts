import { describe, expect, test } from "vitest";
import { environmentOf, type Match } from "../../src/alarm/match.ts";
import { checkAlarm } from "../../src/alarm/read/check-alarm.ts";
import { arnOf, changed, madeAlarm, type Made } from "./made-alarms.ts";
import { madeEnvironments } from "./made-environments.ts";

const environments = madeEnvironments({
  prod: [
    "hosts: [mi-0123456789abcdef0]",
    "aws: { region: ap-northeast-2 }",
    "metrics: { rds: shop-db, ec2: i-0123456789abcdef0 }",
    'alarms: { account: "123456789012", values: [shop-lb], names: ["prod-*"] }',
  ],
  staging: ["aws: { region: us-east-1 }", "metrics: { lightsailDatabase: shop-db }", "alarms: { names: [stage-*, '*-stage'] }"],
  dark: ["channel:", "aws: { region: us-east-1 }", "metrics: { rds: dark-db }"],
});
const unknown = () => undefined;
const match = (made: Made, more: Parameters<typeof madeAlarm>[1] = {}): Match =>
  environmentOf(madeAlarm({ name: "other", dimensions: {}, ...made }, more), environments, unknown);

describe("an alarm is an environment's", () => {
  const cases: [what: string, made: Made, environment: string][] = [
    ["by the database of its metrics", { dimensions: { DBInstanceIdentifier: "shop-db" } }, "prod"],
    ["by the instance of its metrics", { dimensions: { InstanceId: "i-0123456789abcdef0" } }, "prod"],
    ["by a host", { dimensions: { NodeId: "mi-0123456789abcdef0" } }, "prod"],
    ["by a value that is named for alarms", { dimensions: { LoadBalancer: "shop-lb" } }, "prod"],
    ["by its name", { name: "prod-5xx" }, "prod"],
    ["in its own region", { dimensions: { DatabaseName: "shop-db" }, region: "us-east-1" }, "staging"],
    ["by the end of its name", { name: "web-stage", region: "us-east-1" }, "staging"],
  ];
  for (const [what, made, environment] of cases) test(what, () => expect(match(made)).toEqual({ environment }));
  test("by a value rather than by its name", () => {
    const both = madeEnvironments({ one: ["alarms: { values: [db] }"], two: ["alarms: { names: [web-*] }"] });
    expect(environmentOf(madeAlarm({ name: "web-1", dimensions: { D: "db" } }), both, unknown)).toEqual({ environment: "one" });
  });
  test("by the value that it names rather than by one that both have", () => {
    const both = madeEnvironments({
      one: ["aws: { region: ap-northeast-2 }", "metrics: { rds: db }"],
      two: ["aws: { region: ap-northeast-2 }", "metrics: { rds: db }", "alarms: { values: [db] }"],
    });
    expect(environmentOf(madeAlarm({ dimensions: { D: "db" } }), both, unknown)).toEqual({ environment: "two" });
  });
});

describe("an alarm is nobody's", () => {
  const cases: [what: string, made: Made, because: RegExp][] = [
    ["of an unknown name", {}, /no environment/],
    ["of another account", { name: "prod-5xx", account: "999999999999" }, /no environment/],
    ["of another region", { name: "prod-5xx", region: "eu-west-1" }, /no environment/],
    ["with a name in other letters", { name: "PROD-5xx" }, /no environment/],
    ["where it could be told nowhere", { dimensions: { D: "dark-db" }, region: "us-east-1" }, /dark has no channel/],
  ];
  for (const [what, made, because] of cases)
    test(what, () => expect(match(made)).toEqual({ unmatched: expect.stringMatching(because) as unknown }));
  test("that watches something of each of two", () => {
    const both = madeEnvironments({ one: ["alarms: { values: [a] }"], two: ["alarms: { values: [b] }"] });
    expect(environmentOf(madeAlarm({ dimensions: { A: "a", B: "b" } }), both, unknown)).toEqual({
      unmatched: "it is of several environments: one, two",
    });
  });
});

describe("a composite alarm is its children's", () => {
  const composite = (children: readonly string[], known: Record<string, string> = {}) =>
    environmentOf(madeAlarm({ name: "all" }, { kind: "composite", watched: [], children }), environments, (arn) => known[arn]);
  const [child, other] = [arnOf({ name: "x" }), arnOf({ name: "y" })];
  test("by what is known of them", () => {
    expect(composite([child], { [child]: "staging" })).toEqual({ environment: "staging" });
  });
  test("by their names", () => {
    expect(composite([arnOf({ name: "prod-cpu" })])).toEqual({ environment: "prod" });
  });
  test("by itself when it tells of none, as when it goes quiet", () => {
    expect(composite([], { [arnOf({ name: "all" })]: "prod" })).toEqual({ environment: "prod" });
  });
  test("but not where they are of two", () => {
    expect(composite([child, other], { [child]: "staging", [other]: "prod" })).toHaveProperty("unmatched");
  });
  test("nor where nobody knows them", () => {
    expect(composite([child])).toHaveProperty("unmatched");
  });
});

test("a scheduled look says itself whose it is", () => {
  const check = checkAlarm({
    environment: "staging",
    cron: "*/15 * * * *",
    runbook: "web-errors",
    state: "alarm",
    at: changed,
    reason: "5xx",
  });
  expect(environmentOf(check, environments, unknown)).toEqual({ environment: "staging" });
});
