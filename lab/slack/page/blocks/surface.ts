import type { Confirm } from "@slack/types";
import type { Acted } from "../../page-acts.ts";
import type { Reader } from "../text/nodes.ts";

/** A block as it came over the wire, by now only known to have a type. */
export type AnyBlock = { type: string; block_id?: string; [field: string]: unknown };

/** A pressed button or a chosen option, by the names the app knows it by. */
export type Press = { actionId: string; blockId?: string; value?: string };

/** Where blocks are drawn, and what they need of it. */
export type Surface = {
  where: "message" | "home" | "modal";
  /** Unique on the page; what is opened or typed is kept under it when the blocks change. */
  key: string;
  reader: Reader;
  press: (press: Press) => Promise<Acted>;
  confirm: (confirm: Confirm, reader: Reader) => Promise<boolean>;
  /** Where an uploaded file can be loaded from, once it is ready. */
  file: (id: string) => string | undefined;
};

/** How one element can be told: what was filled in, in Slack's form. */
export const readers = new WeakMap<Element, () => Record<string, unknown>>();
