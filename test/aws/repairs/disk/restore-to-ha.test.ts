import { CreateRelationalDatabaseSnapshotCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { lightsailHa } from "../../../../src/aws/repairs/disk/restore-to-ha.ts";
import { permissionsOf } from "../../../../src/aws/repairs/permissions.ts";
import { restoreToHa } from "../../../../src/remediation/actions/restore-to-ha.ts";
import { account, callsOf, meanwhile } from "../../account.ts";
import { actsIn, carriedOut, draftIn, REPAIR, type Moving } from "../approve.ts";

const NAME = "gumshoe-i12-p1-ha";
const SNAPSHOT = "gumshoe-i12-p0";
const TAGS = [
  { key: "managed-by", value: "gumshoe" },
  { key: "gumshoe-plan", value: "p0" },
];

/** An account with one Lightsail database and a snapshot that was taken for the incident. */
async function shop(world: Partial<AwsWorld> = {}, { tags = TAGS, plan = "micro_2_0" } = {}) {
  const clock = virtualClock(new Date());
  const opened = await account({ lightsailDatabases: [{ name: "shop-db", relationalDatabaseBundleId: plan }], ...world }, { clock });
  const from: Moving = { ...opened, clock };
  const take = new CreateRelationalDatabaseSnapshotCommand({
    relationalDatabaseName: "shop-db",
    relationalDatabaseSnapshotName: SNAPSHOT,
    tags,
  });
  await meanwhile(clock, from.access.open(LightsailClient).send(take));
  await clock.advance(10 * 60_000);
  const action = restoreToHa(lightsailHa({ name: "shop-db", looks: from.access, acts: actsIn(from.access) }));
  return { from, action };
}

const SAYS = {
  says: [
    expect.stringMatching(new RegExp(`^${NAME} is available at ls-\\S+:5432 on micro_ha_2_0, with a standby`)) as string,
    expect.stringContaining("master password") as string,
    expect.stringContaining("Nothing is switched") as string,
  ],
};

test("a second database is made on the high-availability plan, private and with the plan's tags, and waited for until it has its standby", async () => {
  const { from, action } = await shop();
  const { came, plan } = await carriedOut(from, action);
  expect(came).toEqual(SAYS);
  const sent = callsOf(from, "CreateRelationalDatabaseFromSnapshot");
  expect(sent.map(({ input }) => input)).toEqual([
    {
      relationalDatabaseName: NAME,
      relationalDatabaseSnapshotName: SNAPSHOT,
      relationalDatabaseBundleId: "micro_ha_2_0",
      publiclyAccessible: false,
      tags: [
        { key: "managed-by", value: "gumshoe" },
        { key: "gumshoe-plan", value: "p1" },
      ],
    },
  ]);
  expect(sent[0]?.principal).toContain("assumed-role/gumshoe-repair/gumshoe-i12,Jun-Park");
  const [call] = plan.draft.calls;
  expect(call?.on === "aws" && call.resources[0]).toMatch(/:RelationalDatabaseSnapshot\/[0-9a-f-]{36}$/);
  expect(callsOf(from, "GetRelationalDatabaseMasterUserPassword")).toEqual([]);
  expect(from.aws.world.lightsailDatabases.map(({ name }) => name)).toEqual(["shop-db", NAME]);
});

test.each([
  ["reset-after", 1],
  ["reset-before", 2],
] as const)("a create whose answer is lost (%s) is looked for before it is made again: one database comes of it", async (kind, sent) => {
  const { from, action } = await shop();
  from.aws.faults.add({ operation: "CreateRelationalDatabaseFromSnapshot", kind, times: 1 });
  expect((await carriedOut(from, action)).came).toEqual(SAYS);
  expect(callsOf(from, "CreateRelationalDatabaseFromSnapshot")).toHaveLength(sent);
  expect(from.aws.world.lightsailDatabases).toHaveLength(2);
});

test("a snapshot that is not Gumshoe's, one of another database, and a database that has a standby are refused", async () => {
  const foreign = await shop({}, { tags: [] });
  expect(await draftIn(foreign.from, foreign.action)).toMatch(/^no-snapshot: /);
  const ha = await shop({}, { plan: "micro_ha_2_0" });
  expect(await draftIn(ha.from, ha.action)).toMatch(/^already-ha: /);
  const other = await shop({ lightsailDatabases: [{ name: "shop-db" }, { name: "other-db" }] });
  const action = restoreToHa(lightsailHa({ name: "other-db", looks: other.from.access, acts: actsIn(other.from.access) }));
  expect(await draftIn(other.from, action)).toMatch(/^no-snapshot: there is no available snapshot of other-db/);
});

test("the account's limit, a name that an instance has, and a failed end are said with what stands", async () => {
  const full = await shop();
  const message = "You have reached the maximum number of databases";
  full.from.aws.faults.add({
    operation: "CreateRelationalDatabaseFromSnapshot",
    kind: { error: "ServiceQuotaExceededException", message },
  });
  expect((await carriedOut(full.from, full.action)).came).toMatchObject({
    how: "failed",
    step: "create-database",
    because: expect.stringMatching(/reached the maximum.*Nothing was made, and shop-db is as it was\. The account's limit/) as string,
  });
  const taken = await shop({ lightsailInstances: [{ name: NAME }] });
  expect((await carriedOut(taken.from, taken.action)).came).toMatchObject({ how: "asks", step: "create-database" });
  const failing = await shop({ endsBadly: ({ deed }) => (deed === "restore" ? "failed" : undefined) });
  expect((await carriedOut(failing.from, failing.action)).came).toMatchObject({
    how: "failed",
    step: "database-available",
    because: expect.stringContaining(`${NAME} ended as failed; shop-db stays in use as it was`) as string,
  });
});

test("the permission check covers the call on the snapshot, and the tags on what is made", async () => {
  const { from, action } = await shop();
  const { plan } = await carriedOut(from, action);
  const permitted = permissionsOf(from.access, REPAIR);
  const ask = async () => meanwhile(from.clock, permitted({ ...plan.draft, action: "restore-to-ha" }, new AbortController().signal));
  expect(await ask()).toEqual({ missing: [] });
  from.aws.world.allowed = ({ operation, context }) => operation !== "TagResource" && context["aws:RequestTag/gumshoe-plan"]?.[0] !== "p2";
  expect(await ask()).toEqual({ missing: ["lightsail:TagResource on *"] });
  from.aws.world.allowed = ({ operation, context }) =>
    operation !== "CreateRelationalDatabaseFromSnapshot" || context["aws:ResourceTag/managed-by"]?.[0] !== "gumshoe";
  expect(await ask()).toMatchObject({
    missing: [expect.stringContaining("lightsail:CreateRelationalDatabaseFromSnapshot on arn:") as string],
  });
});
