import { WebClient } from "@slack/web-api";
import { boltLog } from "./link/bolt-log.ts";
import { namedChannels, plainName } from "./link/channels.ts";
import type { SlackSettings } from "./gumshoe-app.ts";
import { isByName } from "./ask/may-ask.ts";
import type { Log } from "./log.ts";
import { codeOf } from "./outbox/answers.ts";

/** What a look at Slack found, without connecting for good. */
export type SlackLook = {
  signIn: { bot: string; team: string; missing: readonly string[] } | { code: string };
  /** Nothing in http mode. */
  socket?: "opens" | { code: string };
  channels: ReadonlyMap<string, "joined" | "not-joined" | "not-there" | { code: string }>;
};

/** Permissions without which something that is promised does not work (manifest.yml says what each is for). */
const NEEDED = [
  "app_mentions:read",
  "channels:history",
  "channels:read",
  "chat:write",
  "commands",
  "files:write",
  "groups:history",
  "groups:read",
  "reactions:write",
  "usergroups:read",
  "users:read",
];

/** Ask Slack whether it knows us, lets us open a socket, and shows us the channels. Opens nothing for good. */
export async function lookAtSlack(settings: SlackSettings, channels: readonly string[], log: Log): Promise<SlackLook> {
  const options = () => ({
    slackApiUrl: settings.apiUrl,
    logger: boltLog(log),
    timeout: 8_000,
    retryConfig: { retries: 1, minTimeout: 200 },
  });
  const client = new WebClient(settings.botToken, options());
  const [signIn, socket] = await Promise.all([
    signInOf(client),
    settings.mode === "socket" ? socketOf(new WebClient(settings.appToken, options())) : undefined,
  ]);
  const seen = "code" in signIn ? new Map<string, never>() : await channelsOf(client, channels);
  return { signIn, channels: seen, ...(socket === undefined ? {} : { socket }) };
}

async function signInOf(client: WebClient): Promise<SlackLook["signIn"]> {
  try {
    const told = await client.auth.test();
    const granted = told.response_metadata?.scopes;
    const missing = granted ? NEEDED.filter((scope) => !granted.includes(scope)) : [];
    return { bot: told.user ?? "?", team: told.team ?? "?", missing };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

async function socketOf(client: WebClient): Promise<NonNullable<SlackLook["socket"]>> {
  try {
    await client.apps.connections.open({});
    return "opens";
  } catch (error) {
    return { code: codeOf(error) };
  }
}

async function channelsOf(client: WebClient, channels: readonly string[]): Promise<SlackLook["channels"]> {
  const found = new Map<string, "joined" | "not-joined" | "not-there" | { code: string }>();
  for (const id of channels.filter((channel) => !isByName(channel))) {
    try {
      found.set(id, (await client.conversations.info({ channel: id })).channel?.is_member ? "joined" : "not-joined");
    } catch (error) {
      const code = codeOf(error);
      found.set(id, code === "channel_not_found" ? "not-there" : { code });
    }
  }
  const names = channels.filter(isByName);
  if (names.length === 0) return found;
  const named = await namedChannels(client).catch((error: unknown) => ({ code: codeOf(error) }));
  for (const name of names) {
    if ("code" in named) found.set(name, named);
    else {
      const channel = named.get(plainName(name));
      found.set(name, channel === undefined ? "not-there" : channel.joined ? "joined" : "not-joined");
    }
  }
  return found;
}
