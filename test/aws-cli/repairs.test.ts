import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalAws, type LocalAws } from "../../lab/aws/local-aws.ts";
import { worldOf } from "../lab/aws/started.ts";
import { cli, findClis } from "./aws-cli.ts";

// What guarded repairs call, asked by a client in another language with models of its own.
const clis = findClis();
const MISSING = "SKIPPED: no AWS CLI on the PATH answers `aws --version`; install one to run these tests (Debian: apt-get install awscli)";
if (clis.length === 0) console.warn(MISSING);

const ROLE = "arn:aws:iam::111122223333:role/remediate";
const VPC = "vpc-0d0000000000000a1";
const TAGS = ["--tags", "key=incident,value=7"];

const world = () =>
  worldOf({
    rdsInstances: [{ DBInstanceIdentifier: "shop", TagList: [{ Key: "why", Value: "a<b&c" }] }],
    lightsailDatabases: [{ name: "shop-db", relationalDatabaseBundleId: "small_2_0" }],
    secrets: [{ name: "shop/db", value: '{"password":"a<b"}' }],
    roles: [ROLE],
    allowed: ({ operation }) => operation !== "DeleteDBInstance",
    delaysMs: {
      rdsCreating: 0,
      rdsBackingUp: 0,
      rdsRestoring: 0,
      rdsSnapshot: 0,
      rdsModifying: 0,
      rdsOptimizing: 0,
      rdsRebooting: 0,
      ...LIGHTSAIL,
    },
  });

const LIGHTSAIL = {
  lightsailStart: 0,
  lightsailSnapshot: 0,
  lightsailStall: 0,
  lightsailCreating: 0,
  lightsailRebooting: 0,
  lightsailUpdating: 0,
};

/** What the CLI printed, as far as a test looks into it. */
type Printed = {
  DBInstances: { DBInstanceStatus: string; MasterUserSecret?: { SecretArn: string } }[];
  DBInstance: object;
  operations: { id: string }[];
};

