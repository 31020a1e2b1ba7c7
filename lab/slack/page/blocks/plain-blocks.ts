import type { ContextBlock, HeaderBlock, ImageBlock, ImageElement, MarkdownBlock, RichTextBlock, SectionBlock } from "@slack/types";
import { h, hidden } from "../draw/dom.ts";
import { parseMarkdown } from "../text/markdown.ts";
import { drawLink, drawPassages, languageOf } from "../text/nodes.ts";
import { readRichText } from "../text/rich-text.ts";
import { drawElement } from "./elements.ts";
import type { Surface } from "./surface.ts";
import { drawLine, drawText, plain } from "./words.ts";

/** Text, fields in two columns, and something beside them. */
export function drawSection(block: SectionBlock, surface: Surface): HTMLElement {
  const { text, fields = [], accessory } = block;
  const beside =
    accessory?.type === "image"
      ? drawImage(accessory, surface, "accessory-image")
      : accessory && drawElement(accessory, block.block_id, surface);
  return h("div", { class: beside ? "with-accessory" : undefined }, [
    h("div", {}, [
      text && drawText(text, surface.reader),
      fields.length > 0 &&
        h(
          "div",
          { class: "fields" },
          fields.map((field) => drawText(field, surface.reader)),
        ),
    ]),
    beside && h("div", { class: "accessory" }, [beside]),
  ]);
}

/** A heading. */
export function drawHeader({ text }: HeaderBlock): HTMLElement {
  const words = plain(text);
  return h("h3", { lang: languageOf(words) }, words);
}

/** Small print: texts and little pictures on a line. */
export function drawContext({ elements }: ContextBlock, surface: Surface): HTMLElement {
  const drawn = elements.map((element) =>
    element.type === "image" ? drawImage(element, surface, "context-image") : drawText(element, surface.reader),
  );
  return h("div", {}, drawn);
}

/** A picture with its title. */
export function drawImageBlock(block: ImageBlock, surface: Surface): HTMLElement {
  const title = block.title && h("figcaption", {}, [drawLine(block.title, surface.reader)]);
  return h("figure", {}, [title, drawImage(block, surface, "picture")]);
}

/**
 * A picture that was uploaded here or comes from this address. One from elsewhere is not loaded, since the lab stays offline: its words stand
 * in its place (for a small one, only for those who hear the page).
 */
export function drawImage(image: ImageElement | ImageBlock, surface: Surface, kind: string): HTMLElement {
  if ("slack_file" in image) {
    const id = "id" in image.slack_file ? image.slack_file.id : /\/(F\w+)/.exec(image.slack_file.url)?.[1];
    const from = id === undefined ? undefined : surface.file(id);
    return from === undefined ? instead(image.alt_text, kind, "not ready yet") : h("img", { class: kind, src: from, alt: image.alt_text });
  }
  const url = URL.parse(image.image_url, location.href);
  if (url?.origin === location.origin) return h("img", { class: kind, src: url.href, alt: image.alt_text });
  return instead(image.alt_text, kind, "a picture elsewhere, not loaded here", image.image_url);
}

function instead(words: string, kind: string, why: string, url?: string): HTMLElement {
  if (kind === "context-image" || kind === "box-icon") return hidden(words);
  const told = kind === "picture" ? [h("span", { class: "picture-alt" }, words), h("span", { class: "faint" }, `(${why})`)] : [words];
  return h("span", { class: `${kind} no-picture`, title: `${words} (${why})` }, [
    ...told,
    url !== undefined && kind === "picture" && drawLink(url, url),
  ]);
}

/** Markdown. */
export function drawMarkdown({ text }: MarkdownBlock, surface: Surface): HTMLElement {
  return drawPassages(parseMarkdown(text), surface.reader);
}

/** Rich text. */
export function drawRichText(block: RichTextBlock, surface: Surface): HTMLElement {
  return drawPassages(readRichText(block), surface.reader);
}
