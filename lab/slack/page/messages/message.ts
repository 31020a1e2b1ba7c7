import type { PageState } from "../../page-state.ts";
import { drawBlock } from "../blocks/draw-block.ts";
import { sentenceOf } from "../blocks/button.ts";
import type { AnyBlock } from "../blocks/surface.ts";
import { h, hidden } from "../draw/dom.ts";
import { isReply, nameOf, threadOf } from "../find.ts";
import { icon } from "../draw/icons.ts";
import type { Keyed } from "../draw/keyed.ts";
import { keep } from "../draw/keyed.ts";
import { openMenu, type MenuItem } from "../draw/menu.ts";
import type { Page } from "../page.ts";
import { formatDate } from "../text/dates.ts";
import { parseMrkdwn } from "../text/mrkdwn.ts";
import { drawEmoji, drawPassages, languageOf } from "../text/nodes.ts";
import { faceOf } from "./face.ts";
import { drawFile } from "./file.ts";
import { surfaceOn } from "./surfaces.ts";

type Message = PageState["messages"][number];

/** Where a message stands: in the channel, where its thread can be opened, or in the thread itself; `joined` to the one before it by the same hand. */
export type Standing = { in: "channel" | "thread"; joined: boolean };

/** A message as one child of a list: its frame stays, and in it only what changed is drawn again. */
export function messageItem(page: Page, message: Message, standing: Standing): Keyed {
  const { ts, user, channel, edited, ephemeralFor } = message;
  const menu = ephemeralFor === undefined ? menuFor(page, message, standing) : [];
  return {
    key: `message:${ts}`,
    print: JSON.stringify([ts, user, edited !== undefined, ephemeralFor, standing, menu.map((item) => item.label), page.reader().locale]),
    build: () => frameOf(page, message, standing, menu),
    update: (element) => {
      const [body, below] = [element.querySelector(".message-body"), element.querySelector(".message-below")];
      if (body) keep(body, bodyItems(page, message, `${standing.in}:${channel}:${ts}`));
      if (below) keep(below, belowItems(page, message, standing));
    },
  };
}

function frameOf(page: Page, message: Message, { joined }: Standing, menu: readonly MenuItem[]): HTMLElement {
  const state = page.state();
  const user = state.users.find((each) => each.id === message.user);
  const name = nameOf(state, message.user);
  const mine = message.ephemeralFor !== undefined;
  const when = timeOf(page, message.ts);
  const label = `${name}${user?.isBot ? ", app" : ""}, ${when.textContent}`;
  const classes = `message${joined ? " is-joined" : ""}${mine ? " is-ephemeral" : ""}`;
  return h("article", { class: classes, "aria-label": label, tabindex: -1, "data-ts": message.ts }, [
    mine && h("p", { class: "only-you" }, [icon("eye"), "Only visible to you"]),
    h("div", { class: "message-face" }, [joined ? when : faceOf(name, user?.isBot)]),
    h("div", { class: "message-main" }, [
      !joined &&
        h("header", { class: "message-head" }, [
          h("span", { class: "message-name", lang: languageOf(name) }, name),
          user?.isBot && h("span", { class: "badge" }, "APP"),
          user?.isRestricted && h("span", { class: "badge" }, "GUEST"),
          when,
        ]),
      isReply(message) && message.broadcast && h("p", { class: "faint" }, "also sent to the channel from a thread"),
      h("div", { class: "message-body" }),
      message.edited && h("span", { class: "edited" }, "(edited)"),
      h("div", { class: "message-below" }),
    ]),
    menu.length > 0 && h("div", { class: "message-tools" }, [moreButton(menu, label)]),
  ]);
}

function timeOf(page: Page, ts: string): HTMLElement {
  const reader = page.reader();
  const unix = Number(ts);
  const parts = { unix, locale: reader.locale, now: reader.now() };
  const text = formatDate("{time}", parts);
  return h(
    "time",
    {
      class: "message-time",
      datetime: new Date(unix * 1000).toISOString(),
      title: formatDate("{date_long} {time_secs}", parts),
      lang: languageOf(text),
    },
    text,
  );
}

