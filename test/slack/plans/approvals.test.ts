import { afterEach, expect, test } from "vitest";
import { objectsIn } from "../../../src/slack/contract/walk.ts";
import { faultsOfView } from "../../../src/slack/contract/check-view.ts";
import { say } from "../../../src/words/plan-say.ts";
import { madePlan } from "./made-plan.ts";
import { REPAIRS, startRepairs, type MadeRepairs } from "./made-repairs.ts";

let made: MadeRepairs;
afterEach(async () => made.stop());

const told = async (user: string, nth = 1) => {
  await made.until(() => made.private(user).length >= nth, `answer ${nth} to ${user}`);
  return made.private(user)[nth - 1]!.text;
};

/** Alex has a snapshot planned. */
async function planned(action = "snapshot-database") {
  const offers = await made.offers();
  await made.press("U0ALEX", `plan:make:${action}`, offers);
  await made.until(() => made.card() !== undefined, "a plan's message");
  return made.card()!;
}
const shows = async (text: string | RegExp) =>
  made.until(
    () => (typeof text === "string" ? made.card()!.text.includes(text) : text.test(made.card()!.text)),
    `a plan that says ${text}`,
  );
const buttons = () => objectsIn(made.card()!.blocks, "").flatMap(({ value }) => (value["type"] === "button" ? [value["action_id"]] : []));

test("a plan is posted once into the incident's thread, approved by another person, and its buttons go at once", async () => {
  made = await startRepairs();
  const card = await planned();
  expect(await told("U0ALEX")).toContain("Planning: Take a snapshot of the database, in prod");
  expect(card.threadTs).toBe(made.slack.workspace.messages[0]!.ts);
  expect(card.text).toContain("Waits for approval: 0 of 1");
  expect(buttons()).toEqual(["plan:approve", "plan:withdraw"]);
  await made.press("U0NOA", "plan:approve", card);
  await shows("Approved by Noa Levi");
  expect(buttons()).toEqual([]);
  expect(made.private("U0NOA")).toEqual([]);
  made.plans.change("p-1", {
    state: "running",
    beganAt: new Date(),
    progress: { step: "wait", state: "waiting", elapsedMs: 1_000, percent: 40 },
  });
  await shows("40 %");
  await made.plans.end("p-1", { how: "done", says: [say("snapshotStands", "gumshoe-p-1", 40)] }, new Date());
  await shows("The snapshot gumshoe-p-1 is available");
  await made.press("U0ALEX", "plan:make:snapshot-database", await made.offers());
  await made.until(() => made.card("p-2") !== undefined, "another plan, now that the first has ended");
});

test(
  "twenty approvers press at once: one is counted, nineteen are told so, and Slack is asked for the group once",
  { timeout: 60_000 },
  async () => {
    made = await startRepairs();
    const crowd = made.crowd(20);
    made.slack.people.regroup({ group: "S0APPROVERS", users: crowd });
    const card = await planned();
    await Promise.all(crowd.map((user) => made.press(user, "plan:approve", card)));
    await made.until(() => crowd.filter((user) => made.private(user).length > 0).length === 19, "nineteen answers");
    expect(made.plans.counted).toHaveLength(1);
    const [first] = made.plans.counted;
    for (const user of crowd.filter((each) => each !== first!.by)) expect(await told(user)).toMatch(/decided already.*\nApproved by Crowd/);
    expect(made.plans.noted.map(({ guard }) => guard)).toEqual(Array(19).fill("decided"));
    expect(made.slack.calls.filter(({ method }) => method === "usergroups.users.list")).toHaveLength(1);
  },
);

