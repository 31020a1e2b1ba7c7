import { setImmediate as turn } from "node:timers/promises";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import type { FaultKind } from "../../../lab/aws/faults.ts";
import type { BadStatus } from "../../../lab/aws/hooks.ts";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import type { PlanRow } from "../../../src/remediation/plans.ts";
import { meanwhile } from "../../aws/account.ts";
import { LIGHTSAIL_GROUP, ON_GP2, openToLightsail } from "../../aws/repairs/disk/network.ts";
import { JUN, shop } from "./in-thread.ts";

// What goes wrong at AWS once a plan is approved, and what its message in the thread says then.

const QUICK = { lightsailStart: 0, lightsailStall: 0, lightsailSnapshot: 1_000, rdsCreating: 2_000 };
const LIGHTSAIL = { lightsailDatabases: [{ name: "shop-db", engineVersion: "15.13" }], network: openToLightsail(), delaysMs: QUICK };
const SNAPSHOT = { allow: "snapshot-database: {}" };
const GP3 = { allow: `create-rds-gp3: { subnetGroup: default, securityGroups: [${LIGHTSAIL_GROUP}] }` };
const AT_RDS = { rdsInstances: [ON_GP2], delaysMs: QUICK };

/** What can be done about the database, and the calls that do it. */
const REPAIRS = {
  "snapshot-database": { world: LIGHTSAIL, given: SNAPSHOT, call: "CreateRelationalDatabaseSnapshot" },
  "create-rds-gp3": { world: LIGHTSAIL, given: GP3, call: "CreateDBInstance" },
  "move-rds-to-gp3": {
    world: AT_RDS,
    given: { allow: "move-rds-to-gp3: {}", metrics: "rds: shop-db" },
    call: "ModifyDBInstance",
  },
  "reboot-database": { world: LIGHTSAIL, given: { allow: "reboot-database: {}" }, call: "RebootRelationalDatabase" },
} as const;
type Repair = keyof typeof REPAIRS;
const all = Object.keys(REPAIRS) as Repair[];

const worldOf = (repair: Repair, more: Partial<AwsWorld> = {}): Partial<AwsWorld> => ({
  ...structuredClone(REPAIRS[repair].world),
  ...more,
});

/** Plans and approves; then AWS is so; then it is carried out. */
async function befallen(
  repair: Repair,
  befall: (made: Awaited<ReturnType<typeof shop>>) => void | Promise<void>,
  world: Partial<AwsWorld> = {},
) {
  const made = await shop(worldOf(repair, world), REPAIRS[repair].given);
  const row = (await made.planned(repair)) as PlanRow;
  await made.approved(row.plan);
  await befall(made);
  await made.carriedOut();
  const text = await made.told();
  const sent = made.calls(REPAIRS[repair].call).length;
  // Whatever came of it: nothing more is sent by itself, and nothing waits for people but what says so.
  await made.carriedOut();
  expect(made.calls(REPAIRS[repair].call)).toHaveLength(sent);
  expect(made.errors).toEqual([]);
  return { ...made, row, text, sent };
}

const fault = (operation: string, kind: FaultKind, times?: number) => (made: Awaited<ReturnType<typeof shop>>) =>
  void made.from.aws.faults.add({ operation, kind, ...(times === undefined ? {} : { times }) });

describe("access denied", () => {
  test.each(all)("%s: the thread names the permission that lacks and who needs it, and nothing was done", async (repair) => {
    const { text, sent } = await befallen(repair, fault(REPAIRS[repair].call, "access-denied"));
    expect(text).toMatch(/^Failed at the step \S+\./m);
    expect(text).toMatch(new RegExp(`the role lacks \\w+:${REPAIRS[repair].call} on arn:\\S+\\. .*Give the repair role this permission`));
    expect(sent).toBe(1);
  });

  test("a role that may not be assumed any more is named, and nothing was sent", async () => {
    const { text, sent } = await befallen("snapshot-database", fault("AssumeRole", "access-denied"));
    expect(text).toContain("the role lacks sts:AssumeRole");
    expect(text).toContain("This step changed nothing. Give the repair role this permission");
    expect(sent).toBe(0);
  });

  test("where IAM already tells by simulation, the approval is void before anything is sent", async () => {
    const { text, sent } = await befallen("create-rds-gp3", ({ from }) => {
      from.aws.world.allowed = ({ operation }) => operation !== "CreateDBInstance";
    });
    expect(text).toMatch(
      /the approval did not hold any more\. Nothing was changed\. Have it planned anew\.\nthe role lacks permission for rds:CreateDBInstance/,
    );
    expect(sent).toBe(0);
  });

  test("what is waited for and may not be looked at any more ends with the permission that lacks, and stands", async () => {
    const { text, sent, from } = await befallen("create-rds-gp3", ({ from: { aws } }) => {
      aws.world.hooks = { onCreated: () => void aws.faults.add({ operation: "DescribeDBInstances", kind: "access-denied" }) };
    });
    expect(text).toMatch(/database-available could not be looked at: the role lacks rds:DescribeDBInstances/);
    expect(text).toContain("What was done before that stands");
    expect(sent).toBe(1);
    expect(from.aws.world.rdsInstances).toHaveLength(1);
  });
});

