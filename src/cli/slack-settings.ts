import type { Config } from "../config/config.ts";
import type { SlackSettings } from "../slack/gumshoe-app.ts";
import type { Words } from "../words/en.ts";
import type { Terminal } from "./verbs.ts";

/** Where Slack's API is, unless a setting says otherwise. */
const SLACK_API = "https://slack.com/api/";

/** How Slack is reached, from the variables of the environment; or every fault in them at once. */
export function slackSettings({ slack }: Config, env: Terminal["env"], words: Words): { settings: SlackSettings } | { faults: string[] } {
  const { needs } = words.start;
  const { SLACK_BOT_TOKEN: botToken = "", SLACK_APP_TOKEN: appToken = "", SLACK_SIGNING_SECRET: signingSecret = "" } = env;
  const apiUrl = withSlash(env["SLACK_API_URL"] || SLACK_API);
  const faults: string[] = [];
  if (botToken === "") faults.push(needs.botToken);
  else if (!botToken.startsWith("xoxb-")) faults.push(needs.notBotToken);
  if (slack.mode === "socket" && appToken === "") faults.push(needs.appToken);
  else if (slack.mode === "socket" && !appToken.startsWith("xapp-")) faults.push(needs.notAppToken);
  if (slack.mode === "http" && signingSecret === "") faults.push(needs.signingSecret);
  if (!/^https?:\/\//.test(apiUrl) || !URL.canParse(apiUrl)) faults.push(needs.notUrl);
  if (faults.length > 0) return { faults };
  const { mode, port } = slack;
  return { settings: mode === "socket" ? { mode, botToken, apiUrl, appToken } : { mode, botToken, apiUrl, signingSecret, port } };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
