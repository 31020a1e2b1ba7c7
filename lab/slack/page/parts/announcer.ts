import type { PageState } from "../../page-state.ts";
import { plain } from "../blocks/words.ts";
import { h } from "../draw/dom.ts";
import { channelShown, isReply, nameOf } from "../find.ts";
import type { Page, Part } from "../page.ts";
import { languageOf } from "../text/nodes.ts";

type Message = PageState["messages"][number];

/** Words that are kept for those who hear the page, before they are taken out again. */
const KEPT_MS = 10_000;

/**
 * Tells those who hear the page what came: messages of the channel and thread that are shown, and messages whose text was changed. It reads
 * `text`, as Slack does, not the blocks, so a plan whose steps turn over is not read again at every step.
 */
export function announcer(root: HTMLElement): { say: (text: string) => void; part: (page: Page) => Part } {
  const say = (text: string) => {
    const line = h("p", { lang: languageOf(text) }, text);
    root.append(line);
    setTimeout(() => line.remove(), KEPT_MS);
  };
  return {
    say,
    part: (page) => {
      let known: Map<string, string> | undefined;
      let whose = "";
      return {
        draw: () => {
          const { messages, me } = page.state();
          const now = new Map(messages.map((message) => [`${message.channel} ${message.ts}`, message.text]));
          if (known && whose === me)
            for (const message of messages)
              if (isShown(page, message) && message.user !== me && known.get(`${message.channel} ${message.ts}`) !== message.text)
                say(wordsOf(page, message));
          known = now;
          whose = me;
        },
      };
    },
  };
}

function isShown(page: Page, message: Message): boolean {
  const { home, thread } = page.place();
  if (home || channelShown(page)?.id !== message.channel) return false;
  return !isReply(message) || message.broadcast === true || message.threadTs === thread;
}

function wordsOf(page: Page, message: Message): string {
  const text = plain({ type: "plain_text", text: message.text }).replace(/<[^>]*\|([^>]*)>/g, "$1");
  const mine = message.ephemeralFor === undefined ? "" : ", only visible to you";
  return `${nameOf(page.state(), message.user)}${mine}: ${text}`;
}
