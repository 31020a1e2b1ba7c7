import type { PageChannel } from "../../page-state.ts";
import { h, hidden } from "../draw/dom.ts";
import { channelShown, messagesIn, nameOf } from "../find.ts";
import { icon } from "../draw/icons.ts";
import { keep, type Keyed } from "../draw/keyed.ts";
import type { Page, Part } from "../page.ts";
import { faceOf } from "../messages/face.ts";

/** The workspace: its channels and the app's Home, and who is looking. On a narrow screen it is a drawer. */
export function sidebarPart(page: Page, root: HTMLElement): Part {
  const team = h("p", { class: "team" });
  const [channels, direct, apps] = [h("ul"), h("ul"), h("ul")];
  const people = h("select", { class: "select", id: "person" });
  const directTitle = h("h2", {}, "Direct messages");
  root.append(
    h("div", { class: "team-head" }, [icon("lab"), team]),
    h("div", { class: "places" }, [h("h2", {}, "Channels"), channels, directTitle, direct, h("h2", {}, "Apps"), apps]),
    h("div", { class: "person" }, [h("label", { for: "person" }, "You are"), people]),
  );
  people.addEventListener("change", () => page.go({ user: people.value, thread: undefined }, { push: true }));
  const drawer = drawerOf(root);
  const seen = new Map<string, string>();
  return {
    draw: () => {
      const state = page.state();
      team.textContent = `Local Slack: ${state.team}`;
      const shown = page.place().home ? undefined : channelShown(page);
      const item = (channel: PageChannel) => channelItem(page, channel, shown?.id === channel.id, seen, drawer.close);
      keep(channels, state.channels.filter((channel) => !channel.isIm).map(item));
      const ims = state.channels.filter((channel) => channel.isIm).map(item);
      keep(direct, ims);
      directTitle.hidden = ims.length === 0;
      keep(apps, [homeItem(page, drawer.close)]);
      keep(
        people,
        state.people.map(({ id, realName }) => ({ key: id, build: () => h("option", { value: id }, realName) })),
      );
      people.value = state.me;
    },
  };
}

function channelItem(page: Page, channel: PageChannel, isShown: boolean, seen: Map<string, string>, leave: () => void): Keyed {
  const state = page.state();
  const last = messagesIn(state, channel.id).at(-1)?.ts ?? "";
  const key = `${state.me}:${channel.id}`;
  if (isShown || !seen.has(key)) seen.set(key, last);
  const isUnread = last > (seen.get(key) ?? "");
  return {
    key: channel.id,
    print: JSON.stringify([channel, isShown, isUnread]),
    build: () =>
      placeButton(
        channel.id,
        isShown,
        isUnread,
        [icon(channel.isIm ? "reply" : channel.isPrivate ? "lock" : "channel"), channel.name],
        () => {
          page.go({ channel: channel.isIm ? channel.id : channel.name, home: false, thread: undefined }, { push: true });
          leave();
        },
      ),
  };
}

function homeItem(page: Page, leave: () => void): Keyed {
  const { appUserId } = page.state();
  const name = nameOf(page.state(), appUserId);
  const isShown = page.place().home;
  return {
    key: "home",
    print: JSON.stringify([name, isShown]),
    build: () =>
      placeButton("home", isShown, false, [faceOf(name, true), `${name} Home`], () => {
        page.go({ home: true, thread: undefined }, { push: true });
        leave();
      }),
  };
}

function placeButton(key: string, isShown: boolean, isUnread: boolean, face: readonly (Node | string)[], go: () => void): HTMLElement {
  const attributes = {
    type: "button",
    class: isUnread ? "is-unread" : undefined,
    "aria-current": isShown ? "page" : undefined,
    "data-keep": `place:${key}`,
  };
  return h("li", {}, [h("button", attributes, [...face, isUnread && hidden(", unread")], { click: go })]);
}

/** What opens the sidebar where there is no room for it beside the channel. */
function drawerOf(root: HTMLElement): { close: () => void } {
  const backdrop = h("div", { class: "backdrop" });
  root.after(backdrop);
  const toggles = [...document.querySelectorAll<HTMLElement>(".drawer-toggle")];
  const isOpen = () => document.body.classList.contains("has-drawer");
  const set = (open: boolean) => {
    document.body.classList.toggle("has-drawer", open);
    for (const toggle of toggles) toggle.setAttribute("aria-expanded", String(open));
    if (open) root.querySelector<HTMLElement>("[aria-current], button")?.focus();
    else toggles.find((toggle) => toggle.offsetParent !== null)?.focus();
  };
  const close = () => {
    if (isOpen()) set(false);
  };
  for (const toggle of toggles) toggle.addEventListener("click", () => set(!isOpen()));
  backdrop.addEventListener("click", close);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return { close };
}
