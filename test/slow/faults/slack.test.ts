import { afterEach, describe, expect, test } from "vitest";
import type { Message } from "../../../lab/slack/workspace.ts";
import { verifyAudit } from "../../../src/store/audit/lines.ts";
import { account } from "../../aws/account.ts";
import { founding, keyOf, startGumshoe, type MadeGumshoe } from "../../slack/made-gumshoe.ts";

// Slack goes away while people approve, or takes an approver out of their group: the real program, its store, and the lab's Slack and AWS.

const yamlFor = (rules: string) => `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.shop.internal }
    metrics: { lightsailDatabase: shop-db }
    channel: "#prod"
    actions:
      approvers: [S0APPROVERS]
      allow: { snapshot-database: { ${rules} } }
`;

let gumshoe: MadeGumshoe;
afterEach(async () => gumshoe.stop());

/** A plan that waits for approval; Alex had it made, and Mina, Noa and Tae may approve it. */
async function planned(rules = "") {
  const { aws } = await account({
    lightsailDatabases: [{ name: "shop-db" }],
    delaysMs: { lightsailStart: 0, lightsailStall: 200, lightsailSnapshot: 500 },
  });
  const began = Date.now();
  const state = { offMs: 0 };
  gumshoe = await startGumshoe({ yaml: yamlFor(rules), now: () => new Date(founding.at.getTime() + Date.now() - began + state.offMs) });
  const { slack } = gumshoe;
  const regroup = (...users: string[]) => {
    slack.people.regroup({ group: "S0APPROVERS", users });
    // Who is in a group is remembered for seconds.
    state.offMs += 5_000;
  };
  regroup("U0MINA", "U0NOA", "U0TAE");
  const card = () => gumshoe.messages().find((each) => keyOf(each).startsWith("plan:"))!;
  const press = async (user: string, actionId = "plan:approve", on: Pick<Message, "channel" | "ts"> = card()) =>
    void (await slack.people.click({ user, channel: on.channel, ts: on.ts, actionId }));
  const offer = () => gumshoe.messages().find(({ blocks }) => JSON.stringify(blocks ?? []).includes("plan:make:snapshot-database"));
  const told = (user: string) => gumshoe.private(user).map(({ text }) => text);
  const shows = async (text: string | RegExp) => gumshoe.until(() => new RegExp(text).test(card().text), `a plan that says ${text}`);
  const logs = (doing: string, guard?: string) =>
    gumshoe.logged.filter((each) => each.doing === doing && (guard === undefined || each.facts["guard"] === guard)).length;
  await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
  await gumshoe.until(() => offer() !== undefined, "a verdict that offers a snapshot");
  await press("U0ALEX", "plan:make:snapshot-database", offer()!);
  await gumshoe.until(() => card() !== undefined && gumshoe.idle(), "the plan");
  return {
    aws,
    slack,
    card,
    press,
    told,
    shows,
    logs,
    regroup,
    buttons: () => JSON.stringify(card().blocks).includes('"type":"button"'),
    created: () => aws.calls.filter(({ operation }) => operation === "CreateRelationalDatabaseSnapshot").length,
    approvals: async () => (await gumshoe.store.db.selectFrom("plan_approval").select("user_id").execute()).map(({ user_id: id }) => id),
    state: async () => (await gumshoe.store.db.selectFrom("plan").select("state").executeTakeFirstOrThrow()).state,
  };
}

/** The snapshot stands, was made once, is told, and nothing can be pressed any more. */
async function expectWhole({ shows, created, buttons }: Awaited<ReturnType<typeof planned>>): Promise<void> {
  await shows("The snapshot gumshoe-\\S+ is available");
  expect(created()).toBe(1);
  expect(buttons()).toBe(false);
  expect(gumshoe.messages().filter((each) => keyOf(each).startsWith("plan:"))).toHaveLength(1);
  expect(await verifyAudit(gumshoe.store.db)).toMatchObject({ whole: true });
}

describe("Slack takes the click, and then no message", () => {
  test.each([
    ["answers 503 to all messages", { kind: "http-before", status: 503 }],
    ["takes them and answers nothing", { kind: "reset-after" }],
    ["cuts every connection", { kind: "reset-before" }],
  ] as const)("%s: the approval counts once, the run goes on, and the message tells it all once Slack is back", async (_, fault) => {
    const made = await planned();
    const methods = ["chat.update", "chat.postMessage", "chat.postEphemeral"];
    const heals = methods.map((method) => made.slack.faults.add({ ...fault, method }));
    await made.press("U0MINA");
    await expect.poll(made.state, { timeout: 30_000 }).toBe("ended");
    // The buttons stand still; whoever presses them changes nothing.
    if (fault.kind !== "reset-after") expect(made.buttons()).toBe(true);
    await made.press("U0NOA").catch(() => {});
    for (const heal of heals) heal();
    await expectWhole(made);
    expect(await made.approvals()).toEqual(["U0MINA"]);
  });
});

