import type { PageState } from "../../page-state.ts";
import { sentenceOf } from "../blocks/button.ts";
import { drawBlock } from "../blocks/draw-block.ts";
import type { AnyBlock } from "../blocks/surface.ts";
import { h, setText } from "../draw/dom.ts";
import { nameOf } from "../find.ts";
import { keep, type Keyed } from "../draw/keyed.ts";
import type { Page, Part } from "../page.ts";
import { surfaceOn } from "../messages/surfaces.ts";

type View = NonNullable<PageState["home"]>;

/** The app's Home tab, as the app published it for this person; opening it tells the app. */
export function homePart(page: Page, root: HTMLElement): Part {
  const title = h("h1");
  const head = root.querySelector(".pane-head") ?? root;
  head.append(h("div", { class: "pane-title" }, [title]));
  const empty = h("p", { class: "home-empty" });
  const blocks = h("div", { class: "home-blocks" });
  root.append(
    h("div", { class: "pane-scroll", tabindex: 0, role: "region", "aria-label": "Home" }, [h("div", { class: "home" }, [empty, blocks])]),
  );
  let told = "";
  let failed: string | undefined;
  const open = async (me: string) => {
    failed = sentenceOf(await page.act({ act: "open-home" }));
    if (page.state().me === me) page.go({});
  };
  return {
    draw: () => {
      const { home, me, appUserId } = page.state();
      if (!page.place().home) {
        told = "";
        return;
      }
      if (told !== me) {
        told = me;
        failed = undefined;
        void open(me);
      }
      const name = nameOf(page.state(), appUserId);
      setText(title, name);
      setText(empty, failed ?? (home ? "" : `${name} has published no Home for you yet.`));
      empty.hidden = empty.textContent === "";
      keep(blocks, home ? blockItems(page, home) : []);
    },
  };
}

function blockItems(page: Page, { id, blocks }: View): Keyed[] {
  const surface = surfaceOn(page, "home", "home", { viewId: id });
  const { locale, me } = page.reader();
  return blocks.map((block, at) => ({
    key: `${at}:${block.type}`,
    print: JSON.stringify([block, locale, me, id]),
    build: () => drawBlock(block as AnyBlock, { ...surface, key: `home:${at}` }),
  }));
}
