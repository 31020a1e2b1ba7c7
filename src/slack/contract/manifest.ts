import { z } from "zod";
import { BOT_SCOPES, EVENTS, INTERACTIONS, type Scope } from "./scopes.ts";

const Url = z
  .string()
  .regex(/^https?:\/\//, "must be an http or https URL")
  .max(3_000);
const RequestUrl = z
  .string()
  .regex(/^https?:\/\//, "must be an http or https URL")
  .max(3_500);
const BotScope = z.enum(BOT_SCOPES, { error: ({ input }) => `"${String(input)}" is not a scope that we know; is it misspelt?` });
const Event = z.enum(Object.keys(EVENTS) as (keyof typeof EVENTS)[], {
  error: ({ input }) => `"${String(input)}" is not an event that we know`,
});

const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.number().int(), minor_version: z.number().int() }).optional(),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140).optional(),
    long_description: z.string().min(175).max(4_000).optional(),
    background_color: z
      .string()
      .regex(/^#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?$/, "must be a colour such as #1d2b3a")
      .optional(),
  }),
  features: z.strictObject({
    app_home: z
      .strictObject({
        home_tab_enabled: z.boolean(),
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      })
      .optional(),
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean().optional() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/[^\s]{1,31}$/, "must be / and 1 to 31 characters"),
          description: z.string().min(1).max(2_000),
          usage_hint: z.string().max(1_000).optional(),
          should_escape: z.boolean().optional(),
          url: Url.optional(),
        }),
      )
      .max(50)
      .optional(),
    shortcuts: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(24),
          type: z.enum(["message", "global"]),
          callback_id: z.string().min(1).max(255),
          description: z.string().min(1).max(150),
        }),
      )
      .max(10)
      .optional(),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({ bot: z.array(BotScope).min(1), bot_optional: z.array(BotScope).optional() }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: RequestUrl.optional(), bot_events: z.array(Event) }).optional(),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: RequestUrl.optional() }).optional(),
    socket_mode_enabled: z.boolean(),
    org_deploy_enabled: z.boolean().optional(),
    token_rotation_enabled: z.boolean().optional(),
  }),
});

/** The Slack app as its manifest describes it. */
export type Manifest = z.infer<typeof Manifest>;

/** Check what manifest.yml says, already parsed; throws with every fault at once, each with the place where it stands. */
export function checkManifest(parsed: unknown): Manifest {
  const manifest = Manifest.safeParse(parsed);
  const faults = manifest.success
    ? [...missingScopes(manifest.data), ...missingUrls(manifest.data), ...said(manifest.data)]
    : manifest.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (!manifest.success || faults.length > 0) throw new Error(`checking the manifest:\n${faults.join("\n")}`);
  return manifest.data;
}

function missingScopes({ features, oauth_config, settings }: Manifest): string[] {
  const has = new Set<Scope>([...oauth_config.scopes.bot, ...(oauth_config.scopes.bot_optional ?? [])]);
  const listens = (features.slash_commands?.length ?? 0) + (features.shortcuts?.length ?? 0) > 0;
  const wanted: [string, Scope | undefined][] = (settings.event_subscriptions?.bot_events ?? []).map((event) => [event, EVENTS[event]]);
  if (listens) wanted.push(["commands and shortcuts", INTERACTIONS]);
  return wanted.flatMap(([what, scope]) =>
    scope === undefined || has.has(scope) ? [] : [`oauth_config.scopes.bot: ${what} needs ${scope}`],
  );
}

/** Without Socket Mode, Slack has to know where to send things. */
function missingUrls({ features, settings }: Manifest): string[] {
  if (settings.socket_mode_enabled) return [];
  const faults = (features.slash_commands ?? []).filter(({ url }) => url === undefined).map(({ command }) => `${command} needs a url`);
  if (settings.event_subscriptions && !settings.event_subscriptions.request_url) faults.push("event_subscriptions needs a request_url");
  if (settings.interactivity?.is_enabled && !settings.interactivity.request_url) faults.push("interactivity needs a request_url");
  return faults;
}

function said({ oauth_config, features, settings }: Manifest): string[] {
  const all = [...oauth_config.scopes.bot, ...(oauth_config.scopes.bot_optional ?? [])];
  const twice = all.filter((scope, at) => all.indexOf(scope) !== at).map((scope) => `oauth_config.scopes: ${scope} stands twice`);
  const interactive = (features.shortcuts?.length ?? 0) > 0 && settings.interactivity?.is_enabled !== true;
  return [...twice, ...(interactive ? ["settings.interactivity: shortcuts need it enabled"] : [])];
}
