import type { ModalView } from "@slack/types";
import { LIMITS } from "../contract/limits.ts";
import { plainText } from "../messages/button.ts";
import { sealed } from "../messages/message.ts";

/** A dialog of ours: its texts within Slack's limits, and without secrets. */
export function modal(said: { title: string; close: string }, parts: Pick<ModalView, "blocks"> & Partial<ModalView>): ModalView {
  return sealed({
    type: "modal" as const,
    title: plainText(said.title, LIMITS.view.title),
    close: plainText(said.close, LIMITS.view.close),
    ...parts,
  });
}
