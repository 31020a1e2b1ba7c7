import { h } from "../draw/dom.ts";
import type { Page } from "../page.ts";

/** What can be written at a place: `insert` takes the place of what was typed of it. */
type Offer = { insert: string; title: string; note: string };

/** What is offered while somebody types: the app's commands after a slash, people after an @. Arrows choose, Tab or Enter takes, Escape closes. */
export function suggestions(page: Page, input: HTMLTextAreaElement, id: string): { root: HTMLElement; close: () => void } {
  const root = h("ul", { class: "suggestions", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
  let offers: Offer[] = [];
  let chosen = 0;
  for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": id }))
    input.setAttribute(name, value);
  const draw = () => {
    root.hidden = offers.length === 0;
    root.replaceChildren(...offers.map((offer, at) => option(offer, `${id}-${at}`, at === chosen, () => take(offer))));
    if (root.hidden) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${id}-${chosen}`);
  };
  const show = (list: Offer[]) => {
    offers = list;
    chosen = 0;
    draw();
  };
  const take = (offer: Offer) => {
    const before = input.value.slice(0, input.selectionStart).replace(/\S*$/, offer.insert);
    input.value = before + input.value.slice(input.selectionStart);
    input.setSelectionRange(before.length, before.length);
    show([]);
    input.focus();
    input.dispatchEvent(new Event("input"));
  };
  input.addEventListener("input", () => show(offersFor(page, input.value.slice(0, input.selectionStart))));
  input.addEventListener("blur", () => setTimeout(() => show([]), 150));
  input.addEventListener("keydown", (event) => {
    if (offers.length === 0 || event.isComposing) return;
    const offer = offers[chosen];
    const step = { ArrowDown: 1, ArrowUp: offers.length - 1 }[event.key];
    if (step !== undefined) chosen = (chosen + step) % offers.length;
    else if (event.key === "Escape") offers = [];
    else if ((event.key === "Tab" || event.key === "Enter") && !event.shiftKey && offer) take(offer);
    else return;
    event.preventDefault();
    draw();
  });
  return { root, close: () => show([]) };
}

function option({ title, note }: Offer, id: string, chosen: boolean, take: () => void): HTMLElement {
  const item = h("li", { role: "option", id, "aria-selected": String(chosen) }, [
    h("strong", {}, title),
    h("span", { class: "faint" }, note),
  ]);
  item.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    take();
  });
  return item;
}

/** Nothing is offered any more once a name is whole, so that Enter then sends. */
function offersFor(page: Page, typed: string): Offer[] {
  const { offers, users, me } = page.state();
  if (/^\/\S*$/.test(typed)) {
    const matching = offers.commands.filter(({ command }) => command.startsWith(typed) && command !== typed);
    return matching.map(({ command, description, usageHint }) => ({
      insert: `${command} `,
      title: `${command} ${usageHint}`,
      note: description,
    }));
  }
  const name = /(?:^|\s)@(\w*)$/.exec(typed)?.[1];
  if (name === undefined) return [];
  const matching = users.filter((user) => user.id !== me && user.name.startsWith(name.toLowerCase()) && user.name !== name);
  return matching.map((user) => ({ insert: `@${user.name} `, title: `@${user.name}`, note: user.realName }));
}