describe("throttling", () => {
  test.each(all.filter((repair) => repair !== "reboot-database"))(
    "%s: a call that AWS throttles for a while is made once it takes it, once",
    async (repair) => {
      const { text, from } = await befallen(repair, fault(REPAIRS[repair].call, "throttle", 3));
      expect(text).toMatch(/^Done at /m);
      const taken = from.aws.calls.filter(({ operation, error }) => operation === REPAIRS[repair].call && error === undefined);
      expect(taken).toHaveLength(1);
    },
  );

  test.each(all)("%s: one that AWS throttles for ever says so, and when to try again", async (repair) => {
    const { text, sent } = await befallen(repair, fault(REPAIRS[repair].call, "throttle"));
    expect(text).toMatch(/throttles our calls.*plan it again in some minutes/);
    expect(sent).toBe(5);
  });

  test("looks that are throttled while it waits are only looks", async () => {
    const { text, sent } = await befallen("snapshot-database", ({ from: { aws } }) => {
      const onSnapshot = () => void aws.faults.add({ operation: "GetRelationalDatabaseSnapshot", kind: "throttle", times: 12 });
      aws.world.hooks = { onSnapshot };
    });
    expect(text).toContain("The snapshot gumshoe-i1-p1 is available");
    expect(sent).toBe(1);
  });

  test("where it cannot look once more before it begins, the approval is void, and nothing was sent", async () => {
    const { text, sent } = await befallen("snapshot-database", fault("GetRelationalDatabase", "throttle"));
    expect(text).toMatch(
      /Nothing was changed\. Have it planned anew\.\nsnapshot-database could not be looked at: Lightsail throttles our calls/,
    );
    expect(sent).toBe(0);
  });
});

describe("quota", () => {
  test("of instances: the thread says that nothing was made, what stands, and where limits are raised", async () => {
    const { text, sent, from } = await befallen("create-rds-gp3", () => {}, { quotas: { rdsInstances: 0 } });
    expect(text).toMatch(
      /Nothing was made, and shop-db is as it was\. The account's limit is reached: .*Service Quotas\), and plan it again/,
    );
    expect([sent, from.aws.world.rdsInstances.length]).toEqual([1, 0]);
  });

  test.each([
    ["create-rds-gp3", { error: "StorageQuotaExceeded", message: "The request would exceed the maximum storage." }],
    [
      "snapshot-database",
      { error: "InvalidInputException", message: "You have reached the maximum number of snapshots for this account." },
    ],
    ["move-rds-to-gp3", { error: "StorageQuotaExceeded", message: "The request would exceed the maximum storage." }],
  ] as const)("of storage or snapshots, %s: the remedy stands beside AWS's words", async (repair, kind) => {
    const { text, sent } = await befallen(repair, fault(REPAIRS[repair].call, kind));
    expect(text).toContain(kind.message.replace(/\.$/, ""));
    expect(text).toContain("The account's limit is reached");
    expect(sent).toBe(1);
  });
});

