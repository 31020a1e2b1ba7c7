import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { expect, vi } from "vitest";
import { parse, stringify } from "yaml";
import { startLocalSlack, type LocalSlack } from "../../lab/slack/local-slack.ts";
import { startApp } from "./app.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Without these, Chromium asks Google's hosts for updates at every start. */
const QUIET = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A local Slack with an app in it, and a browser to look at it. */
export type Stage = {
  manifest: string;
  slack: LocalSlack;
  app: Awaited<ReturnType<typeof startApp>>;
  browser: Browser;
  stop: () => Promise<void>;
};

/** Set the stage on free ports. */
export async function setStage(): Promise<Stage> {
  const browser = await startBrowser();
  const manifest = manifestText();
  const slack = await startLocalSlack({ manifest });
  const app = await startApp(slack);
  const stop = async () => {
    await browser.close();
    await app.stop();
    await vi.waitFor(() => expect(slack.sockets()).toBe(0), 30_000); // the app's sockets close after it said that it stopped (bolt-js#3042)
    await slack.stop();
  };
  return { manifest, slack, app, browser, stop };
}

/** A real browser, or an error that says what to install. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(
      `there is no browser at ${CHROMIUM}: on Debian and Ubuntu, "apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji" brings one; ` +
        "CHROMIUM names one that stands elsewhere",
    );
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** The shipped manifest, and the right to upload pictures, which the page can show too. */
function manifestText(): string {
  const shipped = parse(readFileSync(join(import.meta.dirname, "../../manifest.yml"), "utf8")) as {
    oauth_config: { scopes: { bot: string[] } };
  };
  shipped.oauth_config.scopes.bot.push(
    ...["files:write", "files:read"].filter((scope) => !shipped.oauth_config.scopes.bot.includes(scope)),
  );
  return stringify(shipped);
}

/** One person's tab, and all that the browser complained of: errors, what the page's policy refused, requests that leave this machine. */
export type Tab = { page: Page; troubles: string[]; close: () => Promise<void> };

/** Open the page at a place such as `?user=U0ALEX&channel=prod`, and wait until it is drawn. */
export async function openTab(
  { browser, slack }: Pick<Stage, "browser" | "slack">,
  place: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: "UTC", ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => !request.url().startsWith(slack.url) && troubles.push(`asked for ${request.url()}`));
  await page.goto(`${slack.url}/${place}`);
  await page.locator("body.is-ready").waitFor();
  return { page, troubles, close: () => context.close() };
}

/** Keep a picture of the page where SCREENSHOTS names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: join(dir, `${name}.png`) });
}
