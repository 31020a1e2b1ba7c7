import { h, setText } from "../draw/dom.ts";
import { channelShown, threadOf } from "../find.ts";
import { icon } from "../draw/icons.ts";
import type { Page, Part } from "../page.ts";
import { composer } from "./composer.ts";
import { messageList } from "../messages/message-list.ts";

/** The thread beside the channel; on a narrow screen it covers it. Escape closes it. */
export function threadPart(page: Page, root: HTMLElement): Part {
  const where = h("p", { class: "faint" });
  const close = h("button", { type: "button", class: "tool", "aria-label": "Close the thread" }, [icon("close")]);
  const title = h("h2", { tabindex: -1, id: "thread-title" }, "Thread");
  const head = h("div", { class: "pane-head" }, [h("div", { class: "pane-title" }, [title, where]), close]);
  const scroll = h("div", { class: "pane-scroll", tabindex: 0, role: "region", "aria-label": "Replies" });
  const list = messageList(page, scroll, "thread");
  const writing = composer(page, { in: "thread", draft: "" });
  root.append(head, scroll, writing.root);
  const leave = () => {
    const { thread } = page.place();
    page.go({ thread: undefined }, { push: true });
    document.querySelector<HTMLElement>(`[data-keep="thread:${CSS.escape(thread ?? "")}"]`)?.focus();
  };
  close.addEventListener("click", leave);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) leave();
  });
  let shown: string | undefined;
  return {
    draw: () => {
      const { thread, home } = page.place();
      const channel = channelShown(page);
      root.hidden = thread === undefined || home || !channel;
      document.body.classList.toggle("has-thread", !root.hidden);
      if (root.hidden || !channel || thread === undefined) {
        shown = undefined;
        return;
      }
      const { parent, replies } = threadOf(page.state(), channel.id, thread);
      const notes = page.notes().filter((note) => note.channel === channel.id && note.threadTs === thread);
      list.draw(thread, parent ? [parent, ...replies] : replies, notes);
      setText(where, `${channel.isIm ? "" : "#"}${channel.name}, ${replies.length === 1 ? "1 reply" : `${replies.length} replies`}`);
      writing.draw(channel);
      if (shown !== thread) title.focus();
      shown = thread;
    },
  };
}
