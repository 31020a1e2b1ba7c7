import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { CreateDBSnapshotCommand } from "@aws-sdk/client-rds";
import { SSMClient, ListCommandsCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "vitest";
import { virtualClock } from "../../lab/clock.ts";
import { openAccess } from "../../src/aws/access.ts";
import { ask, clockOffMs } from "../../src/aws/ask.ts";
import { failureOf } from "../../src/aws/failures.ts";
import { tellBecause } from "../../src/words/because.ts";
import { reasonsEn } from "../../src/words/reasons-en.ts";
import { account, callsOf } from "./account.ts";

const HOUR_MS = 60 * 60_000;
const signal = AbortSignal.timeout(60_000);

describe.each([
  ["ahead of", -HOUR_MS],
  ["behind", HOUR_MS],
])("a clock that is an hour %s AWS's", (_, clockOffMs_) => {
  test("is set right by AWS's own, also for a call that changes something, which takes place once", async () => {
    const { aws, access } = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }], clockOffMs: clockOffMs_ });
    const make = new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: "one" });
    expect(await ask(access, access.open(RDSClient), make, { signal, attempts: 1 })).toHaveProperty("DBSnapshot");
    await ask(access, access.open(SSMClient), new ListCommandsCommand({}), { signal });
    const made = callsOf({ aws, access }, "CreateDBSnapshot").map(({ error }) => error);
    expect(made).toEqual(["InvalidSignatureException", undefined]);
    expect(Math.abs(clockOffMs(access) - clockOffMs_)).toBeLessThan(60_000);
  });

  test("is set right for a role that is assumed, whose credentials are used as long as they hold", async () => {
    const role = "arn:aws:iam::111122223333:role/gumshoe-look";
    const { aws, access } = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }], clockOffMs: clockOffMs_ }, { role });
    for (let nth = 0; nth < 3; nth++) await ask(access, access.open(RDSClient), new DescribeDBInstancesCommand({}), { signal });
    expect(callsOf({ aws, access }, "AssumeRole").filter(({ error }) => error === undefined)).toHaveLength(1);
  });
});

test("a clock that went back believes credentials that are over: AWS's refusal has new ones fetched, once, and the call takes place once", async () => {
  const role = "arn:aws:iam::111122223333:role/gumshoe-repair";
  const clock = virtualClock(new Date());
  const { aws } = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }] }, { clock });
  const access = openAccess({ region: "us-east-1", role });
  const make = async (name: string) => {
    const wanted = new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: name });
    return ask(access, access.open(RDSClient), wanted, { signal, attempts: 1 });
  };
  await make("one");
  await clock.advance(2 * HOUR_MS);
  expect(await make("two")).toHaveProperty("DBSnapshot");
  const errors = (operation: string) => callsOf({ aws, access }, operation).map(({ error }) => error);
  expect(errors("CreateDBSnapshot")).toEqual([undefined, "ExpiredTokenException", undefined]);
  expect(errors("AssumeRole")).toEqual([undefined, undefined]);
});

test("credentials that stay over are asked for anew once, and then told", async () => {
  const { aws, access } = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }] });
  aws.faults.add({
    operation: "DescribeDBInstances",
    kind: { error: "ExpiredTokenException", message: "The security token included in the request is expired" },
  });
  await expect(ask(access, access.open(RDSClient), new DescribeDBInstancesCommand({}), { signal })).rejects.toThrow("credentials");
  expect(callsOf({ aws, access }, "DescribeDBInstances")).toHaveLength(2);
});

test("a clock that was put right is right again by the next answer", async () => {
  const { aws, access } = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }], clockOffMs: HOUR_MS });
  const look = async () => ask(access, access.open(RDSClient), new DescribeDBInstancesCommand({}), { signal });
  await look();
  aws.world.clockOffMs = 0;
  await look();
  expect(Math.abs(clockOffMs(access))).toBeLessThan(60_000);
});

test("an error that only comes with a clock that is off is not sent again for it", async () => {
  const { aws, access } = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }], clockOffMs: HOUR_MS });
  await ask(access, access.open(RDSClient), new DescribeDBInstancesCommand({}), { signal });
  aws.faults.add({ operation: "CreateDBSnapshot", kind: "http-500" });
  const make = new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: "one" });
  await expect(ask(access, access.open(RDSClient), make, { signal, attempts: 1 })).rejects.toThrow("RDS");
  expect(callsOf({ aws, access }, "CreateDBSnapshot")).toHaveLength(1);
});

test.each([
  ["InvalidSignatureException", "Signature expired: 20261127T004700Z is now earlier than 20261127T014200Z (20261127T014700Z - 5 min.)"],
  ["SignatureDoesNotMatch", "Signature not yet current: 20261127T014700Z is still later than 20261127T010200Z"],
  ["RequestTimeTooSkewed", "The difference between the request time and the current time is too large."],
])("a signature that is refused for its time for good is told as what it is: %s", (name, message) => {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 403 } });
  const failure = failureOf(error, { service: "RDS", operation: "CreateDBInstance", region: "us-east-1", ms: 5 });
  expect(failure.kind).toBe("refused");
  expect(tellBecause(reasonsEn, failure.because)).toBe(
    "RDS refuses our signature for its time: the clock of the machine that Gumshoe runs on is off (NTP)",
  );
});
