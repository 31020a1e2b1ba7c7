import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { rdsForLightsail } from "../../../../src/aws/repairs/disk/create-rds-gp3.ts";
import { permissionsOf } from "../../../../src/aws/repairs/permissions.ts";
import { createRdsGp3, type CreateSettings } from "../../../../src/remediation/actions/create-rds-gp3.ts";
import { saying } from "../../../remediation/actions/new-databases.ts";
import { account, callsOf, meanwhile } from "../../account.ts";
import { actsIn, carriedOut, draftIn, REPAIR, type Moving } from "../approve.ts";
import { DEFAULT_GROUP, LIGHTSAIL_GROUP, openToLightsail } from "./network.ts";

const NAME = "gumshoe-i12-p1-gp3";

/** An account with one Lightsail database, whose hosts would reach RDS. */
async function shop(world: Partial<AwsWorld> = {}, settings: Partial<CreateSettings> = {}) {
  const clock = virtualClock(new Date());
  const lightsailDatabases = [{ name: "shop-db", engineVersion: "15.13" }];
  const opened = await account({ lightsailDatabases, network: openToLightsail(), ...world }, { clock });
  const from: Moving = { ...opened, clock };
  const database = { name: "shop-db", looks: from.access, acts: actsIn(from.access) };
  const action = createRdsGp3(rdsForLightsail(database), { subnetGroup: "default", securityGroups: [LIGHTSAIL_GROUP], ...settings });
  return { from, action };
}

test("an instance is made on gp3, closed, encrypted and protected, with a password that RDS keeps and without Iops", async () => {
  const { from, action } = await shop();
  const { came } = await carriedOut(from, action);
  expect(came).toEqual(saying(`${NAME} is available at ${NAME}.`));
  expect(came).toEqual(saying("in Secrets Manager under the name rds!db-"));
  const [create] = callsOf(from, "CreateDBInstance");
  expect(create?.input).toEqual({
    DBInstanceIdentifier: NAME,
    DBInstanceClass: "db.t4g.micro",
    Engine: "postgres",
    EngineVersion: "15.13",
    AllocatedStorage: 40,
    StorageType: "gp3",
    StorageEncrypted: true,
    MultiAZ: false,
    MasterUsername: "dbmasteruser",
    ManageMasterUserPassword: true,
    DBName: "dbmaster",
    DBSubnetGroupName: "default",
    VpcSecurityGroupIds: [LIGHTSAIL_GROUP],
    PubliclyAccessible: false,
    DeletionProtection: true,
    CopyTagsToSnapshot: true,
    BackupRetentionPeriod: 7,
    Tags: [
      { Key: "managed-by", Value: "gumshoe" },
      { Key: "gumshoe-plan", Value: "p1" },
    ],
  });
  expect(create?.principal).toContain("assumed-role/gumshoe-repair/");
  expect([...callsOf(from, "GetSecretValue"), ...callsOf(from, "GetRelationalDatabaseMasterUserPassword")]).toEqual([]);
});

test("for an application that administers its present database, AWS takes the other administrator's name", async () => {
  const { from, action } = await shop({}, { application: { administers: true } });
  expect((await carriedOut(from, action)).came).toEqual(saying(`${NAME} is available`));
  expect(callsOf(from, "CreateDBInstance")[0]?.input).toMatchObject({ MasterUsername: "gumshoe_admin" });
});

test.each([
  ["reset-after", 1],
  ["reset-before", 2],
] as const)("a create whose answer is lost (%s) is looked for before it is made again: one instance comes of it", async (kind, sent) => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateDBInstance", kind, times: 1 });
  expect((await carriedOut(from, action)).came).toEqual(saying(`${NAME} is available`));
  expect(callsOf(from, "CreateDBInstance")).toHaveLength(sent);
  expect(from.aws.world.rdsInstances).toHaveLength(1);
});

test("a minor version that RDS does not have is replaced by the next, and a name that another instance has is refused", async () => {
  const { from, action } = await shop({ postgresVersions: ["15.9", "15.15", "15.17", "16.1"] });
  const draft = await draftIn(from, action);
  expect(typeof draft === "string" ? draft : draft.calls[0]).toMatchObject({ input: { EngineVersion: "15.15" } });
  const foreign = new CreateDBInstanceCommand({
    DBInstanceIdentifier: NAME,
    DBInstanceClass: "db.t4g.micro",
    Engine: "postgres",
    AllocatedStorage: 20,
    MasterUsername: "other",
    ManageMasterUserPassword: true,
  });
  await meanwhile(from.clock, from.access.open(RDSClient).send(foreign));
  expect(await draftIn(from, action)).toMatch(/^name-taken: /);
});

