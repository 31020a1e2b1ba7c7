import type { Act } from "../page-acts.ts";
import type { PageState } from "../page-state.ts";
import { channelShown } from "./find.ts";
import type { Note, Page } from "./page.ts";
import { announcer } from "./parts/announcer.ts";
import { channelPart } from "./parts/channel.ts";
import { homePart } from "./parts/home.ts";
import { labBarPart } from "./parts/lab-bar.ts";
import { modalPart } from "./parts/modal.ts";
import { sidebarPart } from "./parts/sidebar.ts";
import { threadPart } from "./parts/thread.ts";
import { draftOf, placeOf, searchOf, type Place } from "./place.ts";
import { fetchState, listen, postAct } from "./server.ts";
import type { Reader } from "./text/nodes.ts";

const byId = (id: string) => document.getElementById(id) as HTMLElement;

let place = placeOf(location.search);
let state: PageState = await fetchState(place.user);
if (place.user !== undefined) place.user = state.me; // the address may name somebody who is not here
const notes: Note[] = [];
const announcing = announcer(byId("announcer"));

const page: Page = {
  state: () => state,
  place: () => place,
  notes: () => notes,
  reader: () => readerOf(state),
  go,
  act: (act) => postAct({ ...act, user: state.me } as Act),
  note: ({ channel, text, threadTs }) => {
    const after = Math.max(0, ...state.messages.map((message) => Number(message.ts)));
    notes.push({
      key: `note:${notes.length}`,
      at: Date.now() / 1000,
      after,
      channel,
      text,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    announcing.say(text);
    draw();
  },
  announce: announcing.say,
};

const parts = [
  labBarPart(page, byId("lab")),
  sidebarPart(page, byId("sidebar")),
  channelPart(page, byId("channel"), draftOf(location.search)),
  homePart(page, byId("home")),
  threadPart(page, byId("thread")),
  modalPart(page),
  announcing.part(page),
];

draw();
document.body.classList.add("is-ready");
listen({ onChange: () => void refresh(), onHeard: (heard) => (byId("lost").hidden = heard) });
addEventListener("popstate", () => {
  place = placeOf(location.search);
  void refresh();
});

function draw(): void {
  byId("channel").hidden = place.home;
  byId("home").hidden = !place.home;
  for (const part of parts) part.draw();
  const channel = channelShown(page);
  const shown = place.home ? "Home" : channel?.isIm ? channel.name : `#${channel?.name ?? ""}`;
  document.title = `${shown} - Local Slack`;
}

/** Show another place; another person is asked for anew. */
function go(to: Partial<Place>, { push } = { push: false }): void {
  const person = to.user !== undefined && to.user !== state.me;
  place = { ...place, ...to };
  history[push ? "pushState" : "replaceState"](undefined, "", searchOf(place));
  if (person) void refresh();
  else draw();
}

let asking: Promise<void> | undefined;
let askAgain = false;

/** Ask for what there is now, once at a time; what changes while it is asked is asked for after it. */
async function refresh(): Promise<void> {
  if (asking) {
    askAgain = true;
    return asking;
  }
  asking = (async () => {
    do {
      askAgain = false;
      const wanted = place.user;
      try {
        state = await fetchState(wanted);
      } catch {
        return; // the stream of changes tells when the lab is back, and then it is asked again
      }
      if (wanted !== place.user) askAgain = true;
    } while (askAgain);
    draw();
  })().finally(() => (asking = undefined));
  return asking;
}

function readerOf({ me, users, channels, groups }: PageState): Reader {
  return {
    me,
    locale: users.find((user) => user.id === me)?.locale ?? "en-US",
    now: () => new Date(),
    user: (id) => users.find((user) => user.id === id)?.name,
    channel: (id) => channels.find((channel) => channel.id === id)?.name,
    group: (id) => groups.find((group) => group.id === id)?.handle,
  };
}