test("who may not approve is told why, and who may; nothing of it counts", { timeout: 60_000 }, async () => {
  made = await startRepairs();
  made.slack.people.invite({ user: "U0ALEX", channel: "C0PROD", invited: "U0OTHER" });
  made.slack.people.regroup({ group: "S0APPROVERS", users: ["U0MINA", "U0NOA", "U0ALEX", "U0GUEST", "U0OTHER"] });
  const card = await planned();
  for (const user of ["U0GUEST", "U0OTHER", "U0TAE", "U0ALEX"]) await made.press(user, "plan:approve", card);
  expect(await told("U0GUEST")).toContain("Guests cannot");
  expect(await told("U0OTHER")).toContain("Only members of this workspace");
  expect(await told("U0TAE")).toContain("not among those who may do this: <!subteam^S0APPROVERS>");
  expect(await told("U0ALEX", 2)).toContain("somebody else must approve");
  expect(made.plans.counted).toEqual([]);
  const noted = made.plans.noted.map(({ by, guard }) => `${by.userId} ${guard}`);
  expect(new Set(noted)).toEqual(new Set(["U0ALEX same-person", "U0TAE not-approver"]));
});

test("groups are read as they are at the click; one that cannot be read lets nobody approve", { timeout: 60_000 }, async () => {
  made = await startRepairs();
  const card = await planned("reboot-database");
  const heal = made.slack.faults.add({ kind: "refused", method: "usergroups.users.list", error: "missing_scope" });
  await made.press("U0NOA", "plan:approve", card);
  expect(await told("U0NOA")).toContain("did not tell who may approve");
  heal();
  await made.press("U0NOA", "plan:approve", card);
  await shows("1 of 2");
  made.slack.people.regroup({ group: "S0APPROVERS", users: ["U0NOA"] });
  made.offset.ms += 3_500;
  await made.press("U0MINA", "plan:approve", card);
  expect(await told("U0MINA")).toContain("할 수 있는 사람이 아닙니다");
  await made.press("U0NOA", "plan:approve", card);
  expect(await told("U0NOA", 2)).toContain("approved this already. It takes 1 more");
  expect(made.plans.counted).toHaveLength(1);
});

test(
  "an old button of a changed plan, of a plan that is gone, and of one whose time is over is answered and counts for nothing",
  { timeout: 60_000 },
  async () => {
    made = await startRepairs();
    const card = await planned();
    const { plan } = made.plans.rows.get("p-1")!;
    made.plans.rows.set("p-1", { ...made.plans.rows.get("p-1")!, plan: { ...plan, digest: "f".repeat(64) } });
    await made.press("U0NOA", "plan:approve", card);
    expect(await told("U0NOA")).toContain("earlier form of the plan");
    made.plans.rows.set("p-1", { ...made.plans.rows.get("p-1")!, plan });
    made.offset.ms += 31 * 60_000;
    await made.press("U0NOA", "plan:approve", card);
    expect(await told("U0NOA", 2)).toContain("could be approved until");
    const old = structuredClone(card);
    await made.plans.expire(new Date(Date.now() + made.offset.ms));
    await shows("Not approved in time");
    expect(buttons()).toEqual([]);
    made.plans.rows.clear();
    made.card()!.blocks = old.blocks!;
    await made.press("U0NOA", "plan:approve", made.card()!);
    expect(await told("U0NOA", 3)).toContain("no such plan any more");
    expect(made.plans.counted).toEqual([]);
  },
);

test("a click that is delivered twice counts once, and one while the store is down is answered", async () => {
  made = await startRepairs();
  const card = await planned("reboot-database");
  made.slack.faults.add({ kind: "duplicate", envelope: "new", type: "interactive", times: 1 });
  await made.press("U0NOA", "plan:approve", card);
  await shows("1 of 2");
  expect(made.plans.counted).toHaveLength(1);
  expect(made.private("U0NOA")).toEqual([]);
  made.plans.down.is = true;
  await made.press("U0MINA", "plan:approve", card);
  expect(await told("U0MINA")).toContain("e-1");
  made.plans.down.is = false;
  expect(made.plans.counted).toHaveLength(1);
});

