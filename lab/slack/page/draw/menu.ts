import { h } from "./dom.ts";

/** One entry of a menu. */
export type MenuItem = { label: string; note?: string; run: () => void };

/** Open a menu at a button: arrows, Home and End move in it, Escape and Tab leave it, and the focus goes back to where it came from. */
export function openMenu(anchor: HTMLElement, items: readonly MenuItem[]): void {
  document.querySelector(".menu")?.remove();
  const menu = h("div", { class: "menu", role: "menu", popover: "manual" });
  const close = (back: boolean) => {
    document.removeEventListener("pointerdown", outside, true);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (back) anchor.focus();
  };
  const outside = (event: Event) => {
    if (!menu.contains(event.target as Node)) close(false);
  };
  const entries = items.map((item) => {
    const words = [h("span", {}, item.label), item.note !== undefined && h("span", { class: "faint" }, item.note)];
    return h("button", { type: "button", role: "menuitem", tabindex: -1 }, words, {
      click: () => {
        close(true);
        item.run();
      },
    });
  });
  menu.append(...entries);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || event.key === "Tab") close(true);
    else if (!move(entries, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  (anchor.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  stand(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  entries[0]?.focus();
}

function move(entries: readonly HTMLElement[], key: string): boolean {
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const last = entries.length - 1;
  const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[key];
  if (to === undefined) return false;
  entries[to]?.focus();
  return true;
}

/** Below the button, or above it where there is no room, never off the screen. */
function stand(menu: HTMLElement, anchor: HTMLElement): void {
  const [at, size] = [anchor.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = at.bottom + 4 + size.height <= innerHeight;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - size.height)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
}
