import { CreateRelationalDatabaseSnapshotCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { lightsailReboots, lightsailSnapshots } from "../../../src/aws/repairs/lightsail.ts";
import { rebootDatabase } from "../../../src/remediation/actions/reboot-database.ts";
import { snapshotDatabase } from "../../../src/remediation/actions/snapshot-database.ts";
import { sentencesOf } from "../../remediation/actions/carry-out.ts";
import { account, callsOf, meanwhile } from "../account.ts";
import { actsIn, carriedOut, draftIn, type Moving } from "./approve.ts";

const NAME = "gumshoe-i12-p1";
const SAYS = { says: [`The snapshot ${NAME} is available (40 GiB)`] };

/** An account with one Lightsail database, whose reboots its events tell after 40 s. */
async function shop(world: Partial<AwsWorld> = {}, plan = "micro_2_0") {
  const clock = virtualClock(new Date());
  const events: NonNullable<AwsWorld["events"]> = [];
  const told = (at: Date, message: string) => events.push({ of: "lightsail", name: "shop-db", at, message });
  const onReboot = () => {
    told(clock.now(), "Database instance shutdown");
    told(new Date(clock.now().getTime() + 40_000), "Database instance restarted");
  };
  const lightsailDatabases = [{ name: "shop-db", relationalDatabaseBundleId: plan }];
  const opened = await account({ lightsailDatabases, events, hooks: { onReboot }, ...world }, { clock });
  const from: Moving = { ...opened, clock };
  const database = { name: "shop-db", looks: from.access, acts: actsIn(from.access) };
  return {
    from,
    told,
    snapshot: snapshotDatabase(lightsailSnapshots(database)),
    reboot: rebootDatabase(lightsailReboots(database)),
  };
}

test("a snapshot of a Lightsail database is taken once, with its tags, and waited for", async () => {
  const { from, snapshot } = await shop();
  const { came, plan } = await carriedOut(from, snapshot);
  expect(came).toEqual(SAYS);
  expect(plan.draft.touches[0]?.state).toMatchObject({ plan: "micro_2_0", sizeGib: 40, standby: false, status: "available" });
  expect(sentencesOf(plan.draft)[1]).toContain("On a standard plan the database is unavailable");
  expect(callsOf(from, "CreateRelationalDatabaseSnapshot").map(({ input }) => input)).toEqual([
    {
      relationalDatabaseName: "shop-db",
      relationalDatabaseSnapshotName: NAME,
      tags: [
        { key: "managed-by", value: "gumshoe" },
        { key: "gumshoe-plan", value: "p1" },
      ],
    },
  ]);
});

test("a high-availability plan is told not to stall", async () => {
  const { from, snapshot } = await shop({}, "micro_ha_2_0");
  const draft = await draftIn(from, snapshot);
  expect(typeof draft === "string" ? draft : sentencesOf(draft)[1]).toContain("high-availability plan");
});

test.each([
  ["reset-after", 1],
  ["reset-before", 2],
] as const)("a create whose answer is lost (%s) is looked for before it is made again", async (kind, sent) => {
  const { from, snapshot } = await shop();
  from.aws.faults.add({ operation: "CreateRelationalDatabaseSnapshot", kind, times: 1 });
  expect((await carriedOut(from, snapshot)).came).toEqual(SAYS);
  expect(callsOf(from, "CreateRelationalDatabaseSnapshot")).toHaveLength(sent);
});

test("a name that something else has is refused, and a snapshot that fails is said to have failed", async () => {
  const { from, snapshot } = await shop();
  const foreign = new CreateRelationalDatabaseSnapshotCommand({
    relationalDatabaseName: "shop-db",
    relationalDatabaseSnapshotName: NAME,
  });
  await meanwhile(from.clock, from.access.open(LightsailClient).send(foreign));
  await from.clock.advance(10 * 60_000);
  expect(await draftIn(from, snapshot)).toMatch(/^name-taken: /);
  // A name that is not a snapshot's shows only when it is wanted.
  const taken = await shop({ lightsailInstances: [{ name: NAME }] });
  expect((await carriedOut(taken.from, taken.snapshot)).came).toMatchObject({ how: "asks", step: "create-snapshot" });
  const failing = await shop({ endsBadly: () => "failed" });
  expect((await carriedOut(failing.from, failing.snapshot)).came).toEqual({
    how: "failed",
    step: "snapshot-available",
    because: expect.stringMatching(
      /^The snapshot gumshoe-i12-p1 ended as failed, .* shop-db is as it was\. .*Delete the snapshot by hand/,
    ) as string,
  });
});

test("a Lightsail database is rebooted once, and is back when its events tell that it began anew", async () => {
  const { from, told, reboot } = await shop();
  told(new Date(from.clock.now().getTime() - 3_600_000), "Database instance restarted");
  const { came, plan } = await carriedOut(from, reboot);
  expect(plan.draft.touches[0]?.state["restartedAt"]).not.toBe("");
  expect(came).toMatchObject({
    says: [expect.stringMatching(/^shop-db takes connections again, \d+(\.\d)? s after the reboot began$/) as string],
  });
  expect(callsOf(from, "RebootRelationalDatabase")).toHaveLength(1);
});

test("a reboot whose answer was lost is known by the database's status and events; one that never arrived is asked about", async () => {
  for (const [kind, came] of [
    ["reset-after", { says: [expect.stringContaining("takes connections again") as string] }],
    ["reset-before", { how: "asks", step: "reboot" }],
  ] as const) {
    const { from, reboot } = await shop();
    from.aws.faults.add({ operation: "RebootRelationalDatabase", kind, times: 1 });
    expect((await carriedOut(from, reboot)).came).toMatchObject(came);
    expect(callsOf(from, "RebootRelationalDatabase")).toHaveLength(1);
  }
});
