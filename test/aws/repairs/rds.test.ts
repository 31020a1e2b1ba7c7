import { RDSClient, CreateDBSnapshotCommand } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { rdsReboots, rdsSnapshots } from "../../../src/aws/repairs/rds.ts";
import { rebootDatabase } from "../../../src/remediation/actions/reboot-database.ts";
import { snapshotDatabase } from "../../../src/remediation/actions/snapshot-database.ts";
import { sentencesOf, stepsInMemory } from "../../remediation/actions/carry-out.ts";
import { account, callsOf, meanwhile } from "../account.ts";
import { actsIn, carriedOut, draftIn, REPAIR, type Moving } from "./approve.ts";

const NAME = "gumshoe-i12-p1";
const SAYS = { says: [`The snapshot ${NAME} is available (40 GiB)`] };

/** An account with one RDS instance, looked at with a role of its own. */
async function shop(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(new Date());
  const role = "arn:aws:iam::111122223333:role/gumshoe-diagnose";
  const opened = await account({ rdsInstances: [{ DBInstanceIdentifier: "shop-db" }], ...world }, { clock, role });
  const from: Moving = { ...opened, clock };
  const database = { name: "shop-db", looks: from.access, acts: actsIn(from.access) };
  return { from, action: snapshotDatabase(rdsSnapshots(database)), reboot: rebootDatabase(rdsReboots(database)) };
}

test("a snapshot of an RDS instance is taken with the repair role, under the incident's and the approver's names, and looked at without it", async () => {
  const { from, action } = await shop();
  const { came, plan } = await carriedOut(from, action);
  expect(came).toEqual(SAYS);
  expect(sentencesOf(plan.draft)[1]).toContain("With a single instance");
  const [create] = callsOf(from, "CreateDBSnapshot");
  expect(create?.input).toEqual(plan.draft.calls[0]?.on === "aws" ? plan.draft.calls[0].input : {});
  expect(create?.principal).toBe("arn:aws:sts::111122223333:assumed-role/gumshoe-repair/gumshoe-i12,Jun-Park");
  expect(callsOf(from, "AssumeRole").find(({ input }) => (input as { RoleArn: string }).RoleArn === REPAIR)?.input).toEqual({
    RoleArn: REPAIR,
    RoleSessionName: "gumshoe-i12,Jun-Park",
    SourceIdentity: "U2",
    DurationSeconds: 900,
  });
  for (const { principal } of [...callsOf(from, "DescribeDBSnapshots"), ...callsOf(from, "DescribeDBInstances")])
    expect(principal).toContain("assumed-role/gumshoe-diagnose/");
});

test("a create whose answer was lost is taken over: exactly one is sent", async () => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateDBSnapshot", kind: "reset-after", times: 1 });
  expect((await carriedOut(from, action)).came).toEqual(SAYS);
  expect(callsOf(from, "CreateDBSnapshot")).toHaveLength(1);
});

test("a create that never arrived is made once more, after a look", async () => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateDBSnapshot", kind: "reset-before", times: 1 });
  expect((await carriedOut(from, action)).came).toEqual(SAYS);
  expect(
    from.aws.calls
      .map(({ operation }) => operation)
      .filter((each) => each.includes("Snapshot"))
      .slice(0, 5),
  ).toEqual(["DescribeDBSnapshots", "DescribeDBSnapshots", "CreateDBSnapshot", "DescribeDBSnapshots", "CreateDBSnapshot"]);
});

test("a create that is lost twice is asked about, and not sent a third time", async () => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateDBSnapshot", kind: "reset-before" });
  expect((await carriedOut(from, action)).came).toMatchObject({ how: "asks", step: "create-snapshot" });
  expect(callsOf(from, "CreateDBSnapshot")).toHaveLength(2);
});

