import type { PageChannel } from "../../page-state.ts";
import { sentenceOf } from "../blocks/button.ts";
import { h, setAttribute } from "../draw/dom.ts";
import { icon } from "../draw/icons.ts";
import type { Page } from "../page.ts";
import { suggestions } from "./suggestions.ts";

type Kind = { in: "channel" | "thread"; draft: string };

/** Where people write: Enter sends, Shift and Enter begin a new line. What was begun is kept for each channel and thread. */
export function composer(page: Page, kind: Kind): { root: HTMLElement; draw: (channel: PageChannel) => void } {
  const drafts = new Map<string, string>();
  const submit = () => {
    const text = input.value.trim();
    if (text === "" || !channel) return;
    input.value = "";
    changed();
    offered.close();
    void sendText(page, channel.id, text, kind.in === "thread" ? page.place().thread : undefined);
  };
  const { form, input, send } = writingForm(kind.in, submit);
  const offered = suggestions(page, input, `${kind.in}-suggestions`);
  form.prepend(offered.root);
  let place = "";
  let first = kind.draft;
  let channel: PageChannel | undefined;
  const changed = () => {
    send.disabled = input.value.trim() === "";
    input.rows = Math.min(8, input.value.split("\n").length);
    drafts.set(place, input.value);
  };
  input.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  return {
    root: form,
    draw: (now) => {
      channel = now;
      const next = `${page.state().me}:${now.id}:${kind.in === "thread" ? page.place().thread : ""}`;
      const label = kind.in === "thread" ? "Reply to the thread" : `Message ${now.isIm ? "" : "#"}${now.name}`;
      setAttribute(input, "aria-label", label);
      setAttribute(input, "placeholder", label);
      if (next === place) return;
      place = next;
      input.value = drafts.get(next) ?? first;
      if (first !== "") input.focus();
      first = "";
      changed();
    },
  };
}

function writingForm(kind: Kind["in"], submit: () => void) {
  const input = h("textarea", {
    rows: 1,
    id: `${kind}-input`,
    autocomplete: "off",
    spellcheck: "true",
    "aria-describedby": `${kind}-hint`,
  });
  const send = h("button", { type: "submit", class: "tool send", "aria-label": "Send" }, [icon("send")]);
  const hint = h("p", { class: "composer-hint", id: `${kind}-hint` }, "Enter sends, Shift + Enter starts a new line");
  const form = h("form", { class: "composer" }, [h("div", { class: "composer-box" }, [input, send]), hint]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return { form, input, send };
}

/** A slash command goes to the app, all else is said; what does not work is noted where it was written, as Slack does. */
async function sendText(page: Page, channel: string, text: string, threadTs: string | undefined): Promise<void> {
  const note = (sentence: string | undefined) => sentence !== undefined && page.note({ channel, threadTs, text: sentence });
  const slash = /^(\/[a-z][\w-]*)(?:\s+([\s\S]*))?$/.exec(text);
  if (!slash) {
    note(unheard(page, channel, text));
    note(sentenceOf(await page.act({ act: "write", channel, text, ...(threadTs === undefined ? {} : { threadTs }) })));
    return;
  }
  const [, command = "", rest = ""] = slash;
  const isOffered = page.state().offers.commands.some((offer) => offer.command === command);
  if (command === "/invite") note(await invite(page, channel, rest));
  else if (!isOffered) note(`\`${command}\` is not a valid command.`);
  else if (threadTs !== undefined) note(`\`${command}\` is not supported in threads. Sorry!`);
  else note(sentenceOf(await page.act({ act: "command", channel, command, text: rest })));
}

/** An app hears nothing of a channel that it is no member of. */
function unheard(page: Page, channel: string, text: string): string | undefined {
  const { channels, users, appUserId } = page.state();
  const app = users.find((user) => user.id === appUserId)?.name;
  if (app === undefined || channels.find(({ id }) => id === channel)?.hasApp) return undefined;
  const named = new RegExp(`(^|\\W)@${app}(\\W|$)`, "i").test(text);
  return named ? `\`@${app}\` is not in this channel and does not hear this. \`/invite @${app}\` brings it in.` : undefined;
}

async function invite(page: Page, channel: string, text: string): Promise<string | undefined> {
  const name = text.trim().replace(/^@/, "");
  const invited = page.state().users.find((user) => user.name === name);
  if (!invited) return `There is nobody called \`${name}\` here. Try \`/invite @gumshoe\`.`;
  return sentenceOf(await page.act({ act: "invite", channel, invited: invited.id }));
}