test("only who asked for a plan takes it back; later clicks are told how it ended", async () => {
  made = await startRepairs();
  const card = await planned();
  const old = structuredClone(card.blocks!);
  await made.press("U0TAE", "plan:withdraw", card);
  expect(await told("U0TAE")).toContain("Only Alex Morgan");
  await made.press("U0ALEX", "plan:withdraw", card);
  await shows("Taken back by Alex Morgan");
  expect(buttons()).toEqual([]);
  made.card()!.blocks = old;
  await made.press("U0NOA", "plan:approve", card);
  expect(await told("U0NOA")).toMatch(/decided already.*\nTaken back by Alex Morgan/);
  await made.press("U0ALEX", "plan:withdraw", card);
  expect(await told("U0ALEX", 2)).toContain("decided already");
});

test("where many changes were begun today, no further one can be approved", async () => {
  made = await startRepairs(REPAIRS.replace("approvers: [S0APPROVERS]", "approvers: [S0APPROVERS]\n      perDay: 1"));
  const card = await planned();
  made.plans.rows.set("p-0", { ...made.plans.rows.get("p-1")!, plan: madePlan({ id: "p-0" }), beganAt: new Date() });
  await made.press("U0NOA", "plan:approve", card);
  expect(await told("U0NOA")).toContain("1 change may be begun in 24 hours");
});

test("a plan that wants the environment's name typed takes a yes only with it", { timeout: 60_000 }, async () => {
  made = await startRepairs();
  await planned();
  const row = made.plans.rows.get("p-1")!;
  made.plans.change("p-1", { plan: { ...row.plan, policy: { ...row.plan.policy, typed: true } } });
  await made.until(() => buttons().includes("plan:type"), "a button that lets type");
  const type = async (typed: string) => {
    await made.press("U0NOA", "plan:type", made.card()!);
    await made.until(() => made.slack.workspace.view("U0NOA")?.callback_id === "plan:typed", "a dialog");
    const view = made.slack.workspace.view("U0NOA")!;
    expect(JSON.stringify(view.blocks)).toContain("type prod");
    await made.slack.people.submitView({ user: "U0NOA", viewId: view.id, values: { typed: { typed } } });
  };
  await type("staging");
  expect(await told("U0NOA")).toContain("is not prod");
  await type(" prod ");
  await shows("Approved by Noa Levi");
});

test(
  "who asked for a plan cannot approve it by typing either, nor anybody by a dialog that was opened for an earlier form of it",
  { timeout: 60_000 },
  async () => {
    made = await startRepairs();
    made.slack.people.regroup({ group: "S0APPROVERS", users: ["U0ALEX", "U0NOA"] });
    await planned();
    const row = made.plans.rows.get("p-1")!;
    made.plans.change("p-1", { plan: { ...row.plan, policy: { ...row.plan.policy, typed: true } } });
    await made.until(() => buttons().includes("plan:type"), "a button that lets type");
    const opened = async (user: string) => {
      await made.press(user, "plan:type", made.card()!);
      await made.until(() => made.slack.workspace.view(user)?.callback_id === "plan:typed", "a dialog");
      return made.slack.workspace.view(user)!.id;
    };
    const type = async (user: string, viewId: string) =>
      made.slack.people.submitView({ user, viewId, values: { typed: { typed: "prod" } } });
    await type("U0ALEX", await opened("U0ALEX"));
    expect(await told("U0ALEX", 2)).toContain("somebody else must approve");
    const viewId = await opened("U0NOA");
    const { plan } = made.plans.rows.get("p-1")!;
    made.plans.rows.set("p-1", { ...made.plans.rows.get("p-1")!, plan: { ...plan, digest: "f".repeat(64) } });
    await type("U0NOA", viewId);
    expect(await told("U0NOA")).toContain("earlier form of the plan");
    expect(made.plans.counted).toEqual([]);
    expect(made.plans.noted.map(({ guard }) => guard)).toEqual(["same-person", "other-plan"]);
  },
);

