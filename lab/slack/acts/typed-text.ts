import type { Workspace } from "../workspace.ts";

/** Escape what is Slack's own in a text. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * A text as the client sends what was typed: `@gumshoe` and `#prod` become mentions where there is such a person or channel, addresses
 * links, and the rest is escaped. A mention that is pasted in its written form, such as `<@U0ALEX>`, stays one. With `labels`, as in slash
 * commands, a mention carries its name.
 */
export function typed(text: string, { users, channels }: Workspace, { labels }: { labels: boolean }): string {
  const userMention = (id: string, name: string) => (labels ? `<@${id}|${name}>` : `<@${id}>`);
  const channelMention = (id: string, name: string) => (labels ? `<#${id}|${name}>` : `<#${id}>`);
  const parts = text.split(/(<[@#][A-Z0-9]+(?:\|[^<>]*)?>|[@#][\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*|https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)])/u);
  return parts
    .map((part, at) => {
      if (at % 2 === 0) return escaped(part);
      if (part.startsWith("http")) return `<${escaped(part)}>`;
      const name = part.replace(/^<?[@#]|(?:\|[^>]*)?>$/g, "").toLowerCase();
      const user = users.find((each) => [each.id, each.name, each.realName.replaceAll(" ", "")].some((one) => one.toLowerCase() === name));
      if (part.includes("@") && user) return userMention(user.id, user.name);
      const channel = channels.find((each) => !each.isIm && [each.id, each.name].some((one) => one.toLowerCase() === name));
      if (part.includes("#") && channel) return channelMention(channel.id, channel.name);
      return escaped(part);
    })
    .join("");
}
