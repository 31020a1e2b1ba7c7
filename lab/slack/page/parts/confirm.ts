import type { Confirm } from "@slack/types";
import { drawLine, drawText } from "../blocks/words.ts";
import { h } from "../draw/dom.ts";
import type { Reader } from "../text/nodes.ts";

let asked = 0;

/** Ask whether the person means it. Escape means no. */
export function askConfirm(confirm: Confirm, reader: Reader): Promise<boolean> {
  asked += 1;
  const [title, text] = [`confirm-${asked}-title`, `confirm-${asked}-text`];
  const yes = h("button", { type: "button", class: `button is-${confirm.style ?? "primary"}` }, [
    confirm.confirm ? drawLine(confirm.confirm, reader) : "Yes",
  ]);
  const no = h("button", { type: "button", class: "button" }, [confirm.deny ? drawLine(confirm.deny, reader) : "Cancel"]);
  const dialog = h("dialog", { class: "dialog confirm", "aria-labelledby": title, "aria-describedby": text }, [
    h("h2", { id: title }, [confirm.title ? drawLine(confirm.title, reader) : "Are you sure?"]),
    h("div", { id: text }, [drawText(confirm.text, reader)]),
    h("div", { class: "dialog-buttons" }, [no, yes]),
  ]);
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    yes.addEventListener("click", () => dialog.close("yes"));
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