test("a dialog that Slack does not open is told to who pressed, and counts for nothing", { timeout: 60_000 }, async () => {
  made = await startRepairs();
  await planned();
  const row = made.plans.rows.get("p-1")!;
  made.plans.change("p-1", { plan: { ...row.plan, policy: { ...row.plan.policy, typed: true } } });
  await made.until(() => buttons().includes("plan:type"), "a button that lets type");
  const heal = made.slack.faults.add({ kind: "http-before", method: "views.open", status: 503 });
  await made.press("U0NOA", "plan:type", made.card()!);
  expect(await told("U0NOA")).toContain("Slack did not open the dialog");
  await made.press("U0TAE", "plan:choose:restart-service", await made.offers());
  expect(await told("U0TAE")).toContain("Press again in a moment");
  heal();
  await made.press("U0NOA", "plan:type", made.card()!);
  await made.until(() => made.slack.workspace.view("U0NOA")?.callback_id === "plan:typed", "a dialog");
  expect(made.plans.counted).toEqual([]);
});

test("who may answer whether a step took place are the approvers", async () => {
  made = await startRepairs();
  const card = await planned();
  await made.press("U0NOA", "plan:approve", card);
  await shows("Approved by Noa Levi");
  await made.plans.ask(
    "p-1",
    { step: "create: snapshot", because: say("answerLost", { said: "timeout" }), askedAt: new Date() },
    new Date(),
  );
  await shows("did this step take place?");
  await made.press("U0TAE", "plan:landed", made.card()!);
  expect(await told("U0TAE")).toContain("not among those");
  const old = structuredClone(made.card()!.blocks!);
  await made.press("U0MINA", "plan:not-landed", made.card()!);
  await shows("Under way since");
  made.card()!.blocks = old;
  await made.press("U0NOA", "plan:landed", made.card()!);
  expect(await told("U0NOA")).toContain("Nothing is asked here");
});

test("a service is chosen in a dialog that opens at once; a refusal is told to who asked, and audited", { timeout: 60_000 }, async () => {
  made = await startRepairs();
  const offers = await made.offers();
  await made.press("U0ALEX", "plan:choose:restart-service", offers);
  await made.until(() => made.slack.workspace.view("U0ALEX")?.callback_id === "plan:unit", "a choice");
  const view = made.slack.workspace.view("U0ALEX")!;
  expect(faultsOfView({ type: view.type, title: view.title, submit: view.submit, close: view.close, blocks: view.blocks })).toEqual([]);
  await made.slack.people.submitView({
    user: "U0ALEX",
    viewId: view.id,
    values: { unit: { unit: { type: "static_select", selected_option: { value: "worker" } } } },
  });
  await made.until(() => made.card() !== undefined, "a plan's message");
  expect(made.plans.rows.get("p-1")!.plan.input).toEqual({ unit: "worker" });
  await made.press("U0GUEST", "plan:choose:restart-service", offers);
  await made.until(
    () => JSON.stringify(made.slack.workspace.view("U0GUEST")?.blocks ?? "").includes("Guests cannot"),
    "a refusal in the dialog",
  );
  made.draft.is = { refused: "not-available", because: say("notAvailable", "shop", "maintenance") };
  await made.press("U0TAE", "plan:make:snapshot-database", offers);
  expect(await told("U0TAE", 2)).toContain("shop is maintenance, not available");
  expect(made.plans.noted).toMatchObject([{ environment: "prod", incident: 7, guard: "not-available", by: { userId: "U0TAE" } }]);
  expect(made.plans.rows.size).toBe(1);
});

test("two who have the same planned at once get one plan, and whoever comes later is led to it", async () => {
  made = await startRepairs();
  const offers = await made.offers();
  const waits = Promise.withResolvers<void>();
  made.draft.waits = waits.promise;
  await made.press("U0ALEX", "plan:make:snapshot-database", offers);
  await told("U0ALEX");
  await made.press("U0TAE", "plan:make:snapshot-database", offers);
  expect(await told("U0TAE")).toContain("such a plan already");
  waits.resolve();
  await made.until(() => made.card() !== undefined, "a plan's message");
  await made.press("U0NOA", "plan:make:snapshot-database", offers);
  expect(await told("U0NOA")).toContain("Open the thread");
  expect(made.plans.rows.size).toBe(1);
});
