import { expect, test } from "vitest";
import { createRdsGp3, type CreateRdsGp3, type CreateSettings, type Source } from "../../../src/remediation/actions/create-rds-gp3.ts";
import type { SeenNew } from "../../../src/remediation/actions/new-database.ts";
import type { SeenNetwork } from "../../../src/remediation/actions/lightsail-reach.ts";
import { carryOut, draftOf, planOf, sentencesOf } from "./carry-out.ts";
import { making, present, saying } from "./new-databases.ts";

const NAME = "gumshoe-i12-p1-gp3";
const HAS = { class: "db.t4g.micro", storage: "gp3", public: false, encrypted: true, protected: true, secret: true };
const NETWORK: SeenNetwork = {
  peered: true,
  defaultVpc: "vpc-1",
  peerings: [{ id: "pcx-1", range: "172.26.0.0/16" }],
  subnetGroup: { vpc: "vpc-1", arn: "arn:subgrp" },
  groups: [{ id: "sg-1", vpc: "vpc-1", lets: ["172.26.0.0/16"] }],
};

type Given = {
  source?: Partial<Source>;
  settings?: Partial<CreateSettings>;
  versions?: string[];
  is?: Partial<SeenNew>;
  port?: Partial<CreateRdsGp3>;
};

function account({ source = {}, settings = {}, versions = ["15.13", "15.14", "15.15"], is = {}, port = {} }: Given = {}) {
  const { port: make, ...rest } = making({ has: HAS, secret: "arn:aws:secretsmanager:us-east-1:1:secret:rds!db-1-a1B2c3", ...is });
  const action = createRdsGp3(
    {
      look: async () => ({
        ...present(),
        engine: "postgres",
        version: "15.14",
        ramGib: 1,
        username: "dbmasteruser",
        database: "shop",
        ...source,
      }),
      versions: async () => versions,
      orderable: async () => true,
      network: async () => NETWORK,
      callFor: ({ name, administrator, kind, version, sizeGib }) => ({
        on: "aws",
        service: "rds",
        operation: "CreateDBInstance",
        resources: ["arn:new"],
        input: { name, MasterUsername: administrator, DBInstanceClass: kind, EngineVersion: version, AllocatedStorage: sizeGib },
      }),
      ...make,
      ...port,
    },
    { subnetGroup: "shop", securityGroups: ["sg-1"], ...settings },
  );
  return { action, ...rest };
}

/** What would be sent, or the words of the refusal. */
async function called(given: Given, input = {}) {
  const draft = await draftOf(account(given).action, input);
  if (typeof draft === "string") return draft;
  const [call] = draft.calls;
  return call?.on === "aws" ? call.input : {};
}

test("a draft says what is made, that nothing is switched or copied or lost, whose password it is, what it costs and how long it takes", async () => {
  const draft = await draftOf(account().action);
  if (typeof draft === "string") throw new Error(draft);
  expect(sentencesOf(draft)).toEqual([
    `Makes an empty database at RDS, ${NAME}: db.t4g.micro, PostgreSQL 15.14, 40 GiB of gp3, encrypted, not public, protected from deletion, 7 days of backups`,
    expect.stringContaining("3,000 IOPS and 125 MiB/s at all times"),
    expect.stringContaining("Nothing is switched by this step"),
    expect.stringContaining("No data is copied by this step"),
    "Nothing can be lost by this step: shop-db stays in use",
    expect.stringContaining("never through Gumshoe or Slack"),
    "5 to 17 minutes, as others have seen",
    "$16.28 a month: $11.68 for db.t4g.micro, $4.60 for 40 GiB of gp3 (us-east-1, list prices of 2026)",
    expect.stringContaining("shop-db goes on costing"),
    expect.stringContaining(`nothing uses ${NAME} yet. Gumshoe deletes nothing`),
    expect.stringContaining("turn that off before you delete it"),
    expect.stringContaining("route tables of shop's subnets"),
  ]);
  expect(draft.touches).toMatchObject([
    { kind: "database", name: "shop-db", state: { id: "arn:db", status: "available", sizeGib: 40, version: "15.14", endpoint: "db:5432" } },
    { kind: "network", name: "shop", state: { range: "172.26.0.0/16" } },
  ]);
});

test("its administrator has the name of the present one, unless that is the application's: AWS would keep its password", async () => {
  const master = async (application: CreateSettings["application"]) => {
    const draft = await draftOf(account({ settings: application ? { application } : {} }).action);
    if (typeof draft === "string") throw new Error(draft);
    const [call] = draft.calls;
    return {
      name: call?.on === "aws" ? call.input["MasterUsername"] : "",
      says: sentencesOf(draft).join("\n").includes("becomes an ordinary role there"),
    };
  };
  expect(await master(undefined)).toEqual({ name: "dbmasteruser", says: false });
  expect(await master({ user: "shop", administers: false })).toEqual({ name: "dbmasteruser", says: false });
  expect(await master({ user: "dbmasteruser", administers: false })).toEqual({ name: "gumshoe_admin", says: true });
  expect(await master({ administers: true })).toEqual({ name: "gumshoe_admin", says: true });
});

