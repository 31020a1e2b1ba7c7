import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "./audit.ts";
import { plan } from "./gallery-blocks.ts";
import { galleryMessages, HOSTILE } from "./gallery.ts";
import { openTab, picture, setStage, type Stage } from "./stage.ts";

const CHANNEL = "C0PROD";
const ALEX = "?user=U0ALEX&channel=prod";
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  for (const message of galleryMessages()) await stage.app.client.chat.postMessage({ channel: CHANNEL, ...message } as never);
});

afterAll(() => stage?.stop());

test("every kind of block is drawn, and the browser has nothing to complain of", async () => {
  const { page, troubles, close } = await openTab(stage, ALEX);
  const kinds = new Set(
    galleryMessages().flatMap(({ blocks }) =>
      blocks.flatMap(({ type, child_blocks: children }) => [type, ...((children as { type: string }[]) ?? []).map((child) => child.type)]),
    ),
  );
  expect(kinds.size).toBe(17);
  for (const kind of kinds) expect([kind, await page.locator(`#channel .block-${String(kind)}`).count()]).not.toEqual([kind, 0]);
  expect(await page.locator(".unknown").count()).toBe(0);
  expect(await page.locator("#channel article.message").count()).toBe(galleryMessages().length);
  await picture(page, "gallery");
  expect(troubles).toEqual([]);
  await close();
});

test("text is set as Slack sets it", async () => {
  const { page, close } = await openTab(stage, ALEX);
  const words = page.locator("article", { hasText: "snake_case_name" }).locator(".text");
  expect(await words.locator("p").first().innerHTML()).toBe(
    "<strong>bold</strong> <em>italic</em> <s>strike</s> <code>code</code> and <strong>bold with <em>italic</em> in it</strong>, 2*3*4 stays, snake_case_name stays",
  );
  expect(await words.locator("blockquote").innerText()).toBe("a quote\non two lines");
  expect(await words.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
    "https://example.com/a?b=1&c=2",
    "https://example.com/plain",
  ]);
  expect(await words.locator(".mention").allInnerTexts()).toEqual(["@mina", "#prod", "@oncall", "@here"]);
  expect(await words.locator('[role="img"][aria-label="white check mark"]').count()).toBe(1);
  expect(await words.innerText()).toContain(":no_such_emoji: <b> &amp; 2025-11-26 4:06:40 AM");
  expect(await words.locator('p[lang="ko"]').innerText()).toContain("Wednesday, November 26, 2025");
  const markdown = page.locator(".block-markdown").first();
  expect(await markdown.locator("h4, ol > li, ul > li, input:checked, blockquote, td, pre").count()).toBe(11);
  await close();
});

test("hostile words stay words", async () => {
  const { page, troubles, close } = await openTab(stage, ALEX);
  const hostile = page.locator("article", { hasText: "onerror" });
  expect(await hostile.innerText()).toContain(HOSTILE);
  expect(await hostile.locator("img, script, b, iframe").count()).toBe(0);
  expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0);
  expect(await page.evaluate("window.hurt")).toBeUndefined();
  expect(troubles).toEqual([]);
  await close();
});

test("a block that is unknown or broken is shown as its JSON, and the rest of the page stands", async () => {
  const { page, troubles, close } = await openTab(stage, ALEX);
  await page.route("**/page/state?*", async (route) => {
    const response = await route.fetch();
    const state = (await response.json()) as { messages: { blocks?: unknown[] }[] };
    state.messages
      .at(-1)
      ?.blocks?.push(
        { type: "hologram", depth: 3 },
        { type: "table", rows: 7 },
        { type: "actions", elements: [{ type: "dial" }] },
        { type: "constructor" },
      );
    await route.fulfill({ response, json: state });
  });
  await page.reload();
  const boxes = page.locator(".unknown");
  await boxes.first().waitFor();
  expect(await boxes.count()).toBe(4);
  expect(await boxes.first().innerText()).toContain('Unknown block: hologram\n\n{\n  "type": "hologram",\n  "depth": 3');
  expect(await boxes.nth(1).innerText()).toContain("table could not be drawn");
  expect(await boxes.nth(2).innerText()).toContain('Unknown element: {\n  "type": "dial"');
  expect(troubles).toEqual([]);
  await close();
});

