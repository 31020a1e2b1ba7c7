import { expect, test } from "vitest";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import type { User } from "../../../lab/slack/workspace.ts";
import { account } from "../../aws/account.ts";
import { founding, keyOf, startGumshoe } from "../../slack/made-gumshoe.ts";
import { verifyAudit } from "../../../src/store/audit/lines.ts";

const YAML = `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.shop.internal }
    metrics: { lightsailDatabase: shop-db }
    channel: "#prod"
    actions:
      approvers: [S0APPROVERS]
      allow: { snapshot-database: {} }
`;

/** The product with a database at Lightsail, by a clock that begins with the founding incident. */
async function shop() {
  const { aws } = await account({
    lightsailDatabases: [{ name: "shop-db" }],
    delaysMs: { lightsailStart: 0, lightsailStall: 500, lightsailSnapshot: 1_000 },
  });
  const began = Date.now();
  const gumshoe = await startGumshoe({ yaml: YAML, now: () => new Date(founding.at.getTime() + Date.now() - began) });
  const { slack } = gumshoe;
  const told = (user: string) =>
    gumshoe
      .private(user)
      .map(({ text }) => text)
      .join("\n");
  const cards = () => gumshoe.messages().filter((each) => keyOf(each).startsWith("plan:"));
  const press = async (user: string, actionId: string, on: { channel: string; ts: string }) =>
    void (await slack.people.click({ user, channel: on.channel, ts: on.ts, actionId }));
  const offer = () => gumshoe.messages().find(({ blocks }) => JSON.stringify(blocks ?? []).includes("plan:make:snapshot-database"));
  const diagnosed = async () => {
    await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
    await gumshoe.until(() => offer() !== undefined, "a verdict that offers a snapshot");
    await press("U0ALEX", "plan:make:snapshot-database", offer()!);
    await gumshoe.until(() => cards().length === 1, "the plan");
  };
  const created = () => aws.calls.filter(({ operation }) => operation === "CreateRelationalDatabaseSnapshot");
  return { aws, gumshoe, slack, told, cards, press, offer, diagnosed, created };
}

/** So many people in #prod who may approve. */
function crowdOf({ slack }: Awaited<ReturnType<typeof shop>>, size: number): string[] {
  const users = Array.from({ length: size }, (_, nth): User => {
    const name = `crowd${nth}`;
    return { id: `U0CROWD${nth}`, name, realName: name, locale: "en-US", tz: "Etc/UTC", teamId: slack.workspace.team.id };
  });
  (slack.workspace.users as User[]).push(...users);
  for (const { id } of users) slack.people.invite({ user: "U0ALEX", channel: "C0PROD", invited: id });
  slack.people.regroup({ group: "S0APPROVERS", users: users.map(({ id }) => id) });
  return users.map(({ id }) => id);
}

test("from the verdict's button to a snapshot that stands: planned by one, approved by another, made once, told and audited", async () => {
  const all = await shop();
  const { gumshoe, cards, press, created, diagnosed } = all;
  const crowd = crowdOf(all, 20);
  try {
    await diagnosed();
    const [card] = cards();
    expect(card!.text).toContain("CreateRelationalDatabaseSnapshot");
    expect(card!.text).toContain("unavailable from a few seconds to a few minutes");
    expect(created()).toEqual([]);
    await press("U0ALEX", "plan:approve", card!);
    await gumshoe.until(() => all.told("U0ALEX").includes("somebody else must approve"), "the requester may not approve");
    await Promise.all(crowd.map(async (user) => press(user, "plan:approve", card!)));
    await gumshoe.until(() => crowd.filter((user) => all.told(user) !== "").length === 19, "nineteen answers");
    await gumshoe.until(() => /The snapshot gumshoe-\S+ is available/.test(cards()[0]!.text), "what stands now");
    expect(created()).toHaveLength(1);
    expect(JSON.stringify(cards()[0]!.blocks)).not.toContain('"type":"button"');
    for (const message of gumshoe.messages()) if (keyOf(message)) expect(faultsOf(message)).toEqual([]);
    expect(await verifyAudit(gumshoe.store.db)).toMatchObject({ whole: true });
  } finally {
    await gumshoe.stop();
  }
});

test("stopped by somebody in the channel, nothing changes until an approver lets it go on", async () => {
  const all = await shop();
  const { gumshoe, slack, cards, press, created, diagnosed } = all;
  try {
    await diagnosed();
    await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "stop" });
    await gumshoe.until(() => cards()[0]!.text.includes("stopped"), "the plan says that changes are stopped");
    await press("U0MINA", "plan:approve", cards()[0]!);
    await gumshoe.until(() => all.told("U0MINA") !== "", "Mina is refused");
    expect(created()).toEqual([]);
    await slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "resume" });
    await gumshoe.until(() => !cards()[0]!.text.includes("stopped"), "the plan can be approved again");
    await press("U0MINA", "plan:approve", cards()[0]!);
    await gumshoe.until(() => created().length === 1, "the snapshot is made");
  } finally {
    await gumshoe.stop();
  }
});