test("where Slack is away altogether nobody is known to be an approver: nothing counts, and the same click counts once it is back", async () => {
  const made = await planned();
  const heal = made.slack.faults.add({ kind: "http-before", status: 503 });
  await made.press("U0NOA");
  await gumshoe.until(() => made.logs("answering privately") > 0, "an answer that Slack does not take");
  expect(await made.approvals()).toEqual([]);
  expect(await made.state()).toBe("proposed");
  heal();
  await made.press("U0NOA");
  await expectWhole(made);
  expect(await made.approvals()).toEqual(["U0NOA"]);
});

test("where only the group cannot be read, whoever pressed is told, it is audited, and a later click counts", async () => {
  const made = await planned();
  const heal = made.slack.faults.add({ kind: "http-before", method: "usergroups.users.list", status: 503 });
  await made.press("U0MINA");
  await gumshoe.until(() => made.told("U0MINA").length > 0, "a private answer");
  expect(made.told("U0MINA")[0]).toContain("누르신 것은 세지 않았습니다");
  const refused = await gumshoe.store.db.selectFrom("audit").select("detail").where("event", "=", "refused").execute();
  expect(refused.map(({ detail }) => detail)).toMatchObject([{ guard: "approvers-unknown", user: "U0MINA" }]);
  heal();
  await made.press("U0MINA");
  await expectWhole(made);
});

test.each(["lost-ack", "duplicate"] as const)(
  "a click whose acknowledgement Slack does not hear, or that comes twice (%s), counts once",
  async (kind) => {
    const made = await planned("approvals: 2");
    made.slack.faults.add(
      kind === "duplicate" ? { kind, envelope: "new", type: "interactive", times: 1 } : { kind, type: "interactive", times: 1 },
    );
    await made.press("U0MINA").catch(() => {});
    await made.shows("1 of 2");
    // Slack showed Mina an error, so she presses again.
    await made.press("U0MINA");
    await gumshoe.until(() => made.told("U0MINA").length > 0, "an answer to the second press");
    expect(await made.approvals()).toEqual(["U0MINA"]);
    expect(made.created()).toBe(0);
    await made.press("U0NOA");
    await expectWhole(made);
  },
);

test("sockets that break right after the click keep nothing back", async () => {
  const made = await planned();
  await made.press("U0MINA");
  made.slack.faults.terminate();
  await expectWhole(made);
  expect(await made.approvals()).toEqual(["U0MINA"]);
});

describe("somebody who is taken out of the approvers", () => {
  test("between the plan and the click may not approve it, and is told who may", async () => {
    const made = await planned();
    made.regroup("U0MINA", "U0TAE");
    await made.press("U0NOA");
    await gumshoe.until(() => made.told("U0NOA").length > 0, "a private answer");
    expect(made.told("U0NOA")[0]).toContain("You are not among those who may do this: <!subteam^S0APPROVERS>");
    expect(await made.approvals()).toEqual([]);
    await made.press("U0MINA");
    await expectWhole(made);
  });

  test("between two approvals: the yes that was counted stands, as who said it was looked at when they pressed; the other does not count", async () => {
    const made = await planned("approvals: 2");
    await made.press("U0NOA");
    await made.shows("1 of 2");
    made.regroup("U0TAE");
    await made.press("U0MINA");
    await gumshoe.until(() => made.told("U0MINA").length > 0, "Mina is refused");
    expect(made.created()).toBe(0);
    await made.press("U0TAE");
    await expectWhole(made);
    expect((await made.approvals()).toSorted()).toEqual(["U0NOA", "U0TAE"]);
    expect(made.card().text).toMatch(/Approved by Noa Levi[^]*Approved by/);
  });

  test("between the approval and its turn: what was approved is done, as the card says by whom; who it was lets nothing go on any more", async () => {
    const made = await planned();
    await made.slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "stop" });
    await made.shows("stopped");
    await made.press("U0NOA");
    await gumshoe.until(() => made.told("U0NOA").some((text) => text.includes("stopped")), "nothing is approved while it is stopped");
    await made.slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "resume" });
    await gumshoe.until(() => !made.card().text.includes("stopped"), "it can be approved again");
    // The last look before anything is sent takes its time; Noa is out of the group by then.
    made.aws.faults.add({ operation: "GetRelationalDatabase", kind: "slow", delayMs: 3_000, times: 1 });
    await made.press("U0NOA");
    await expect.poll(async () => (await made.approvals()).length).toBe(1);
    made.regroup("U0MINA");
    expect(made.created()).toBe(0);
    await made.slack.people.command({ user: "U0NOA", channel: "C0PROD", command: "/diagnose", text: "resume" });
    await gumshoe.until(() => made.told("U0NOA").some((text) => text.includes("not among those")), "Noa resumes nothing");
    await expectWhole(made);
    expect(made.card().text).toContain("Approved by Noa Levi");
  });
});
