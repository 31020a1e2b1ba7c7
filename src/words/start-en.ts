/** What `gumshoe start` says at the terminal, in every language. */
export type StartWords = typeof startEn;

/** English. */
export const startEn = {
  needs: {
    botToken: "SLACK_BOT_TOKEN is not set: the bot token, which begins with xoxb-",
    appToken: "SLACK_APP_TOKEN is not set: the app-level token with connections:write, which begins with xapp-",
    signingSecret: "SLACK_SIGNING_SECRET is not set: Slack signs its requests with it in http mode",
    notBotToken: "SLACK_BOT_TOKEN is no bot token: that begins with xoxb-",
    notAppToken: "SLACK_APP_TOKEN is no app-level token: that begins with xapp-",
    notUrl: "SLACK_API_URL is no address: leave it out, or write one such as https://slack.com/api/",
    noRunbook: (environment: string, runbook: string, known: readonly string[]) =>
      `environments.${environment}, runbook or checks: there is no runbook "${runbook}"; there are ${known.join(", ")}`,
  },
  fails: {
    signIn: (code: string) => `signing in to Slack: ${code}`,
    socket: (code: string) => `opening a socket to Slack: ${code}`,
    health: (address: string, code: string) => `answering GET /healthz at ${address}: ${code}`,
    listen: (port: number, code: string) => `listening for Slack's requests on port ${port}: ${code}`,
    sns: (address: string, code: string) => `listening for SNS at ${address}: ${code}`,
  },
  check: {
    ok: "ok",
    not: "NOT",
    signedIn: (bot: string, team: string) => `Slack knows the bot: ${bot} in ${team}`,
    notSignedIn: (code: string) => `Slack does not take SLACK_BOT_TOKEN: ${code}`,
    scopes: "The bot has every permission that it needs",
    noScopes: (scopes: readonly string[]) => `The bot lacks ${scopes.join(", ")}: update the app from manifest.yml, and install it again`,
    socket: "A socket to Slack can be opened",
    noSocket: (code: string) => `No socket to Slack can be opened with SLACK_APP_TOKEN: ${code}`,
    channel: (environment: string, channel: string) => `${environment}: Gumshoe is in ${channel}`,
    notIn: (environment: string, channel: string) => `${environment}: Gumshoe is not in ${channel}; write /invite @Gumshoe there`,
    noChannel: (environment: string, channel: string) =>
      `${environment}: Slack shows no channel ${channel} that is open, or that Gumshoe is in`,
    unread: (environment: string, channel: string, code: string) => `${environment}: Slack does not tell of ${channel}: ${code}`,
    membersOnly: (environment: string, members: number) => `${environment}: no channel of its own; ${members} members or groups may ask`,
    nobody: (environment: string) => `${environment}: nobody may ask; name a channel or members`,
    store: (folder: string | undefined) =>
      folder === undefined ? "The database of DATABASE_URL can be written to" : `The built-in database in ${folder} can be written to`,
    noStore: (because: string) => `Nothing can be written down: ${because}`,
    queue: (name: string, waiting: number) => `Alarms can be taken from the queue ${name}; ${waiting} messages wait there`,
    noDeadLetters: (name: string) =>
      `The queue ${name} has no dead-letter queue: a message that cannot be taken would come again for days (docs/aws.md)`,
    noQueue: (name: string, because: string) => `No alarms can be taken from the queue ${name}: ${because}`,
    aws: (environment: string, arn: string, region: string) => `${environment}: AWS knows ${arn} in ${region}`,
    noAws: (environment: string, because: string) => `${environment}: AWS: ${because}`,
    variable: (environment: string, name: string) => `${environment}: ${name} is set`,
    noVariable: (environment: string, name: string) => `${environment}: ${name} is not set, so the database's own view will not be seen`,
  },
};
