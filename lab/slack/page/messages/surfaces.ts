import type { Surface } from "../blocks/surface.ts";
import type { Page } from "../page.ts";
import { askConfirm } from "../parts/confirm.ts";

type On = { channel: string; ts: string } | { viewId: string };

/** A place for blocks: a message of a channel, or a view that the person has open. */
export function surfaceOn(page: Page, where: Surface["where"], key: string, on: On): Surface {
  return {
    where,
    key,
    reader: page.reader(),
    press: (press) => page.act({ act: "click", on, ...press }),
    confirm: askConfirm,
    file: (id) => (page.state().files.some((file) => file.id === id && file.ready) ? `/page/files/${id}` : undefined),
  };
}
