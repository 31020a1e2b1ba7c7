import { afterEach, expect, test } from "vitest";
import { keyOf, partOf, startGumshoe, TWO, type MadeGumshoe } from "../../slack/made-gumshoe.ts";

let gumshoe: MadeGumshoe;
afterEach(async () => gumshoe.stop());

const ask = async (text: string, user = "U0ALEX", channel = "C0PROD") =>
  gumshoe.slack.people.command({ user, channel, command: "/diagnose", text });
const told = async (nth: number, user = "U0ALEX") => {
  await gumshoe.until(() => gumshoe.private(user).length >= nth, `answer ${nth} to ${user}`);
  return gumshoe.private(user).at(-1)!.text;
};
const posts = () => gumshoe.messages().filter((each) => keyOf(each) !== "");

test("an environment is muted by who may ask about it, told only to them, and the command works all the same", async () => {
  gumshoe = await startGumshoe({ yaml: TWO });
  await ask("mute prod 2h");
  expect(await told(1)).toContain("prod is muted until");
  await ask("mute prod 2h", "U0GUEST");
  expect(await told(1, "U0GUEST")).toContain("Guests cannot");
  await ask("mute prod 2h", "U0ALEX", "C0STAGING");
  expect(await told(2)).toContain("only in");
  await ask("mute prod soon");
  expect(await told(3)).toContain("is not a time");
  expect(posts()).toEqual([]);
  await ask("prod");
  await gumshoe.until(() => posts().some((each) => partOf(each) === "ran"), "a thread all the same");
  await ask("unmute prod");
  expect(await told(4)).toContain("not muted any more");
  await ask("unmute prod");
  expect(await told(5)).toContain("was not muted");
  await ask("incidents");
  expect(await told(6)).toContain("Open incidents: 1");
});

test("the report is written into the thread by a click, and refused to who may not ask", async () => {
  gumshoe = await startGumshoe();
  await ask("prod");
  await gumshoe.until(() => posts().some((each) => partOf(each) === "ran") && gumshoe.idle(), "a thread");
  const button = posts().find(({ blocks }) => JSON.stringify(blocks).includes("incident:report"))!;
  await gumshoe.slack.people.click({ user: "U0GUEST", channel: "C0PROD", ts: button.ts, actionId: "incident:report" });
  expect(await told(1, "U0GUEST")).toContain("Guests cannot");
  await gumshoe.slack.people.click({ user: "U0ALEX", channel: "C0PROD", ts: button.ts, actionId: "incident:report" });
  await gumshoe.until(
    () => gumshoe.slack.workspace.files.some(({ name, shares }) => name === "report-1.md" && shares.length > 0),
    "the report",
  );
  await gumshoe.until(() => posts().some(({ text }) => text.includes("The report of incident 1")), "what says so");
  const report = gumshoe.slack.workspace.files.find(({ name }) => name === "report-1.md")!;
  expect(report.bytes?.toString()).toContain("disk");
});
