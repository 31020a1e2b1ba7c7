import type { PageState } from "../../page-state.ts";
import { h } from "../draw/dom.ts";
import { icon } from "../draw/icons.ts";
import { keep, type Keyed } from "../draw/keyed.ts";
import type { Note, Page } from "../page.ts";
import { formatDate } from "../text/dates.ts";
import { parseMrkdwn } from "../text/mrkdwn.ts";
import { drawPassages, languageOf } from "../text/nodes.ts";
import { faceOf } from "./face.ts";
import { messageItem } from "./message.ts";

type Message = PageState["messages"][number];

/** Plain messages of one hand within this time are drawn as one. */
const JOIN_S = 300;

/** Nearer to the end than this, the list follows what comes. */
const FOLLOW_PX = 80;

/** A list of messages that shows the newest, and stays where it is when the person looks at older ones; a button then leads to what came. */
export function messageList(page: Page, root: HTMLElement, kind: "channel" | "thread") {
  const list = h("div", { class: "messages" });
  const toEnd = h("button", { type: "button", class: "to-end", hidden: true }, [icon("down"), "New messages"]);
  root.append(list, toEnd);
  let shown = "";
  let following = true;
  let newest = "";
  const follow = () => root.scrollTo({ top: root.scrollHeight });
  const atEnd = () => root.scrollHeight - root.scrollTop - root.clientHeight < FOLLOW_PX;
  root.addEventListener("scroll", () => {
    following = atEnd();
    if (following) toEnd.hidden = true;
  });
  toEnd.addEventListener("click", follow);
  new ResizeObserver(() => following && follow()).observe(list);
  return {
    draw: (of: string, messages: readonly Message[], notes: readonly Note[], before: readonly Keyed[] = []) => {
      keep(list, [...before, ...itemsOf(page, messages, notes, kind)]);
      const last = messages.at(-1)?.ts ?? "";
      if (of !== shown) {
        shown = of;
        following = true;
      } else if (!following && last > newest) toEnd.hidden = false;
      newest = last;
      if (following) follow();
    },
  };
}

function itemsOf(page: Page, messages: readonly Message[], notes: readonly Note[], kind: "channel" | "thread"): Keyed[] {
  const lines = [
    ...messages.map((message) => ({ at: Number(message.ts), message })),
    ...notes.map((note) => ({ at: note.after || note.at, note })),
  ].toSorted((one, other) => one.at - other.at);
  const items: Keyed[] = [];
  let day = "";
  let above: Message | undefined;
  for (const line of lines) {
    const today = dayOf(page, line.at);
    if (today !== day && kind === "channel") items.push(dayItem(today));
    const joins = today === day;
    day = today;
    if ("note" in line) {
      items.push(noteItem(page, line.note));
      above = undefined;
      continue;
    }
    items.push(messageItem(page, line.message, { in: kind, joined: joins && isJoined(above, line.message) }));
    above = line.message;
  }
  return items;
}

function isJoined(above: Message | undefined, message: Message): boolean {
  if (!above || above.user !== message.user || above.ephemeralFor !== undefined || message.ephemeralFor !== undefined) return false;
  if (above.blocks || message.blocks) return false;
  return Number(message.ts) - Number(above.ts) < JOIN_S;
}

function dayOf(page: Page, unix: number): string {
  const { locale, now } = page.reader();
  return formatDate("{day_divider_pretty}", { unix, locale, now: now() });
}

function dayItem(day: string): Keyed {
  return { key: `day:${day}`, build: () => h("h3", { class: "day", lang: languageOf(day) }, [h("span", {}, day)]) };
}

function noteItem(page: Page, { key, text, at }: Note): Keyed {
  return {
    key,
    print: text,
    build: () => {
      const { locale, now } = page.reader();
      const time = formatDate("{time}", { unix: at, locale, now: now() });
      return h("article", { class: "message is-ephemeral", "aria-label": `Local Slack, ${time}`, tabindex: -1 }, [
        h("p", { class: "only-you" }, [icon("eye"), "Only visible to you"]),
        h("div", { class: "message-face" }, [faceOf("Local Slack", true)]),
        h("div", { class: "message-main" }, [
          h("header", { class: "message-head" }, [
            h("span", { class: "message-name" }, "Local Slack"),
            h("span", { class: "message-time", lang: languageOf(time) }, time),
          ]),
          h("div", { class: "message-body" }, [drawPassages(parseMrkdwn(text), page.reader())]),
        ]),
      ]);
    },
  };
}