test("a chart tells its numbers to those who do not see it", async () => {
  const { page, close } = await openTab(stage, ALEX);
  const chart = page.getByRole("figure", { name: "Disk queue and failed requests" }).or(page.locator("figure.chart")).first();
  const drawing = chart.getByRole("img");
  expect(await drawing.getAttribute("aria-label")).toContain("Disk queue: from 0.1 to 62, highest 64 at 14:35.");
  await chart.getByText("Show the numbers").click();
  expect(await chart.getByRole("row").count()).toBe(13);
  expect(await chart.getByRole("row", { name: "14:25" }).innerText()).toBe("14:25\t31\t12.4");
  const drawn = await drawing.locator("path.line").count();
  expect(drawn).toBe(2);
  await close();
});

test("a long table is turned over page by page", async () => {
  const { page, close } = await openTab(stage, ALEX);
  const table = page.locator(".block-data_table");
  expect(await table.locator("tbody tr").count()).toBe(3);
  await table.getByRole("button", { name: "Next" }).click();
  await table.getByRole("button", { name: "Next" }).click();
  expect(await table.getByRole("row", { name: "web-7" }).innerText()).toContain("72");
  expect(await table.getByText("7–7 of 7").isVisible()).toBe(true);
  await close();
});

test("steps turn over in place: what was folded, focused and scrolled stays so", async () => {
  const { client } = stage.app;
  const { page, close } = await openTab(stage, ALEX);
  const posted = await client.chat.postMessage({
    channel: CHANNEL,
    text: "Steps that turn",
    blocks: [plan(["in_progress", "pending"])] as never,
  });
  const message = page.locator(`article[data-ts="${posted.ts}"]`);
  const steps = message.locator(".block-plan");
  await steps.waitFor();
  expect(await steps.locator(".task").allInnerTexts()).toEqual([expect.stringContaining("running"), expect.stringContaining("waiting")]);
  await steps.locator("summary").focus();
  await page.keyboard.press("Enter");
  await client.chat.update({
    channel: CHANNEL,
    ts: posted.ts as string,
    text: "Steps turned",
    blocks: [plan(["complete", "error"])] as never,
  });
  await steps.getByText("1 of 2 done, 1 failed").waitFor();
  expect(await steps.getAttribute("open")).toBeNull();
  expect(await steps.locator("summary").evaluate((line) => line === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  expect(await steps.locator(".task").allInnerTexts()).toEqual([expect.stringContaining("done"), expect.stringContaining("failed")]);
  expect(await message.innerText()).toContain("(edited)");
  await client.chat.delete({ channel: CHANNEL, ts: posted.ts as string });
  await message.waitFor({ state: "detached" });
  await close();
});

test("an uploaded picture is shown with its words", async () => {
  const { page, troubles, close } = await openTab(stage, ALEX);
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await stage.app.client.filesUploadV2({
    channel_id: CHANNEL,
    file: png,
    filename: "queue.png",
    title: "Queue",
    alt_text: "The queue rises",
  });
  const image = page.getByRole("img", { name: "The queue rises" });
  await image.waitFor();
  await expect.poll(() => image.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBe(1);
  expect(troubles).toEqual([]);
  await close();
});

for (const colorScheme of ["light", "dark"] as const)
  test(`people who hear it, use keys or see little can use the page (${colorScheme})`, async () => {
    const { page, close } = await openTab(stage, ALEX, { colorScheme });
    await page.locator("details").evaluateAll((all) => all.forEach((each) => each.setAttribute("open", "")));
    expect(await page.evaluate(audit)).toEqual([]);
    await close();
  });

test("everything is readable on a phone, and nothing is wider than it", async () => {
  const { page, troubles, close } = await openTab(stage, ALEX, PHONE);
  expect(await page.evaluate(audit)).toEqual([]);
  const wide = await page
    .locator("#channel .message *")
    .evaluateAll(
      (all) => all.filter((each) => !each.closest(".scroll, .hidden, .block-carousel") && each.getBoundingClientRect().right > 361).length,
    );
  expect(wide).toBe(0);
  await picture(page, "phone");
  expect(await page.locator("#sidebar").isVisible()).toBe(false);
  await page.getByRole("button", { name: "Channels and people" }).click();
  await page.locator("#sidebar").getByRole("button", { name: "general" }).click();
  await page.locator("#sidebar").waitFor({ state: "hidden" });
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("#general");
  expect(troubles).toEqual([]);
  await close();
});
