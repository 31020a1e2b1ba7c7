import type { Response } from "../delivery/response-urls.ts";
import type { Actions, Delivery } from "../people.ts";
import { actorOf, channelFor, type Acting } from "./actor.ts";
import { typed } from "./typed-text.ts";

/** Type a slash command; what the app acknowledges with is shown, by default to that person only. */
export async function typeCommand(did: Parameters<Actions["command"]>[0], acting: Acting): Promise<Delivery> {
  const { workspace, manifest, triggers, responseUrls } = acting;
  const user = actorOf(did.user, acting);
  const channel = channelFor(user, did.channel, acting);
  const known = manifest.features.slash_commands?.find(({ command }) => command === did.command);
  if (!known) return { acked: false, ms: 0, error: "invalid_command", shown: `${did.command} is not a valid command.` };
  const target = { user: user.id, channel: channel.id };
  const payload = {
    token: "lab",
    team_id: user.teamId,
    team_domain: workspace.team.domain,
    channel_id: channel.id,
    channel_name: channel.isPrivate ? "privategroup" : channel.name,
    user_id: user.id,
    user_name: user.name,
    command: did.command,
    text: known.should_escape ? typed(did.text.trim(), workspace, { labels: true }) : did.text.trim(),
    api_app_id: workspace.appId,
    is_enterprise_install: "false",
    response_url: responseUrls.issue(target),
    trigger_id: triggers.issue(user.id),
  };
  const delivery = await acting.deliver({ type: "slash_commands", payload });
  const refused = delivery.acked ? answer(delivery.payload, (response) => responseUrls.apply(target, response)) : undefined;
  const told: Delivery = refused ? { ...delivery, acked: false, error: "dispatch_failed" } : delivery;
  return told.error ? { ...told, shown: `${did.command} failed with the error "${told.error}"` } : told;
}

/** Show what an acknowledgement carried, if it carried anything; returns Slack's error code when it cannot be shown. */
function answer(payload: unknown, apply: (response: Response) => string | undefined): string | undefined {
  if (payload === null || typeof payload !== "object") return undefined;
  const { text, blocks } = payload as Response;
  return text === undefined && blocks === undefined ? undefined : apply(payload as Response);
}