test("a snapshot that a copy that died has begun is taken over by its tag", async () => {
  const { from, action } = await shop();
  const steps = stepsInMemory();
  from.aws.faults.add({ operation: "DescribeDBSnapshots", kind: "access-denied", times: 1 });
  expect(await draftIn(from, action).catch((error: Error) => error.message)).toMatch(/lacks rds:DescribeDBSnapshots/);
  steps.kept.set("create-snapshot", { begunAt: from.clock.now() });
  const Tags = [{ Key: "gumshoe-plan", Value: "p1" }];
  const made = new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: NAME, Tags });
  await meanwhile(from.clock, from.access.open(RDSClient).send(made));
  await from.clock.advance(10 * 60_000);
  expect((await carriedOut(from, action, { steps })).came).toEqual(SAYS);
  expect(callsOf(from, "CreateDBSnapshot")).toHaveLength(1);
});

test.each([
  ["throttle", /^RDS throttles our calls, and went on doing so\. .*in some minutes/, 5],
  ["access-denied", /^the role lacks rds:CreateDBSnapshot.*Give the repair role this permission/, 1],
  [
    { error: "SnapshotQuotaExceededFault", message: "You have 100 snapshots" },
    /SnapshotQuotaExceeded.*You have 100 snapshots\. .*account's limit/,
    1,
  ],
] as const)("what AWS refuses did not take place, and is told in its words with what to do (%j)", async (kind, because, sent) => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateDBSnapshot", kind });
  const { came } = await carriedOut(from, action);
  expect(came).toMatchObject({ how: "failed", step: "create-snapshot" });
  expect("because" in came ? came.because : "").toMatch(because);
  expect(callsOf(from, "CreateDBSnapshot")).toHaveLength(sent);
});

test("a role that may not be assumed changes nothing, and says so", async () => {
  const { from, action } = await shop({ roles: ["arn:aws:iam::111122223333:role/gumshoe-diagnose"] });
  expect((await carriedOut(from, action)).came).toEqual({
    how: "failed",
    step: "create-snapshot",
    because: expect.stringMatching(`^the role lacks sts:AssumeRole on ${REPAIR}\\. This step changed nothing\\.`) as string,
  });
});

test("a name that somebody else's snapshot has, a busy instance, and one that is not there are refused before anybody is asked", async () => {
  const { from, action } = await shop();
  const foreign = new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: NAME });
  await meanwhile(from.clock, from.access.open(RDSClient).send(foreign));
  expect(await draftIn(from, action)).toMatch(/^not-available: shop-db is backing-up/);
  await from.clock.advance(10 * 60_000);
  expect(await draftIn(from, action)).toMatch(/^name-taken: there is something else named gumshoe-i12-p1/);
  from.aws.world.rdsInstances.length = 0;
  await expect(draftIn(from, action)).rejects.toThrow(/there is no RDS database shop-db|shop-db/);
});

test("an RDS instance is rebooted once, and is back when RDS tells that it was restarted", async () => {
  const { from, reboot } = await shop();
  const { came, plan } = await carriedOut(from, reboot);
  expect(plan.draft.touches[0]?.state).toMatchObject({ service: "rds", plan: "db.t4g.micro gp3", restartedAt: "" });
  expect(came).toMatchObject({ says: [expect.stringMatching(/^shop-db takes connections again, /) as string] });
  expect(callsOf(from, "RebootDBInstance").map(({ input }) => input)).toEqual([{ DBInstanceIdentifier: "shop-db" }]);
});

test("a reboot whose answer was lost is known by its traces, and one that was refused says why", async () => {
  const lost = await shop();
  lost.from.aws.faults.add({ operation: "RebootDBInstance", kind: "reset-after", times: 1 });
  expect((await carriedOut(lost.from, lost.reboot)).came).toMatchObject({ says: [expect.stringContaining("again") as string] });
  expect(callsOf(lost.from, "RebootDBInstance")).toHaveLength(1);
  const refused = await shop();
  refused.from.aws.faults.add({ operation: "RebootDBInstance", kind: { error: "InvalidDBInstanceStateFault", message: "not now" } });
  expect((await carriedOut(refused.from, refused.reboot)).came).toMatchObject({
    how: "failed",
    because: expect.stringContaining("not now") as string,
  });
});