test("the class has the memory of now, unless somebody chooses one of the list; less memory is said", async () => {
  expect(await called({})).toMatchObject({ DBInstanceClass: "db.t4g.micro" });
  expect(await called({ source: { ramGib: 4 } })).toMatchObject({ DBInstanceClass: "db.t4g.medium" });
  expect(await called({ source: { ramGib: 16 } })).toMatchObject({ DBInstanceClass: "db.r7g.large" });
  expect(await called({ settings: { class: "db.t4g.large" } })).toMatchObject({ DBInstanceClass: "db.t4g.large" });
  expect(await called({ settings: { class: "db.t4g.large" } }, { class: "db.t4g.small" })).toMatchObject({
    DBInstanceClass: "db.t4g.small",
  });
  expect(await called({}, { class: "db.x99.huge" })).toMatch(/^unknown-choice: db.x99.huge is no choice for class: db.t4g.micro, /);
  expect(await called({ source: { ramGib: 64 } })).toMatch(/^unknown-choice: 64 GiB is no choice for class/);
  const draft = await draftOf(account({ source: { ramGib: 2 } }).action, { class: "db.t4g.micro" });
  expect(typeof draft === "string" ? [] : sentencesOf(draft)).toContain("db.t4g.micro has 1 GiB of memory, less than the 2 GiB of now");
});

test("the version is the nearest of the same major that is not older and can be had; an older one is said", async () => {
  const version = async (given: Given) => {
    const input = await called(given);
    return typeof input === "string" ? input : input["EngineVersion"];
  };
  expect(await version({ versions: ["15.9", "15.16", "16.1", "15.15"] })).toBe("15.15");
  expect(await version({ port: { orderable: async (_, each) => each === "15.15" } })).toBe("15.15");
  expect(await version({ port: { orderable: async () => false } })).toBe(
    "not-orderable: RDS does not offer db.t4g.micro on gp3 here with PostgreSQL 15.14, 15.15: choose another class",
  );
  expect(await version({ versions: ["16.1"] })).toBe("no-version: RDS offers no version of PostgreSQL with the same major as 15.14");
  const draft = await draftOf(account({ versions: ["15.9", "15.13"] }).action);
  expect(typeof draft === "string" ? [] : sentencesOf(draft)).toContain(
    "RDS has no minor version from 15.14 on: 15.13 is older, within the same major version",
  );
});

test("the disk is not smaller than now, and 20 GiB at least", async () => {
  expect(await called({ source: { sizeGib: 240 } })).toMatchObject({ AllocatedStorage: 240 });
  expect(await called({ source: { sizeGib: 8 } })).toMatchObject({ AllocatedStorage: 20 });
});

test("a standby is kept and paid, and what RDS alone can say is unchecked", async () => {
  const draft = await draftOf(account({ source: { standby: true }, settings: { parameterGroup: "shop15" } }).action);
  const told = typeof draft === "string" ? [draft] : sentencesOf(draft);
  expect(told).toEqual(
    expect.arrayContaining([
      "It has a standby in another zone, as the present one has",
      "$32.56 a month: $23.36 for db.t4g.micro, $9.20 for 40 GiB of gp3 (us-east-1, list prices of 2026; twice for the standby)",
      "15 to 20 minutes with a standby, as others have seen",
      "Whether the parameter group shop15 fits the version is known only when RDS makes the database",
    ]),
  );
});

test("another engine, a busy database, a name that is taken and a way that is shut are refused", async () => {
  expect(await called({ source: { engine: "mysql" } })).toBe("not-postgres: shop-db is mysql, and only PostgreSQL is moved");
  expect(await called({ source: { status: "rebooting" } })).toMatch(/^not-available: /);
  expect(await called({ port: { network: async () => ({ ...NETWORK, peered: false }) } })).toMatch(/^not-peered: /);
  const { action, add } = account();
  add(NAME, { tags: {} });
  expect(await draftOf(action)).toMatch(/^name-taken: /);
});

test("it is made once, and told with its address and where its password is", async () => {
  const { action, sent } = account();
  expect(await carryOut(action, await planOf(action))).toEqual({
    says: [
      `${NAME} is available at ${NAME}:5432 (db.t4g.micro, gp3)`,
      "Its master password is in Secrets Manager under the name rds!db-1",
      expect.stringContaining("Nothing is switched"),
      expect.stringContaining("No data is copied"),
    ],
  });
  expect(sent).toEqual([`CreateDBInstance ${NAME}`]);
});

test("where the hosts can be asked, a database that they do not reach is no success", async () => {
  const asked: [string, number][] = [];
  const reachable = (is: boolean) => async (host: string, port: number) => {
    asked.push([host, port]);
    return is;
  };
  const open = account({ port: { reachable: reachable(true) } });
  expect(await carryOut(open.action, await planOf(open.action))).toEqual(saying(`The hosts reach ${NAME}:5432`));
  expect(asked).toEqual([[NAME, 5432]]);
  const shut = account({ port: { reachable: reachable(false) } });
  expect(await carryOut(shut.action, await planOf(shut.action))).toEqual({
    how: "failed",
    step: "reached-from-hosts",
    because: `the new database stands, and the hosts do not reach ${NAME}:5432: look at route tables and network ACLs. shop-db stays in use`,
  });
});

test("a database that came out public is not to be used", async () => {
  const { action } = account({ is: { has: { ...HAS, public: true } } });
  expect(await carryOut(action, await planOf(action))).toMatchObject({
    how: "failed",
    because: expect.stringContaining("its public is true, not false: do not use it") as string,
  });
});
