import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setStage, type Stage } from "../../lab/demo/stage.ts";
import { audit } from "./audit.ts";
import { openTab, picture, startBrowser } from "./stage.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
/** A choked database answers slowly, and the probes give it all the time they have. */
const VERDICT_MS = 120_000;

let browser: Browser;
let demo: Stage;

beforeAll(async () => {
  browser = await startBrowser();
  demo = await setStage({ port: 0, story: "choking", language: "en" });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
}, 60_000);

const toTop = (part: Locator) => part.evaluate((element) => element.scrollIntoView({ block: "start" }));
const thread = (page: Page) => page.getByRole("complementary", { name: "Thread" });

test("the prefilled command leads to the verdict, told in one thread and readable on a phone", async () => {
  const { page, troubles, close } = await openTab({ browser, slack: demo.slack }, "?user=U0ALEX&channel=prod&draft=/diagnose%20prod");
  const sent = Date.now();
  await page.keyboard.press("Enter");
  const headline = page.locator("#channel article.message").filter({ hasText: "prod" }).first();
  await headline.waitFor();
  console.log(`first sign of life after ${Date.now() - sent} ms`);
  await page
    .getByRole("button", { name: /repl(?:y|ies)/ })
    .first()
    .click();
  await thread(page).getByText("Looking at shop-web-1").waitFor();
  await picture(page, "looking");
  await headline.getByText("The database's disk cannot keep up").waitFor({ timeout: VERDICT_MS });
  await thread(page).getByText("The script, as it ran").first().waitFor({ timeout: 60_000 });
  console.log(`the verdict after ${((Date.now() - sent) / 1000).toFixed(1)} s`);

  const roots = demo.slack.workspace.messages.filter(({ channel, threadTs }) => channel === "C0PROD" && threadTs === undefined);
  expect(roots).toHaveLength(1);
  const said = await thread(page).innerText();
  for (const look of ["Caddy's access log", "WORKER TIMEOUT", "Kernel OOM", "Database connect", "Disk queue depth"])
    expect(said).toContain(look);
  expect(await thread(page).locator(".block-data_visualization").count()).toBe(1);
  expect(await thread(page).locator(".block-data_visualization svg").allTextContents()).toContainEqual(expect.stringContaining("502"));
  expect(await page.locator(".unknown").count()).toBe(0);
  expect(await page.evaluate(audit)).toEqual([]);
  expect(troubles).toEqual([]);
  await toTop(thread(page).getByText("ROOT CAUSE").first());
  await picture(page, "verdict");
  await toTop(thread(page).locator(".block-data_visualization"));
  await picture(page, "chart");
  await close();

  const phone = await openTab({ browser, slack: demo.slack }, `?user=U0MINA&channel=prod&thread=${roots[0]?.ts}`, PHONE);
  await toTop(thread(phone.page).getByText("ROOT CAUSE").first());
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await picture(phone.page, "phone");
  expect(phone.troubles).toEqual([]);
  await phone.close();
}, 240_000);
