import type { PageState } from "../../page-state.ts";
import { h } from "../draw/dom.ts";

/** A file that came with a message: a picture is shown, any other can be saved. */
export function drawFile(id: string, file: PageState["files"][number] | undefined): HTMLElement {
  if (!file?.ready) return h("p", { class: "faint" }, `A file (${file?.title ?? id}) is not ready yet.`);
  if (!/^image\/(png|jpeg|gif)$/.test(file.mimetype))
    return h("p", { class: "file" }, [h("a", { href: `/page/files/${id}`, download: file.name }, file.title || file.name)]);
  return h("figure", { class: "block block-image" }, [
    h("figcaption", {}, file.title || file.name),
    h("img", { class: "picture", src: `/page/files/${id}`, alt: file.altText || file.title || file.name }),
  ]);
}
