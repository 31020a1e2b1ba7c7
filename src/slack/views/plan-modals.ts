import type { ModalView, PlainTextOption } from "@slack/types";
import type { Words } from "../../words/en.ts";
import { LIMITS } from "../contract/limits.ts";
import { plainText } from "../messages/button.ts";
import type { Message } from "../messages/message.ts";
import { line, rich } from "../messages/rich.ts";
import { modal } from "./modal.ts";

/** The ids by which a submitted dialog is read again. */
export const UNIT = { callback: "plan:unit", block: "unit", action: "unit" } as const;
export const TABLE = { callback: "plan:table", table: "table", columns: "columns", action: "text" } as const;
export const TYPED = { callback: "plan:typed", block: "typed", action: "typed" } as const;

/** Letters of a name at PostgreSQL: a schema and a table, and five columns. */
const MOST = { table: 127, columns: 330 } as const;

/** The dialog that opens at once: its trigger lives for three seconds, and to find out who may takes longer. */
export function waitingModal({ slack: { plans } }: Words): ModalView {
  return modal(plans.dialog, { blocks: [rich(line(plans.dialog.loading))] });
}

/** The dialog with what came of it, where that is an answer. */
export function planAnswerModal({ slack: { plans } }: Words, { blocks }: Message): ModalView {
  return modal(plans.dialog, { blocks: blocks as ModalView["blocks"] });
}

/** The dialog that asks for the unit; `about` comes back with the choice. */
export function unitModal(words: Words, units: readonly string[], about: string): ModalView {
  const { dialog } = words.slack.plans;
  const options = units
    .slice(0, LIMITS.select.options)
    .map((name): PlainTextOption => ({ text: plainText(name, LIMITS.option.text), value: name.slice(0, LIMITS.option.value) }));
  return modal(dialog, {
    callback_id: UNIT.callback,
    private_metadata: about,
    submit: plainText(dialog.plan, LIMITS.view.submit),
    blocks: [
      {
        type: "input",
        block_id: UNIT.block,
        label: plainText(dialog.unit, LIMITS.input.label),
        hint: plainText(dialog.unitHint, LIMITS.input.hint),
        element: {
          type: "static_select",
          action_id: UNIT.action,
          placeholder: plainText(dialog.choose, LIMITS.select.placeholder),
          options,
        },
      },
    ],
  });
}

/** The dialog that asks for a table and its columns; `about` comes back with what was typed. */
export function tableModal(words: Words, about: string): ModalView {
  const { dialog } = words.slack.plans;
  const typed = (block: string, label: string, hint: string, most: number) => ({
    type: "input" as const,
    block_id: block,
    label: plainText(label, LIMITS.input.label),
    hint: plainText(hint, LIMITS.input.hint),
    element: { type: "plain_text_input" as const, action_id: TABLE.action, max_length: most },
  });
  return modal(dialog, {
    callback_id: TABLE.callback,
    private_metadata: about,
    submit: plainText(dialog.plan, LIMITS.view.submit),
    blocks: [
      typed(TABLE.table, dialog.table, dialog.tableHint, MOST.table),
      typed(TABLE.columns, dialog.columns, dialog.columnsHint, MOST.columns),
    ],
  });
}

/** The dialog in which the environment's name is typed before a yes counts. */
export function typedModal(words: Words, environment: string, about: string): ModalView {
  const { dialog } = words.slack.plans;
  return modal(
    { title: dialog.typeTitle, close: dialog.close },
    {
      callback_id: TYPED.callback,
      private_metadata: about,
      submit: plainText(dialog.approve, LIMITS.view.submit),
      blocks: [
        {
          type: "input",
          block_id: TYPED.block,
          label: plainText(dialog.type(environment), LIMITS.input.label),
          hint: plainText(dialog.typeHint, LIMITS.input.hint),
          element: { type: "plain_text_input", action_id: TYPED.action, max_length: 200 },
        },
      ],
    },
  );
}
