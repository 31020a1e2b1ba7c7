import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { showNumbers } from "../../lab/demo/numbers.ts";
import { setStage, type Stage } from "../../lab/demo/stage.ts";
import { audit } from "./audit.ts";
import { openTab, picture, startBrowser } from "./stage.ts";

/** Requests fail half a minute after the disk has choked, the alarm hears of it ten seconds later, and the looks at a choked database take their time. */
const [THREAD_MS, VERDICT_MS] = [120_000, 120_000];

let browser: Browser;
let demo: Stage;
let end: () => void;

beforeAll(async () => {
  browser = await startBrowser();
  demo = await setStage({ port: 0, story: "calm", language: "en" });
  end = showNumbers(demo);
}, 120_000);

afterAll(async () => {
  end?.();
  await browser?.close();
  await demo?.stop();
}, 60_000);

test("the button lets the disk choke, and an alarm opens the thread with the verdict, though nobody typed anything", async () => {
  const { page, troubles, close } = await openTab({ browser, slack: demo.slack }, "?user=U0ALEX&channel=prod");
  await page.getByText("Its alarms watch metrics of every 10 seconds").waitFor();
  expect(await page.evaluate(audit)).toEqual([]);
  await page.getByRole("button", { name: "Let the disk choke" }).click();
  const choked = Date.now();
  const headline = page.locator("#channel article.message").filter({ hasText: "shop-web-failing" }).first();
  await headline.waitFor({ timeout: THREAD_MS });
  console.log(`the thread opened ${((Date.now() - choked) / 1000).toFixed(1)} s after the disk choked`);
  await picture(page, "alarm-looking");
  await headline.getByText("The database's disk cannot keep up").waitFor({ timeout: VERDICT_MS });
  console.log(`the verdict came ${((Date.now() - choked) / 1000).toFixed(1)} s after the disk choked`);
  const roots = demo.slack.workspace.messages.filter(({ channel, threadTs }) => channel === "C0PROD" && threadTs === undefined);
  expect(roots).toHaveLength(1);
  await page
    .getByRole("button", { name: /repl(?:y|ies)/ })
    .first()
    .click();
  await page.getByRole("complementary", { name: "Thread" }).getByText("@oncall").first().waitFor();
  expect(await page.locator(".unknown").count()).toBe(0);
  expect(await page.evaluate(audit)).toEqual([]);
  expect(troubles).toEqual([]);
  await picture(page, "alarm-verdict");
  await close();
  const phone = await openTab({ browser, slack: demo.slack }, "?user=U0MINA&channel=prod", {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await picture(phone.page, "alarm-phone");
  await phone.close();
}, 300_000);