test.each<[string, Partial<AwsWorld>, Partial<CreateSettings>, RegExp]>([
  ["no peering", { network: {} }, { securityGroups: [DEFAULT_GROUP] }, /^not-peered: .*turn VPC peering on/],
  ["no rule for Lightsail", {}, { securityGroups: [DEFAULT_GROUP] }, /^security-groups-shut: .*TCP 5432 from 172\.26\.0\.0\/16/],
  ["no such group", {}, { securityGroups: ["sg-00000000"] }, /^no-security-group: there is no security group sg-00000000/],
  ["no such subnet group", {}, { subnetGroup: "gone" }, /^no-subnet-group: there is no subnet group gone at RDS/],
  [
    "another VPC",
    { network: openToLightsail({ elsewhere: true }) },
    { subnetGroup: "other" },
    /^subnet-group-elsewhere: .* vpc-other, .*vpc-0d/,
  ],
  ["another port", { network: openToLightsail({ port: 5433 }) }, {}, /^security-groups-shut: /],
])("a way that is not open refuses by name: %s", async (_, world, settings, refusal) => {
  const { from, action } = await shop(world, settings);
  expect(await draftIn(from, action)).toMatch(refusal);
  expect(callsOf(from, "CreateDBInstance")).toEqual([]);
});

test("a way that cannot be looked at is not taken for open", async () => {
  for (const operation of ["DescribeVpcPeeringConnections", "DescribeSecurityGroups", "IsVpcPeered", "DescribeDBSubnetGroups"]) {
    const { from, action } = await shop();
    from.aws.faults.add({ operation, kind: "access-denied" });
    await expect(draftIn(from, action)).rejects.toThrow(new RegExp(`lacks \\w+:${operation}`));
  }
});

test.each<[string, Partial<AwsWorld>, RegExp]>([
  ["quota", { quotas: { rdsInstances: 0 } }, /maximum number of instances\. Nothing was made, and shop-db is as it was\. .*Service Quotas/],
  [
    "capacity",
    { endsBadly: () => "insufficient-capacity" },
    /^gumshoe-i12-p1-gp3 ended as insufficient-capacity; shop-db stays in use as it was\. .*another class/,
  ],
  ["network", { endsBadly: () => "incompatible-network" }, /ended as incompatible-network; shop-db stays .*look at the subnet group/],
  ["storage", { endsBadly: () => "storage-full" }, /ended as storage-full; .*delete gumshoe-i12-p1-gp3 by hand/],
  ["failure", { endsBadly: () => "failed" }, /ended as failed; .*Look at its events/],
])("a bad end says what stands and what to do: %s", async (_, world, because) => {
  const { from, action } = await shop(world);
  expect((await carriedOut(from, action)).came).toMatchObject({ how: "failed", because: expect.stringMatching(because) as string });
});

test.each([
  ["InsufficientDBInstanceCapacityFault", "No capacity", /No capacity\. Nothing was made.*plan it again with another class, or later/],
  ["InvalidVPCNetworkStateFault", "No free addresses", /No free addresses\. Nothing was made.*subnets in two zones/],
  ["InvalidParameterValueException", "Verify that you have permission to create service linked role", /create-service-linked-role/],
  ["DBParameterGroupNotFoundFault", "DBParameterGroup not found: shop15", /shop15\. Nothing was made, .*Look at what AWS says/],
])("what RDS refuses made nothing, and is said with what to do: %s", async (error, message, because) => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateDBInstance", kind: { error, message } });
  expect((await carriedOut(from, action)).came).toMatchObject({
    how: "failed",
    step: "create-database",
    because: expect.stringMatching(because) as string,
  });
  expect(callsOf(from, "CreateDBInstance")).toHaveLength(1);
});

test("the permission check covers the instance, its groups, its tags and its password", async () => {
  const { from, action } = await shop();
  const { plan } = await carriedOut(from, action);
  from.aws.world.allowed = ({ operation, resource = "", context }) =>
    !(operation === "CreateDBInstance" && (resource.includes(":subgrp:") || context["rds:PubliclyAccessible"]?.[0] !== "false")) &&
    operation !== "TagResource";
  const asked = permissionsOf(from.access, REPAIR)({ ...plan.draft, action: "create-rds-gp3" }, new AbortController().signal);
  expect(await meanwhile(from.clock, asked)).toEqual({
    missing: [
      "rds:CreateDBInstance on arn:aws:rds:us-east-1:111122223333:subgrp:default",
      expect.stringMatching(/^secretsmanager:TagResource on arn:.*:secret:rds!db-/),
    ],
  });
});
