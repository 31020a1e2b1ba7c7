import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { checkManifest } from "../../src/slack/contract/manifest.ts";
import { EVENTS, INTERACTIONS, METHODS, scopesFor, type Method } from "../../src/slack/contract/scopes.ts";

const text = readFileSync("manifest.yml", "utf8");
const check = (changed: string) => checkManifest(parse(changed));

test("the manifest is one that Slack takes, for everything that Gumshoe listens to", () => {
  const { display_information, features, settings } = check(text);
  expect(display_information.name).toBe("Gumshoe");
  expect(features.slash_commands).toMatchObject([
    {
      command: "/diagnose",
      usage_hint: "prod [runbook] | incidents | mute prod 2h | unmute prod | stop prod | resume prod | status | help",
      should_escape: true,
    },
  ]);
  expect(features.shortcuts).toMatchObject([{ name: "Diagnose this", type: "message", callback_id: "diagnose_this" }]);
  expect(features.app_home?.home_tab_enabled).toBe(true);
  expect(settings.event_subscriptions?.bot_events.toSorted()).toEqual(["app_home_opened", "app_mention"]);
  expect(settings.socket_mode_enabled).toBe(true);
});

test("every scope has its reason beside it", () => {
  const scopes = /    bot:\n((?:      - .*\n)+)/.exec(text)?.[1]?.trimEnd().split("\n") ?? [];
  expect(scopes.length).toBeGreaterThan(5);
  for (const line of scopes) expect(line).toMatch(/^ {6}- [a-z._]+(?::[a-z.]+)? # .{10,}$/);
});

test("every scope opens a method, an event, or commands", () => {
  const opened = (Object.keys(METHODS) as Method[]).flatMap((method) => scopesFor(method));
  const { scopes } = check(text).oauth_config;
  expect([...scopes.bot, ...(scopes.bot_optional ?? [])].filter((scope) => !opened.includes(scope))).toEqual([
    "app_mentions:read",
    "commands",
  ]);
});

/** What the product's own sources call and listen to. */
const sources = readdirSync("src/slack", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("contract"))
  .map((name) => readFileSync(join("src/slack", name), "utf8"))
  .join("\n");

test("the manifest allows what the code does, and nothing else", () => {
  const { oauth_config, features, settings } = check(text);
  const called = (Object.keys(METHODS) as Method[]).filter((method) => sources.includes(method));
  expect(called.length).toBeGreaterThan(12);
  const events = [...sources.matchAll(/app\.event\("(\w+)"/g)].map(([, event]) => event as keyof typeof EVENTS);
  expect(settings.event_subscriptions?.bot_events.toSorted()).toEqual(events.toSorted());
  expect(features.slash_commands?.map(({ command }) => command)).toEqual(
    [...sources.matchAll(/app\.command\("([^"]+)"/g)].map(([, command]) => command),
  );
  // The bot is in channels, public and private; it reads no direct conversations.
  const kinds = ["public", "private"] as const;
  const needed = new Set([
    INTERACTIONS,
    ...events.flatMap((event) => EVENTS[event] ?? []),
    ...called.flatMap((method) => kinds.flatMap((kind) => scopesFor(method, kind))),
  ]);
  expect(oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
});

test.each([
  ["a misspelt scope", text.replace("chat:write", "chat:wirte"), '"chat:wirte" is not a scope that we know; is it misspelt?'],
  ["a scope twice", text.replace("- commands ", "- chat:write\n      - commands "), "chat:write stands twice"],
  ["an unknown event", text.replace("- app_mention\n", "- app_mentioned\n"), '"app_mentioned" is not an event that we know'],
  ["an unknown key", text.replace("always_online", "always_on"), "always_on"],
  ["a name of 36 characters", text.replace("name: Gumshoe\n", `name: ${"x".repeat(36)}\n`), "display_information.name: "],
  ["a command without its slash", text.replace("/diagnose\n", "diagnose\n"), "must be / and 1 to 31 characters"],
  ["a shortcut's name of 25 characters", text.replace("name: Diagnose this", `name: ${"x".repeat(25)}`), "features.shortcuts.0.name"],
  ["an event without its scope", text.replace(/ {6}- app_mentions:read.*\n/, ""), "app_mention needs app_mentions:read"],
  ["commands without their scope", text.replace(/ {6}- commands #.*\n/, ""), "commands and shortcuts needs commands"],
  ["shortcuts without interactivity", text.replace(/is_enabled: true.*\n/, "is_enabled: false\n"), "shortcuts need it enabled"],
  [
    "HTTP without its URLs",
    text.replace("socket_mode_enabled: true", "socket_mode_enabled: false"),
    "/diagnose needs a url\nevent_subscriptions needs a request_url\ninteractivity needs a request_url",
  ],
])("%s is refused", (_, changed, says) => {
  expect(changed).not.toBe(text);
  expect(() => check(changed)).toThrow(says);
});
