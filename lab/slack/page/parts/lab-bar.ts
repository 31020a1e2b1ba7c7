import { sentenceOf } from "../blocks/button.ts";
import { h, setText } from "../draw/dom.ts";
import { keep } from "../draw/keyed.ts";
import { languageOf } from "../text/nodes.ts";
import type { Page, Part } from "../page.ts";

/** The bar above the workspace: how the lab stands, and what can be done to it. It is no part of Slack and says so. */
export function labBarPart(page: Page, root: HTMLElement): Part {
  const text = h("p", { class: "lab-text" });
  const facts = h("dl", { class: "lab-facts" });
  const buttons = h("div", { class: "lab-buttons" });
  root.append(h("span", { class: "lab-tag" }, "Lab"), text, facts, buttons);
  return {
    draw: () => {
      const { banner } = page.state();
      root.hidden = !banner;
      if (!banner) return;
      setText(text, banner.text);
      text.lang = languageOf(banner.text) ?? "en";
      keep(
        facts,
        banner.facts.map(({ label, value }) => ({
          key: label,
          build: () => h("div", {}, [h("dt", {}, label), h("dd")]),
          update: (element) => setText(element.lastElementChild ?? element, value),
        })),
      );
      keep(
        buttons,
        banner.buttons.map(({ id, label }) => ({
          key: id,
          print: label,
          build: () =>
            h("button", { type: "button", class: "button small", "data-keep": `lab:${id}` }, label, { click: () => void press(page, id) }),
        })),
      );
    },
  };
}

async function press(page: Page, id: string): Promise<void> {
  const failed = sentenceOf(await page.act({ act: "press-banner", id }));
  if (failed !== undefined) page.announce(failed);
}