describe.skipIf(clis.length === 0).each(clis.length > 0 ? clis : [{ path: "", version: MISSING }])("$version", ({ path }) => {
  let aws: LocalAws;
  const ask = async (...args: string[]) => (await cli(path, aws, ...args)) as Printed;
  const refused = (code: string, ...args: string[]) => expect(ask(...args)).rejects.toThrow(`(${code})`);
  const rds = (operation: string, name: string, ...more: string[]) => ask("rds", operation, "--db-instance-identifier", name, ...more);

  beforeAll(async () => {
    aws = await startLocalAws({ world: world() });
  });
  afterAll(() => aws.stop());

  test("rds: an instance is created, with a password that Secrets Manager has", async () => {
    const asked = (
      "--db-instance-class db.t4g.small --engine postgres --engine-version 15.14 --master-username shopadmin --allocated-storage 40 " +
      "--storage-type gp3 --manage-master-user-password --no-publicly-accessible --tags Key=why,Value=a<b&c"
    ).split(" ");
    expect(await rds("create-db-instance", "incident-7", ...asked)).toMatchObject({
      DBInstance: { DBInstanceIdentifier: "incident-7", StorageType: "gp3", PubliclyAccessible: false, TagList: [{ Value: "a<b&c" }] },
    });
    await ask("rds", "wait", "db-instance-available", "--db-instance-identifier", "incident-7");
    const { DBInstances } = await rds("describe-db-instances", "incident-7");
    const secret = DBInstances[0]?.MasterUserSecret?.SecretArn ?? "";
    expect(await ask("secretsmanager", "get-secret-value", "--secret-id", secret)).toMatchObject({
      SecretString: expect.stringMatching(/^\{"username":"shopadmin","password":"[0-9a-f]+"\}$/),
      VersionStages: ["AWSCURRENT"],
    });
    expect(await ask("secretsmanager", "describe-secret", "--secret-id", secret)).toMatchObject({ OwningService: "rds" });
    await refused("DBInstanceAlreadyExists", "rds", "create-db-instance", "--db-instance-identifier", "incident-7", ...asked);
    const iops = ["rds", "create-db-instance", "--db-instance-identifier", "more", ...asked, "--iops", "3000"];
    await refused("InvalidParameterCombination", ...iops);
  });

  test("rds: a snapshot is restored, changed and rebooted", async () => {
    await rds("create-db-snapshot", "shop", "--db-snapshot-identifier", "incident-7");
    const from = ["--db-snapshot-identifier", "incident-7", "--storage-type", "gp3", "--no-publicly-accessible"];
    expect(await rds("restore-db-instance-from-db-snapshot", "restored", ...from)).toMatchObject({
      DBInstance: { DBInstanceIdentifier: "restored", StorageType: "gp3" },
    });
    expect(await rds("modify-db-instance", "shop", "--allocated-storage", "60", "--apply-immediately")).toMatchObject({
      DBInstance: { AllocatedStorage: 60 },
    });
    expect(await rds("reboot-db-instance", "shop")).toMatchObject({ DBInstance: { DBInstanceStatus: "available" } });
    await refused("DBInstanceNotFound", "rds", "reboot-db-instance", "--db-instance-identifier", "nothing");
    const missing = ["--db-instance-identifier", "x", "--db-snapshot-identifier", "nothing"];
    await refused("DBSnapshotNotFound", "rds", "restore-db-instance-from-db-snapshot", ...missing);
  });

  test("rds: versions, classes, subnet groups and tags", async () => {
    const versions = await ask("rds", "describe-db-engine-versions", "--engine", "postgres", "--engine-version", "15");
    expect(versions).toMatchObject({
      DBEngineVersions: [{ EngineVersion: "15.13" }, { EngineVersion: "15.14", DBParameterGroupFamily: "postgres15" }],
    });
    const wanted = ["--engine", "postgres", "--engine-version", "15.14", "--db-instance-class", "db.t4g.small"];
    expect(await ask("rds", "describe-orderable-db-instance-options", ...wanted)).toMatchObject({
      OrderableDBInstanceOptions: [{ StorageType: "gp2" }, { StorageType: "gp3", MinStorageSize: 20 }, {}, {}],
    });
    expect(await ask("rds", "describe-db-subnet-groups")).toMatchObject({ DBSubnetGroups: [{ DBSubnetGroupName: "default", VpcId: VPC }] });
    const arn = ["--resource-name", "arn:aws:rds:us-east-1:111122223333:db:shop"];
    await ask("rds", "add-tags-to-resource", ...arn, "--tags", "Key=incident,Value=7");
    expect(await ask("rds", "list-tags-for-resource", ...arn)).toEqual({
      TagList: [
        { Key: "why", Value: "a<b&c" },
        { Key: "incident", Value: "7" },
      ],
    });
  });

  test("lightsail: a snapshot becomes a database with a standby, and its operation is told", async () => {
    const ofDatabase = ["--relational-database-name", "shop-db"];
    const snapshot = ["--relational-database-snapshot-name", "incident-7"];
    const { operations } = await ask("lightsail", "create-relational-database-snapshot", ...ofDatabase, ...snapshot, ...TAGS);
    expect(await ask("lightsail", "get-operation", "--operation-id", operations[0]!.id)).toMatchObject({
      operation: { status: "Succeeded", isTerminal: true, operationType: "CreateRelationalDatabaseSnapshot" },
    });
    expect(await ask("lightsail", "get-relational-database-snapshot", ...snapshot)).toMatchObject({
      relationalDatabaseSnapshot: { state: "available", fromRelationalDatabaseName: "shop-db", tags: [{ key: "incident", value: "7" }] },
    });
    const made = ["--relational-database-name", "incident-7-db"];
    const plan = ["--relational-database-bundle-id", "small_ha_2_0"];
    await ask("lightsail", "create-relational-database-from-snapshot", ...made, ...snapshot, ...plan);
    expect(await ask("lightsail", "get-relational-database", ...made)).toMatchObject({
      relationalDatabase: { state: "available", secondaryAvailabilityZone: "us-east-1b", masterEndpoint: { port: 5432 } },
    });
    await ask("lightsail", "update-relational-database", ...made, "--master-user-password", "my-own-one");
    expect(await ask("lightsail", "get-relational-database-master-user-password", ...made)).toMatchObject({
      masterUserPassword: "my-own-one",
    });
    await ask("lightsail", "reboot-relational-database", ...made);
    expect(await ask("lightsail", "is-vpc-peered")).toEqual({ isPeered: false });
    await refused("InvalidInputException", "lightsail", "create-relational-database-snapshot", ...ofDatabase, ...snapshot);
  });

  test("iam: what a role may do", async () => {
    const source = ["--policy-source-arn", ROLE, "--action-names", "rds:CreateDBInstance", "rds:DeleteDBInstance"];
    const context = "ContextKeyName=rds:PubliclyAccessible,ContextKeyValues=false,ContextKeyType=boolean";
    expect(await ask("iam", "simulate-principal-policy", ...source, "--context-entries", context)).toMatchObject({
      EvaluationResults: [
        { EvalActionName: "rds:CreateDBInstance", EvalResourceName: "*", EvalDecision: "allowed" },
        { EvalActionName: "rds:DeleteDBInstance", EvalDecision: "implicitDeny" },
      ],
    });
    await refused("NoSuchEntity", "iam", "simulate-principal-policy", "--policy-source-arn", `${ROLE}-2`, "--action-names", "s3:GetObject");
  });

  test("ec2: the network", async () => {
    const ofVpc = ["--filters", `Name=vpc-id,Values=${VPC}`];
    expect(await ask("ec2", "describe-security-groups", ...ofVpc)).toMatchObject({
      SecurityGroups: [{ GroupName: "default", IpPermissions: [{ IpProtocol: "-1" }] }],
    });
    expect(await ask("ec2", "describe-subnets", ...ofVpc)).toMatchObject({ Subnets: [{ CidrBlock: "172.31.0.0/20" }, {}, {}] });
    expect(await ask("ec2", "describe-vpcs")).toMatchObject({ Vpcs: [{ VpcId: VPC, IsDefault: true }] });
    expect(await ask("ec2", "describe-vpc-peering-connections")).toEqual({ VpcPeeringConnections: [] });
    await refused("InvalidGroup.NotFound", "ec2", "describe-security-groups", "--group-ids", "sg-0nothing");
  });

  test("secretsmanager: a secret of the world, and one that is not there", async () => {
    expect(await ask("secretsmanager", "get-secret-value", "--secret-id", "shop/db")).toMatchObject({ SecretString: '{"password":"a<b"}' });
    await refused("ResourceNotFoundException", "secretsmanager", "describe-secret", "--secret-id", "nothing");
  });

  test("cloudwatch: dashboards", async () => {
    const body = JSON.stringify({ widgets: [{ type: "text", properties: { markdown: "# a <b> & c" } }] });
    await ask("cloudwatch", "put-dashboard", "--dashboard-name", "incident-7", "--dashboard-body", body);
    expect(await ask("cloudwatch", "get-dashboard", "--dashboard-name", "incident-7")).toMatchObject({ DashboardBody: body });
    expect(await ask("cloudwatch", "list-dashboards")).toMatchObject({ DashboardEntries: [{ DashboardName: "incident-7" }] });
    await refused("InvalidParameterInput", "cloudwatch", "put-dashboard", "--dashboard-name", "incident-7", "--dashboard-body", "{}");
    await ask("cloudwatch", "delete-dashboards", "--dashboard-names", "incident-7");
    await refused("ResourceNotFound", "cloudwatch", "get-dashboard", "--dashboard-name", "incident-7");
  });
});