function moreButton(menu: readonly MenuItem[], label: string): HTMLElement {
  const button = h(
    "button",
    { type: "button", class: "tool", "aria-haspopup": "menu", "aria-label": `More actions for the message of ${label}` },
    [icon("more")],
  );
  button.addEventListener("click", () => openMenu(button, menu));
  return button;
}

function menuFor(page: Page, message: Message, standing: Standing): MenuItem[] {
  const { channel, ts } = message;
  const reply: MenuItem = { label: "Reply in thread", run: () => page.go({ thread: message.threadTs ?? ts }, { push: true }) };
  const app = nameOf(page.state(), page.state().appUserId);
  const threadTs = standing.in === "thread" ? (message.threadTs ?? ts) : undefined;
  const use = async (callbackId: string) => {
    const failed = sentenceOf(await page.act({ act: "shortcut", channel, ts, callbackId }));
    if (failed !== undefined) page.note({ channel, text: failed, threadTs });
  };
  const shortcuts = page
    .state()
    .offers.shortcuts.map(({ name, callbackId }): MenuItem => ({ label: name, note: app, run: () => void use(callbackId) }));
  return standing.in === "channel" ? [reply, ...shortcuts] : shortcuts;
}

function bodyItems(page: Page, message: Message, key: string): Keyed[] {
  const reader = page.reader();
  const readable = [reader.locale, reader.me];
  const files = (message.files ?? []).map((id): Keyed => {
    const file = page.state().files.find((each) => each.id === id);
    return { key: `file:${id}`, print: JSON.stringify(file), build: () => drawFile(id, file) };
  });
  if (!message.blocks || message.blocks.length === 0) {
    const text = { key: "text", print: message.text, build: () => drawPassages(parseMrkdwn(message.text), reader) };
    return message.text === "" ? files : [text, ...files];
  }
  const surface = surfaceOn(page, "message", key, { channel: message.channel, ts: message.ts });
  const blocks = message.blocks.map((block, at): Keyed => ({
    key: `${at}:${block.type}`,
    print: JSON.stringify([block, readable, JSON.stringify(block).includes("slack_file") && page.state().files]),
    build: () => drawBlock(block as AnyBlock, { ...surface, key: `${key}:${at}` }),
  }));
  return [...blocks, ...files];
}

function belowItems(page: Page, message: Message, standing: Standing): Keyed[] {
  const state = page.state();
  const reactions = message.reactions.map(({ name, users }): Keyed => ({
    key: `reaction:${name}`,
    print: users.join(),
    build: () => {
      const who = users.map((id) => nameOf(state, id)).join(", ");
      return h("span", { class: "reaction", title: `${name}: ${who}` }, [
        drawEmoji(name),
        hidden(" by "),
        String(users.length),
        hidden(`: ${who}`),
      ]);
    },
  }));
  const { replies } = threadOf(state, message.channel, message.ts);
  if (standing.in === "thread" || replies.length === 0 || isReply(message)) return reactions;
  return [...reactions, threadLink(page, message, replies)];
}

function threadLink(page: Page, message: Message, replies: readonly Message[]): Keyed {
  const state = page.state();
  const faces = [...new Set(replies.map((reply) => reply.user))].slice(0, 4);
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  const last = formatDate("{date_short_pretty} {time}", {
    unix: Number(replies.at(-1)?.ts),
    locale: page.reader().locale,
    now: page.reader().now(),
  });
  return {
    key: "thread",
    print: [count, last, ...faces].join(" "),
    build: () =>
      h(
        "button",
        { type: "button", class: "thread-link", "data-keep": `thread:${message.ts}` },
        [
          ...faces.map((id) => faceOf(nameOf(state, id), state.users.find((user) => user.id === id)?.isBot)),
          h("span", { class: "thread-count" }, count),
          h("span", { class: "faint", lang: languageOf(last) }, [hidden("last "), last]),
        ],
        { click: () => page.go({ thread: message.ts }, { push: true }) },
      ),
  };
}
