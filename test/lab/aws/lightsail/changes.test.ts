import { IsVpcPeeredCommand, PutAlarmCommand } from "@aws-sdk/client-lightsail";
import { expect, test } from "vitest";
import type { AwsWorld, PermissionCall } from "../../../../lab/aws/world.ts";
import { refusal } from "../started.ts";
import { lightsail, MINUTE } from "./account.ts";

test("what ends badly says so in its operation, its state and its snapshot", async () => {
  const { snapshot, snapshotState, state, reboot, operation, clock } = await lightsail({
    endsBadly: ({ deed }) => (deed === "snapshot" ? "failed" : deed === "reboot" ? "storage-full" : undefined),
  });
  const { operations } = await snapshot();
  await clock.advance(3 * MINUTE);
  expect([await snapshotState(), await state()]).toEqual(["failed", "available"]);
  expect(await operation(operations)).toMatchObject({ status: "Failed", isTerminal: true, errorCode: "OperationFailure" });
  await reboot();
  await clock.advance(MINUTE);
  expect(await state()).toBe("storage-full");
});

test("a reboot takes its time, and only an available database can be rebooted", async () => {
  const rebooted: string[] = [];
  const account = await lightsail({ hooks: { onReboot: ({ service, name }) => void rebooted.push(`${service} ${name}`) } });
  const { reboot, state, clock, aws } = account;
  await reboot();
  expect([await state(), rebooted]).toEqual(["rebooting", ["lightsail shop-db"]]);
  expect((await refusal(reboot())).name).toBe("OperationFailureException");
  await clock.advance(MINUTE);
  expect(await state()).toBe("available");
  aws.world.lightsailDatabases[0]!.state = "storage-full";
  expect([await state(), (await refusal(reboot())).name]).toEqual(["storage-full", "OperationFailureException"]);
});

test("a password is set or rotated, the one before stays readable, and the internet is let in", async () => {
  const passwords: string[] = [];
  const { update, password, told, clock } = await lightsail({ hooks: { onPassword: ({ password: each }) => void passwords.push(each) } });
  const first = await password();
  expect((await refusal(password("shop-db", "PREVIOUS"))).name).toBe("NotFoundException");
  await update({ masterUserPassword: "my-own-one", publiclyAccessible: true });
  expect(await told()).toMatchObject({ state: "modifying", publiclyAccessible: false });
  await clock.advance(MINUTE);
  expect(await told()).toMatchObject({ state: "available", publiclyAccessible: true });
  expect([await password(), await password("shop-db", "PREVIOUS")]).toEqual(["my-own-one", first]);
  await update({ rotateMasterUserPassword: true });
  expect(passwords).toEqual(["my-own-one", await password()]);
  expect(passwords[1]).not.toBe(first);
  await clock.advance(MINUTE);
  const wrong = async (input: object) => (await refusal(update(input))).message;
  expect(await wrong({ masterUserPassword: "short" })).toContain("8 to 128");
  expect(await wrong({ masterUserPassword: "with@sign-here" })).toContain("printable ASCII");
  expect(await wrong({ masterUserPassword: "my-own-two", rotateMasterUserPassword: true })).toContain("and not both");
  expect(await wrong({ caCertificateIdentifier: "x" })).toContain("does not carry out");
});

test("an operation on an alarm can be read again too", async () => {
  const { client, operation } = await lightsail();
  const put = new PutAlarmCommand({
    alarmName: "queue",
    metricName: "DiskQueueDepth",
    monitoredResourceName: "shop-db",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 1,
    evaluationPeriods: 1,
  });
  expect(await operation((await client.send(put)).operations)).toMatchObject({ operationType: "PutAlarm", status: "Succeeded" });
});

test("Lightsail is peered when its network has an active peering with the default VPC", async () => {
  const peering = (Code: "active" | "pending-acceptance", AccepterVpc = "vpc-0d0000000000000a1") => ({
    VpcPeeringConnectionId: "pcx-0123456789abcdef0",
    Status: { Code },
    AccepterVpcInfo: { VpcId: AccepterVpc, OwnerId: "111122223333" },
    RequesterVpcInfo: { VpcId: "vpc-0lightsail", OwnerId: "999988887777", CidrBlock: "172.26.0.0/16" },
  });
  const peered = async (world: Partial<AwsWorld>) => (await (await lightsail(world)).client.send(new IsVpcPeeredCommand({}))).isPeered;
  expect(await peered({})).toBe(false);
  expect(await peered({ network: { peerings: [peering("active")] } })).toBe(true);
  expect(await peered({ network: { peerings: [peering("pending-acceptance")] } })).toBe(false);
  expect(await peered({ network: { peerings: [peering("active", "vpc-0other")] } })).toBe(false);
});

test("permissions are asked for the snapshot's and the database's own ids, and for tagging", async () => {
  const asked: PermissionCall[] = [];
  const { snapshot, restore, reboot, clock } = await lightsail({ allowed: (call) => asked.push(call) > 0 });
  await snapshot();
  await clock.advance(3 * MINUTE);
  await restore();
  await reboot();
  const arn = "arn:aws:lightsail:us-east-1:111122223333";
  expect(asked.map(({ operation, resource }) => [operation, resource])).toEqual([
    ["CreateRelationalDatabaseSnapshot", undefined],
    ["TagResource", undefined],
    ["CreateRelationalDatabaseFromSnapshot", expect.stringMatching(/RelationalDatabaseSnapshot\/[0-9a-f]{8}-/)],
    ["TagResource", undefined],
    ["RebootRelationalDatabase", `${arn}:RelationalDatabase/shop-db`],
  ]);
});
