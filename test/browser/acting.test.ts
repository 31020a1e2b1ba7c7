import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { startLocalSlack } from "../../lab/slack/local-slack.ts";
import { audit } from "./audit.ts";
import { formMessages } from "./gallery-blocks.ts";
import { openTab, picture, setStage, type Stage } from "./stage.ts";

const ALEX = "?user=U0ALEX&channel=prod";
const MINA = "?user=U0MINA&channel=prod";

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  for (const message of formMessages()) await stage.app.client.chat.postMessage({ channel: "C0PROD", ...message } as never);
});

afterAll(() => stage?.stop());

const box = (page: Page) => page.getByRole("textbox", { name: "Message #" });
const messages = (page: Page) => page.getByRole("region", { name: "Messages" });
const dialog = (page: Page) => page.getByRole("dialog");

test("a command is typed, its thread opened and closed, and a button pressed, by keyboard alone", async () => {
  const { page, troubles, close } = await openTab(stage, "?user=U0ALEX&channel=staging&draft=/dia");
  expect(await box(page).evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type("g");
  await page.getByRole("option", { name: "/diagnose" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type("prod");
  await page.keyboard.press("Enter");
  await page.getByText("prod: the disk of the database is saturated").waitFor();
  const link = page.getByRole("button", { name: "1 reply" });
  while (!(await link.evaluate((each) => each === document.activeElement))) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("2 of 3 done, 1 failed").waitFor();
  await page.keyboard.press("Escape");
  expect(await thread.isVisible()).toBe(false);
  expect(await link.evaluate((each) => each === document.activeElement)).toBe(true);
  expect(stage.app.heard).toContain("command prod");
  expect(troubles).toEqual([]);
  await close();
});

test("the thread is part of the address, and Back leaves it", async () => {
  const { page, close } = await openTab(stage, "?user=U0ALEX&channel=staging");
  await page.getByRole("button", { name: "1 reply" }).click();
  await page.reload();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("2 of 3 done").waitFor();
  await thread.getByRole("textbox").fill("/diagnose prod");
  await page.keyboard.press("Enter");
  await thread.getByText("/diagnose is not supported in threads. Sorry!").waitFor();
  await thread.getByRole("textbox").fill("I take it <b>over</b>, @mina");
  await page.keyboard.press("Enter");
  await thread.getByText("I take it <b>over</b>, @mina").waitFor();
  await picture(page, "thread");
  await page.goBack();
  await thread.waitFor({ state: "hidden" });
  await close();
});

test("what only one person may see, only they see", async () => {
  const [mina, alex] = [await openTab(stage, MINA), await openTab(stage, ALEX)];
  await box(mina.page).fill("/diagnose nowhere");
  await mina.page.keyboard.press("Enter");
  const answer = mina.page.getByText("I know no environment nowhere.");
  await answer.waitFor();
  expect(await mina.page.locator("article", { has: answer }).innerText()).toContain("Only visible to you");
  await box(alex.page).fill("hello");
  await alex.page.keyboard.press("Enter");
  await mina.page.getByText("hello", { exact: true }).waitFor();
  expect(await alex.page.getByText("I know no environment").count()).toBe(0);
  await mina.page.getByRole("combobox", { name: "You are" }).selectOption({ label: "Alex Morgan" });
  await answer.waitFor({ state: "detached" });
  expect(await mina.page.locator("#sidebar").getByRole("button", { name: "staging" }).isVisible()).toBe(true);
  await mina.close();
  await alex.close();
});

test("an app that does not answer within three seconds is told as Slack tells it", async () => {
  const { page, close } = await openTab(stage, ALEX);
  await box(page).fill("/diagnose silence");
  await page.keyboard.press("Enter");
  const slow = page.getByRole("button", { name: "Never answers" });
  await slow.click();
  await expect.poll(() => slow.getAttribute("aria-disabled")).toBe("true");
  await messages(page).getByText('/diagnose failed with the error "operation_timeout"').waitFor();
  await page.getByRole("alert").getByText("We had some trouble connecting.").waitFor();
  expect(await slow.getAttribute("aria-disabled")).toBeNull();
  await box(page).fill("/nonsense");
  await page.keyboard.press("Enter");
  await messages(page).getByText("/nonsense is not a valid command.").waitFor();
  await close();
});

test("a dangerous button asks first, and a pressed one is heard once", async () => {
  const { page, close } = await openTab(stage, ALEX);
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  expect(await dialog(page).innerText()).toContain("It takes web-1 down for 3 s.");
  expect(await page.evaluate(audit)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await dialog(page).getByRole("button", { name: "Restart" }).click();
  await expect.poll(() => stage.app.heard.filter((line) => line.startsWith("action restart"))).toEqual(["action restart  by U0ALEX"]);
  await page.getByRole("combobox", { name: "Choose a host" }).selectOption("web-2");
  await page.getByRole("button", { name: "More options" }).click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Not useful" }).click();
  await page.getByRole("radio", { name: "web-3" }).check();
  const heard = ["action host web-2 by U0ALEX", "action more web-2 by U0ALEX", "action useful no by U0ALEX", "action how web-3 by U0ALEX"];
  await expect.poll(() => stage.app.heard).toEqual(expect.arrayContaining(heard));
  await close();
});

test("a modal says at each field what is wrong, and closes once it was taken", async () => {
  const { page, troubles, close } = await openTab(stage, ALEX);
  await page.getByRole("button", { name: "Ask me" }).click();
  await dialog(page).waitFor();
  expect(await page.evaluate(audit)).toEqual([]);
  await picture(page, "modal");
  const reason = dialog(page).getByRole("textbox", { name: "What did you see?" });
  await reason.fill("502");
  await dialog(page).getByRole("button", { name: "Start" }).click();
  await dialog(page).getByText("Please complete this required field.").waitFor();
  await dialog(page).getByRole("radio", { name: "all" }).check();
  await dialog(page).getByRole("button", { name: "Start" }).click();
  await dialog(page).getByText("Say it in five letters or more.").waitFor();
  expect(await reason.getAttribute("aria-invalid")).toBe("true");
  await reason.fill("pages end in 502");
  await dialog(page).getByRole("button", { name: "Start" }).click();
  await dialog(page).waitFor({ state: "hidden" });
  const values = JSON.parse(stage.app.heard.find((line) => line.startsWith("view "))?.slice(5) ?? "{}") as Record<
    string,
    Record<string, object>
  >;
  expect(values["where"]?.["env"]).toMatchObject({ selected_option: { value: "prod" } });
  expect(values["parts"]?.["parts"]).toMatchObject({ selected_options: [{ value: "staging" }] });
  expect(values["reason"]?.["text"]).toMatchObject({ value: "pages end in 502" });
  expect(troubles).toEqual([]);
  await close();
});

test("a message's menu starts the app's shortcut, and Escape closes what it opened", async () => {
  const { page, close } = await openTab(stage, ALEX);
  const message = page.locator("article", { hasText: "Approve" }).first();
  await message.getByRole("button", { name: "More actions" }).press("Enter");
  expect(await page.evaluate(audit)).toEqual([]);
  await page.getByRole("menuitem", { name: "Diagnose this" }).press("Enter");
  await dialog(page).waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await expect.poll(() => stage.slack.workspace.view("U0ALEX")).toBeUndefined();
  await close();
});

test("a mention is heard where the app is, and the page says where it is not", async () => {
  const { page, close } = await openTab(stage, "?user=U0MINA&channel=general");
  await box(page).fill("@gum");
  await page.keyboard.press("Tab");
  await page.keyboard.type("help");
  await page.keyboard.press("Enter");
  await page.getByText("@gumshoe is not in this channel and does not hear this.").waitFor();
  await box(page).fill("/invite @gumshoe");
  await page.keyboard.press("Enter");
  await page.getByText("3 members", { exact: true }).waitFor();
  await box(page).fill("@gumshoe help");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "1 reply" }).waitFor();
  expect(await page.locator(".reaction").innerText()).toContain("1");
  await close();
});

test("the Home tab is the app's, for each person their own", async () => {
  const { page, close } = await openTab(stage, "?user=U0MINA&channel=prod");
  await page.getByRole("button", { name: "Gumshoe Home" }).click();
  await page.getByRole("heading", { name: "Environments" }).waitFor();
  expect(await page.evaluate(audit)).toEqual([]);
  await picture(page, "home");
  await page.getByRole("button", { name: "Diagnose", exact: true }).click();
  await expect.poll(() => stage.app.heard).toContain("action home_run  by U0MINA");
  await close();
});

test("the bar of the lab shows its numbers as they change, and its buttons are heard", async () => {
  const { banner } = stage.slack;
  const { page, close } = await openTab(stage, ALEX);
  expect(await page.getByRole("region", { name: "Lab" }).isVisible()).toBe(false);
  const pressed: string[] = [];
  banner.onPress((id) => pressed.push(id));
  const bar = { text: "The disk can be made slow.", buttons: [{ id: "choke", label: "Let the disk choke" }] };
  banner.set({ ...bar, facts: [{ label: "Disk queue", value: "0.1" }] });
  await page.getByText("0.1", { exact: true }).waitFor();
  const button = page.getByRole("button", { name: "Let the disk choke" });
  await button.focus();
  banner.set({ ...bar, facts: [{ label: "Disk queue", value: "64" }] });
  await page.getByText("64", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => pressed).toEqual(["choke"]);
  expect(await page.evaluate(audit)).toEqual([]);
  await close();
});

test("times are told in the reader's language", async () => {
  const { page, close } = await openTab(stage, MINA);
  const time = page.locator(".message-time").first();
  expect(await time.getAttribute("lang")).toBe("ko");
  expect(await time.innerText()).toMatch(/^오[전후] \d+:\d\d$/);
  await close();
});

test("a lab that went away is said, and found again when it is back", async () => {
  const slack = await startLocalSlack({ manifest: stage.manifest });
  const { page, close } = await openTab({ ...stage, slack }, ALEX);
  await slack.stop();
  await page.getByText("Trying again…").waitFor();
  await box(page).fill("hello?");
  await page.keyboard.press("Enter");
  await messages(page).getByText("Is it still running?").waitFor();
  const again = await startLocalSlack({ manifest: stage.manifest, port: Number(new URL(slack.url).port) });
  again.people.say({ user: "U0MINA", channel: "C0PROD", text: "I am back" });
  await messages(page).getByText("I am back").waitFor();
  await page.getByText("Trying again…").waitFor({ state: "hidden" });
  await close();
  await again.stop();
});
