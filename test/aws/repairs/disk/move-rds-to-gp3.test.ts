import { CreateDBSnapshotCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { rdsToGp3 } from "../../../../src/aws/repairs/disk/move-rds-to-gp3.ts";
import { permissionsOf } from "../../../../src/aws/repairs/permissions.ts";
import { moveRdsToGp3 } from "../../../../src/remediation/actions/move-rds-to-gp3.ts";
import { saying } from "../../../remediation/actions/new-databases.ts";
import { account, callsOf, meanwhile } from "../../account.ts";
import { DEFAULT_GROUP, ON_GP2 } from "./network.ts";
import { actsIn, carriedOut, draftIn, REPAIR, type Moving } from "../approve.ts";

const NAME = "gumshoe-i12-p1-gp3";
const RESTORE = { input: { how: "restore" } };
/** An account with one RDS instance on gp2, and where it is wanted a snapshot that was taken for the incident. */
async function shop(world: Partial<AwsWorld> = {}, { snapshot = false } = {}) {
  const clock = virtualClock(new Date());
  const opened = await account({ rdsInstances: [{ ...ON_GP2 }], ...world }, { clock });
  const from: Moving = { ...opened, clock };
  if (snapshot) {
    const Tags = [{ Key: "managed-by", Value: "gumshoe" }];
    const take = new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: "gumshoe-i12-p0", Tags });
    await meanwhile(clock, from.access.open(RDSClient).send(take));
    await clock.advance(10 * 60_000);
  }
  return { from, action: moveRdsToGp3(rdsToGp3({ name: "shop-db", looks: from.access, acts: actsIn(from.access) })) };
}

test("an instance is moved in place by one call without Iops or throughput, and is done while AWS still optimizes", async () => {
  const { from, action } = await shop();
  expect((await carriedOut(from, action)).came).toEqual({
    says: ["shop-db is on gp3 and can be used", expect.stringContaining("still optimizes the storage")],
  });
  expect(callsOf(from, "ModifyDBInstance").map(({ input }) => input)).toEqual([
    { DBInstanceIdentifier: "shop-db", StorageType: "gp3", ApplyImmediately: true },
  ]);
  expect(await draftIn(from, action)).toMatch(/^already-gp3: /);
});

test.each([
  ["reset-after", 1],
  ["reset-before", 2],
] as const)("a change whose answer is lost (%s) is looked for before it is made again", async (kind, sent) => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "ModifyDBInstance", kind, times: 1 });
  expect((await carriedOut(from, action)).came).toEqual(saying("shop-db is on gp3"));
  expect(callsOf(from, "ModifyDBInstance")).toHaveLength(sent);
});