describe("a name that is taken", () => {
  const foreign = {
    DBInstanceIdentifier: "gumshoe-i1-p1-gp3",
    DBInstanceClass: "db.t4g.micro",
    Engine: "postgres",
    AllocatedStorage: 20,
    MasterUsername: "other",
    ManageMasterUserPassword: true,
  };

  test("between the approval and its turn: the approval is void, and the thread names the other", async () => {
    const { text, from } = await befallen("create-rds-gp3", async ({ from: { access, clock } }) => {
      await meanwhile(clock, access.open(RDSClient).send(new CreateDBInstanceCommand(foreign)));
    });
    expect(text).toContain("the approval did not hold any more");
    expect(text).toMatch(
      /something else named gumshoe-i1-p1-gp3 already, which is not this plan's; it was left alone\. .*plan it again: another plan has another name/,
    );
    expect(from.aws.calls.filter(({ operation }) => operation === "CreateDBInstance")).toHaveLength(1);
  });

  test("at the very moment: it is seen to be another's and left alone, and planned again it gets another name", async () => {
    const made = await shop(worldOf("create-rds-gp3"), GP3);
    const { plan } = (await made.planned("create-rds-gp3")) as PlanRow;
    await made.approved(plan);
    // Ours takes its time on the way, and somebody else's overtakes it.
    made.from.aws.faults.add({ operation: "CreateDBInstance", kind: "slow", delayMs: 180_000, times: 1 });
    const overtakes = async () => {
      while (made.calls("CreateDBInstance").length === 0) await turn();
      made.from.aws.world.rdsInstances.push({ ...ON_GP2, DBInstanceIdentifier: foreign.DBInstanceIdentifier });
    };
    await Promise.all([made.carriedOut(), overtakes()]);
    expect(await made.told()).toMatch(
      /^Failed at the step create-database\..*\nthere is something else named gumshoe-i1-p1-gp3 already, .*left alone\. .*plan it again: another plan has another name/m,
    );
    expect(made.from.aws.world.rdsInstances).toHaveLength(1);
    expect(await made.repaired("create-rds-gp3")).toContain("gumshoe-i1-p2-gp3 is available");
  });
});

describe("a bad end", () => {
  const remedies: readonly (readonly [BadStatus, string])[] = [
    ["incompatible-network", "look at the subnet group"],
    ["storage-full", "give it more storage by hand"],
    ["insufficient-capacity", "choose another class"],
    ["incompatible-parameters", "choose another one"],
    ["failed", "Look at its events in AWS"],
  ];
  test.each(remedies)(
    "of a database that is made (%s): it is named with what stands, what to do, and that it is left",
    async (status, todo) => {
      const { text, sent, from } = await befallen("create-rds-gp3", () => {}, { endsBadly: () => status });
      expect(text).toMatch(new RegExp(`gumshoe-i1-p1-gp3 ended as ${status}; shop-db stays in use as it was\\. .*${todo}`));
      expect(text).toContain("delete gumshoe-i1-p1-gp3 by hand, then plan it again");
      expect([sent, from.aws.world.rdsInstances.length]).toEqual([1, 1]);
      expect(from.aws.calls.filter(({ operation }) => operation.startsWith("Delete"))).toEqual([]);
    },
  );

  test("of storage that is moved in place: what it ended as, and what to do", async () => {
    const { text } = await befallen("move-rds-to-gp3", () => {}, { endsBadly: () => "storage-full" });
    expect(text).toMatch(/shop-db ended as storage-full\. Its storage is full: give it more storage by hand, in RDS\./);
  });

  test("of a snapshot and of a reboot: what stands, and what to do", async () => {
    const snapshot = await befallen("snapshot-database", () => {}, { endsBadly: () => "failed" });
    expect(snapshot.text).toMatch(
      /The snapshot gumshoe-i1-p1 ended as failed, and cannot be used; shop-db is as it was\. .*by hand, then plan it again/,
    );
    const reboot = await befallen("reboot-database", () => {}, { endsBadly: () => "storage-full" });
    expect(reboot.text).toMatch(/shop-db ended as storage-full\. Its storage is full/);
  });
});

test("a call that is lost twice on its way is asked about, with what people can do; their answer lets it go on", async () => {
  const lost = await befallen("snapshot-database", fault("CreateRelationalDatabaseSnapshot", "reset-before", 2));
  expect(lost.sent).toBe(2);
  expect(lost.text).toMatch(
    /^It stopped with a question: did this step take place\?\nStep: create-snapshot\nit was sent, and what became of it is not known: /m,
  );
  expect(lost.text).toContain("Look at it yourself, then say so here. Until then nothing else changes anything in prod.");
  expect(await lost.parts.plans.answer("p1", "create-snapshot", false, JUN, lost.now())).toBe(true);
  await lost.carriedOut();
  expect(await lost.told()).toContain("The snapshot gumshoe-i1-p1 is available");
  expect(lost.calls("CreateRelationalDatabaseSnapshot")).toHaveLength(3);
});

test("the same is said in Korean, with the remedy", async () => {
  const denied = await befallen("snapshot-database", fault("CreateRelationalDatabaseSnapshot", "access-denied"));
  expect(await denied.told("ko")).toMatch(/이 단계에서 바뀐 것은 없음\. 복구 역할에 이 권한을 주고 다시 계획/);
  const full = await befallen("create-rds-gp3", () => {}, { endsBadly: () => "incompatible-network" });
  expect(await full.told("ko")).toMatch(/서브넷 그룹을 확인\..*직접 삭제하고 다시 계획/);
});
