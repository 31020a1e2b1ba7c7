import { h, setText } from "../draw/dom.ts";
import { channelShown, messagesIn } from "../find.ts";
import { icon } from "../draw/icons.ts";
import type { Keyed } from "../draw/keyed.ts";
import type { Page, Part } from "../page.ts";
import { composer } from "./composer.ts";
import { messageList } from "../messages/message-list.ts";

/** A channel: what was said in it, and where to write. */
export function channelPart(page: Page, root: HTMLElement, draft: string): Part {
  const about = h("p", { class: "faint" });
  const title = h("h1");
  const head = root.querySelector(".pane-head") ?? root;
  head.append(h("div", { class: "pane-title" }, [title, about]));
  const scroll = h("div", { class: "pane-scroll", tabindex: 0, role: "region", "aria-label": "Messages", id: "messages" });
  const list = messageList(page, scroll, "channel");
  const writing = composer(page, { in: "channel", draft });
  root.append(scroll, writing.root);
  return {
    draw: () => {
      const channel = channelShown(page);
      if (!channel) return;
      const sign = channel.isIm ? "" : "#";
      if (title.textContent !== sign + channel.name)
        title.replaceChildren(...(channel.isPrivate ? [icon("lock")] : []), sign + channel.name);
      const app = page.state().users.find((user) => user.id === page.state().appUserId)?.realName ?? "the app";
      setText(about, channel.isIm ? "" : `${channel.members} members${channel.hasApp ? "" : `, ${app} is not one of them`}`);
      const notes = page.notes().filter((note) => note.channel === channel.id && note.threadTs === undefined);
      const messages = messagesIn(page.state(), channel.id);
      list.draw(channel.id, messages, notes, [beginning(channel.id, sign + channel.name)]);
      writing.draw(channel);
    },
  };
}

function beginning(id: string, name: string): Keyed {
  return {
    key: `beginning:${id}`,
    build: () =>
      h("div", { class: "beginning" }, [h("p", { class: "beginning-title" }, name), h("p", {}, `This is where ${name} begins.`)]),
  };
}
