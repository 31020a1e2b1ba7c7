import { afterEach, expect, test } from "vitest";
import { REPAIRS, startRepairs, type MadeRepairs } from "./made-repairs.ts";

let made: MadeRepairs;
afterEach(async () => made.stop());

const ask = async (text: string, user = "U0ALEX", channel = "C0PROD") =>
  void (await made.slack.people.command({ user, channel, command: "/diagnose", text }));
const told = async (user: string, nth: number) => {
  await made.until(() => made.private(user).length >= nth, `answer ${nth} to ${user}`);
  return made.private(user)[nth - 1]!.text;
};
const posts = (text: string) => made.slack.workspace.messages.filter((each) => each.ephemeralFor === undefined && each.text.includes(text));

test("whoever may ask stops all changes, one post tells all, and only an approver lets them go on", { timeout: 60_000 }, async () => {
  made = await startRepairs();
  await made.press("U0ALEX", "plan:make:snapshot-database", await made.offers());
  await made.until(() => made.card() !== undefined, "a plan's message");
  await ask("stop");
  expect(await told("U0ALEX", 2)).toContain("All changes in prod are stopped");
  await made.until(() => posts("Alex Morgan stopped all changes in prod").length === 1, "a post");
  await made.until(() => made.card()!.text.includes("All changes in prod are stopped by Alex Morgan"), "a plan that says so");
  await made.press("U0NOA", "plan:approve", made.card()!);
  expect(await told("U0NOA", 1)).toContain("stopped by Alex Morgan");
  await ask("stop prod", "U0NOA");
  expect(await told("U0NOA", 2)).toContain("stopped already, by Alex Morgan");
  await ask("status");
  expect(await told("U0ALEX", 3)).toMatch(/All changes are stopped\nprod, by Alex Morgan/);
  await ask("resume prod");
  expect(await told("U0ALEX", 4)).toContain("<!subteam^S0APPROVERS>");
  const heal = made.slack.faults.add({ kind: "refused", method: "usergroups.users.list", error: "missing_scope" });
  made.offset.ms += 3_500;
  await ask("resume prod", "U0NOA");
  expect(await told("U0NOA", 3)).toContain("did not tell who may approve");
  heal();
  await ask("재개", "U0MINA");
  expect(await told("U0MINA", 1)).toContain("prod 환경의 변경을 다시 진행할 수 있습니다");
  await made.until(() => posts("Mina Kim lets changes in prod go on").length === 1, "a post");
  await made.until(() => !made.card()!.text.includes("are stopped by"), "a plan that says so");
  await made.press("U0NOA", "plan:approve", made.card()!);
  await made.until(() => made.card()!.text.includes("Approved by Noa Levi"), "an approval");
  await ask("resume prod", "U0NOA");
  expect(await told("U0NOA", 4)).toContain("not stopped");
});

test("who may not ask about an environment does not stop it, and a name that is not there stops nothing", async () => {
  made = await startRepairs();
  await ask("stop staging", "U0TAE");
  expect(await told("U0TAE", 1)).toContain("You may not ask about staging here");
  await ask("stop", "U0MINA", "C0GENERAL");
  expect(await told("U0MINA", 1)).toContain("prod, staging");
  await ask("중지 prdo", "U0MINA");
  expect(await told("U0MINA", 2)).toContain("prod");
  expect(await made.plans.haltOf("prod")).toBeUndefined();
  expect(await made.plans.haltOf("staging")).toBeUndefined();
});

test("App Home lists the plans that wait, for those who may see them, and what is stopped", { timeout: 60_000 }, async () => {
  made = await startRepairs(REPAIRS.replace("channel: C0STAGING", "channel: C0STAGING, members: [U0TAE]"));
  await made.press("U0ALEX", "plan:make:snapshot-database", await made.offers());
  await made.until(() => made.card() !== undefined, "a plan's message");
  const stranger = made.crowd(1)[0]!;
  made.slack.workspace.channels.find(({ id }) => id === "C0PROD")!.members.splice(-1, 1);
  const homeOf = async (user: string) => {
    await made.slack.people.openHome(user);
    await made.until(() => made.slack.workspace.home(user) !== undefined, `the Home of ${user}`);
    return JSON.stringify(made.slack.workspace.home(user)!.blocks);
  };
  expect(await homeOf("U0NOA")).toMatch(/Plans that wait for approval.*Take a snapshot of the database, in prod/);
  expect(await homeOf("U0TAE")).toContain("Take a snapshot of the database, in prod");
  expect(await homeOf(stranger)).not.toContain("Take a snapshot of the database, in prod");
  await ask("stop prod");
  await told("U0ALEX", 2);
  expect(await homeOf("U0MINA")).toContain("모든 변경이 멈춰 있는 환경");
});