test("storage that is being optimized, a change that waits, and a storage that is full in the end are said by name", async () => {
  const optimizing = await shop({ rdsInstances: [{ ...ON_GP2, DBInstanceStatus: "storage-optimization" }] });
  expect(await draftIn(optimizing.from, optimizing.action)).toMatch(/^optimizing: shop-db is in storage-optimization/);
  const full = await shop({ endsBadly: ({ deed }) => (deed === "modify" ? "storage-full" : undefined) });
  expect((await carriedOut(full.from, full.action)).came).toMatchObject({
    step: "usable-on-gp3",
    because: expect.stringMatching(/^shop-db ended as storage-full\. Its storage is full/) as string,
  });
  const refused = await shop();
  const message = "You can't currently modify the storage of this DB instance";
  refused.from.aws.faults.add({ operation: "ModifyDBInstance", kind: { error: "InvalidParameterCombinationException", message } });
  expect((await carriedOut(refused.from, refused.action)).came).toMatchObject({
    how: "failed",
    because: expect.stringMatching(/can't currently modify the storage.*\. shop-db is as it was/) as string,
  });
});

test("beside it an instance of the same class and network is made from the snapshot, closed and protected, and RDS keeps its password by a call of its own", async () => {
  const { from, action } = await shop({}, { snapshot: true });
  const { came, plan } = await carriedOut(from, action, RESTORE);
  expect(came).toMatchObject({
    says: [
      expect.stringMatching(new RegExp(`^${NAME} is available at ${NAME}\\..*:5432 \\(db.t4g.micro, gp3\\)$`)) as string,
      expect.stringMatching(/Secrets Manager under the name rds!db-/) as string,
      expect.stringContaining("Nothing is switched") as string,
    ],
  });
  expect(callsOf(from, "RestoreDBInstanceFromDBSnapshot").map(({ input }) => input)).toEqual([
    {
      DBInstanceIdentifier: NAME,
      DBSnapshotIdentifier: "gumshoe-i12-p0",
      DBInstanceClass: "db.t4g.micro",
      StorageType: "gp3",
      MultiAZ: false,
      DBSubnetGroupName: "default",
      VpcSecurityGroupIds: [DEFAULT_GROUP],
      DBParameterGroupName: "default.postgres15",
      PubliclyAccessible: false,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      Tags: [
        { Key: "managed-by", Value: "gumshoe" },
        { Key: "gumshoe-plan", Value: "p1" },
      ],
    },
  ]);
  expect(callsOf(from, "ModifyDBInstance").map(({ input }) => input)).toEqual([
    { DBInstanceIdentifier: NAME, ManageMasterUserPassword: true, ApplyImmediately: true },
  ]);
  expect(plan.draft.calls.map((call) => call.on === "aws" && call.resources.length)).toEqual([5, 1]);
  expect(callsOf(from, "GetSecretValue")).toEqual([]);
});

test("beside it, lost answers of either call make nothing twice", async () => {
  const { from, action } = await shop({}, { snapshot: true });
  for (const operation of ["RestoreDBInstanceFromDBSnapshot", "ModifyDBInstance"])
    from.aws.faults.add({ operation, kind: "reset-after", times: 1 });
  expect((await carriedOut(from, action, RESTORE)).came).toEqual(saying("Secrets Manager"));
  expect(callsOf(from, "RestoreDBInstanceFromDBSnapshot")).toHaveLength(1);
  expect(callsOf(from, "ModifyDBInstance")).toHaveLength(1);
});

test.each<[Partial<AwsWorld>, RegExp]>([
  [{ quotas: { rdsInstances: 1 } }, /maximum number of instances\. Nothing was made, and shop-db is as it was\. The account's limit/],
  [{ quotas: { rdsStorageGiB: 60 } }, /maximum allowed storage\. Nothing was made.*Service Quotas/],
  [
    { endsBadly: ({ deed }) => (deed === "restore" ? "insufficient-capacity" : undefined) },
    /^gumshoe-i12-p1-gp3 ended as insufficient-capacity; shop-db stays in use as it was\. AWS has no room for its class/,
  ],
  [
    { endsBadly: ({ deed }) => (deed === "restore" ? "incompatible-network" : undefined) },
    /ended as incompatible-network.*look at the subnet group.*delete gumshoe-i12-p1-gp3 by hand/,
  ],
])("beside it, what AWS has no room for is said with what stands and what to do (%j)", async (world, because) => {
  const { from, action } = await shop(world, { snapshot: true });
  expect((await carriedOut(from, action, RESTORE)).came).toMatchObject({
    how: "failed",
    because: expect.stringMatching(because) as string,
  });
});

test("the permission check covers the restore with its tags, and the password with its secret and key", async () => {
  const { from, action } = await shop({}, { snapshot: true });
  const { plan } = await carriedOut(from, action, RESTORE);
  const denied = ["AddTagsToResource", "CreateSecret", "DescribeKey"];
  from.aws.world.allowed = ({ operation, context }) => !denied.includes(operation) && context["rds:PubliclyAccessible"]?.[0] !== "true";
  const asked = permissionsOf(from.access, REPAIR)({ ...plan.draft, action: "move-rds-to-gp3" }, new AbortController().signal);
  expect(await meanwhile(from.clock, asked)).toEqual({
    missing: [
      expect.stringMatching(/^rds:AddTagsToResource on arn:.*:db:gumshoe-i12-p1-gp3$/),
      "kms:DescribeKey on *",
      expect.stringMatching(/^secretsmanager:CreateSecret on arn:.*:secret:rds!db-/),
    ],
  });
});
