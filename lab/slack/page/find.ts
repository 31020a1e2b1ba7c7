import type { PageChannel, PageState } from "../page-state.ts";
import type { Page } from "./page.ts";

type Message = PageState["messages"][number];

/** The channel that the page shows: the one asked for, else the first. */
export function channelShown(page: Page): PageChannel | undefined {
  const { channels } = page.state();
  const asked = page.place().channel?.replace(/^#/, "");
  return channels.find((channel) => channel.id === asked || (!channel.isIm && channel.name === asked)) ?? channels[0];
}

/** What stands in a channel itself: no replies, but those that were sent to the channel too. */
export function messagesIn(state: PageState, channel: string): Message[] {
  return state.messages.filter((message) => message.channel === channel && (!isReply(message) || message.broadcast === true));
}

/** A thread: its first message, and the replies. */
export function threadOf(state: PageState, channel: string, ts: string): { parent: Message | undefined; replies: Message[] } {
  const inChannel = state.messages.filter((message) => message.channel === channel);
  return {
    parent: inChannel.find((message) => message.ts === ts),
    replies: inChannel.filter((message) => isReply(message) && message.threadTs === ts),
  };
}

/** Whether a message answers another. */
export function isReply(message: Message): boolean {
  return message.threadTs !== undefined && message.threadTs !== message.ts;
}

/** The one who wrote something, as the page names them. */
export function nameOf(state: PageState, id: string): string {
  return state.users.find((user) => user.id === id)?.realName ?? id;
}
