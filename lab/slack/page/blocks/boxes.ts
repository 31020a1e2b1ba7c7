import type { AlertBlock, CardBlock, CarouselBlock, ContainerBlock } from "@slack/types";
import { h } from "../draw/dom.ts";
import { icon } from "../draw/icons.ts";
import { drawPassages } from "../text/nodes.ts";
import { readRichText } from "../text/rich-text.ts";
import { drawElement } from "./elements.ts";
import { drawImage } from "./plain-blocks.ts";
import type { AnyBlock, Surface } from "./surface.ts";
import { drawLine, drawText } from "./words.ts";

type DrawBlock = (block: AnyBlock, surface: Surface) => HTMLElement;

/** What an alert's level is called, so that its colour says nothing that its words don't. */
const LEVELS = { default: "Note", info: "Note", warning: "Warning", error: "Error", success: "Success" } as const;

/** A block that frames others: a container, a card, a row of cards, an alert. */
export function drawBoxBlock(block: AnyBlock, surface: Surface, drawBlock: DrawBlock): HTMLElement {
  const known = block as unknown as ContainerBlock | CardBlock | CarouselBlock | AlertBlock;
  switch (known.type) {
    case "container":
      return drawContainer(known, surface, drawBlock);
    case "card":
      return drawCard(known, surface);
    case "carousel":
      return h(
        "ul",
        { "aria-label": "Cards" },
        known.elements.map((card) => h("li", {}, [drawCard(card, surface)])),
      );
    case "alert":
      return drawAlert(known, surface);
  }
}

function drawContainer(block: ContainerBlock, surface: Surface, drawBlock: DrawBlock): HTMLElement {
  const children = h(
    "div",
    { class: "container-body" },
    block.child_blocks.map((child, at) => drawBlock(child as unknown as AnyBlock, { ...surface, key: `${surface.key}.${at}` })),
  );
  const head = drawHead(block, surface);
  const width = `width-${block.width ?? "standard"}`;
  if (!block.is_collapsible) {
    const line = block.has_header_divider ? "container-head with-line" : "container-head";
    return h("section", { class: `container ${width}` }, [h("div", { class: line }, head), children]);
  }
  const open = block.default_collapsed !== true;
  return h("details", { class: `container ${width}`, open, "data-keep": `${surface.key}:open` }, [
    h("summary", { class: "container-head", "data-keep": `${surface.key}:line` }, [icon("open"), ...head]),
    children,
  ]);
}

function drawHead({ title, rich_text_title: rich, subtitle, icon: image }: ContainerBlock, surface: Surface): HTMLElement[] {
  const named = rich ? drawPassages(readRichText(rich), surface.reader) : title && drawLine(title, surface.reader);
  return [
    ...(image ? [drawImage(image, surface, "box-icon")] : []),
    h("span", { class: "box-words" }, [
      h("span", { class: "box-title" }, [named]),
      subtitle && h("span", { class: "box-subtitle" }, [drawLine(subtitle, surface.reader)]),
    ]),
  ];
}

function drawCard(card: CardBlock, surface: Surface): HTMLElement {
  const { subtext } = card as CardBlock & { subtext?: CardBlock["body"] };
  const { reader } = surface;
  return h("article", { class: "card" }, [
    card.hero_image && drawImage(card.hero_image, surface, "card-hero"),
    h("div", { class: "card-head" }, [
      card.icon && drawImage(card.icon, surface, "box-icon"),
      h("span", { class: "box-words" }, [
        card.title && h("span", { class: "box-title" }, [drawLine(card.title, reader)]),
        card.subtitle && h("span", { class: "box-subtitle" }, [drawLine(card.subtitle, reader)]),
      ]),
    ]),
    card.body && drawText(card.body, reader),
    subtext && h("div", { class: "faint" }, [drawText(subtext, reader)]),
    card.actions &&
      h(
        "div",
        { class: "controls" },
        card.actions.map((button) => drawElement(button, card.block_id, surface)),
      ),
  ]);
}

function drawAlert({ text, level = "default" }: AlertBlock, { reader }: Surface): HTMLElement {
  return h("div", { class: `alert is-${level}`, role: "note" }, [icon("warn"), h("strong", {}, LEVELS[level]), drawLine(text, reader)]);
}
