import type { Button, Confirm } from "@slack/types";
import type { Acted } from "../../page-acts.ts";
import { h } from "../draw/dom.ts";
import { icon } from "../draw/icons.ts";
import { drawLink, languageOf } from "../text/nodes.ts";
import type { Press, Surface } from "./surface.ts";
import { plain } from "./words.ts";

type Pressable = {
  face: readonly (Node | string | false)[];
  label?: string | undefined;
  style?: "primary" | "danger" | undefined;
  press: Press;
  confirm?: Confirm | undefined;
  surface: Surface;
};

/** What the person reads where the app did not take what they did. */
export function sentenceOf(acted: Acted): string | undefined {
  return "refused" in acted ? acted.refused : acted.shown;
}

/** A button that tells the app when it is pressed, and takes no second press until that was answered. */
export function pressable({ face, label, style, press, confirm, surface }: Pressable): HTMLElement {
  const button = h("button", {
    type: "button",
    class: `button${style ? ` is-${style}` : ""}`,
    "aria-label": label,
    "data-keep": `${surface.key}:${press.actionId}:${press.value ?? ""}`,
  });
  button.append(...face.filter((part) => part !== false));
  const holder = h("span", { class: "pressable" }, [button]);
  button.addEventListener("click", () => void tell({ button, holder, press, surface, confirm }));
  return holder;
}

type Told = { button: HTMLElement; holder: HTMLElement; press: Press; surface: Surface; confirm: Confirm | undefined };

async function tell({ button, holder, press, surface, confirm }: Told): Promise<void> {
  if (button.getAttribute("aria-disabled") === "true") return;
  if (confirm && !(await surface.confirm(confirm, surface.reader))) return;
  holder.querySelector(".press-failed")?.remove();
  button.setAttribute("aria-disabled", "true");
  const failed = sentenceOf(await surface.press(press));
  button.removeAttribute("aria-disabled");
  if (failed !== undefined) holder.append(h("span", { class: "press-failed", role: "alert" }, [icon("warn"), failed]));
}

/** A button of the app; one with an address is followed, and told all the same. */
export function drawButton(button: Button, blockId: string | undefined, surface: Surface): HTMLElement {
  const words = plain(button.text);
  const press: Press = {
    actionId: button.action_id ?? "",
    ...(blockId === undefined ? {} : { blockId }),
    ...(button.value === undefined ? {} : { value: button.value }),
  };
  if (button.url !== undefined) {
    const link = drawLink(button.url, words);
    link.className = `button${button.style ? ` is-${button.style}` : ""}`;
    link.addEventListener("click", () => void surface.press(press));
    return link;
  }
  const face = h("span", { lang: languageOf(words) }, words);
  return pressable({ face: [face], label: button.accessibility_label, style: button.style, press, confirm: button.confirm, surface });
}
