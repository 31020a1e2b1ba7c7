import type { ActionsBlock } from "@slack/types";
import type { Incident } from "../../../incident/incident.ts";
import type { Words } from "../../../words/en.ts";
import { LIMITS } from "../../contract/limits.ts";
import { message, type Message } from "../message.ts";
import { line, rich } from "../rich.ts";
import { cut, oneLine } from "../texts.ts";

/** The button's action: its value is the incident's number. */
export const REPORT_ACTION = "incident:report";

/** The button that has the report written. */
export function reportButton({ id, environment }: Pick<Incident, "id" | "environment">, words: Words): ActionsBlock {
  const { button, label } = words.slack.incident.report;
  return {
    type: "actions",
    elements: [
      {
        type: "button",
        action_id: REPORT_ACTION,
        value: String(id),
        text: { type: "plain_text", text: cut(oneLine(button), LIMITS.button.text), emoji: false },
        accessibility_label: cut(oneLine(label(environment, id)), LIMITS.button.label),
      },
    ],
  };
}

/** What was written, for whom, and which files are attached below; `notAttached` says why one is not. */
export type Written = {
  incident: number;
  by: string;
  files: readonly string[];
  notAttached?: readonly { file: string; because: string }[];
};

/** The message that brings the report. */
export function reportMessage({ incident, by, files, notAttached = [] }: Written, words: Words): Message {
  const { report } = words.slack.incident;
  const attached = files.length > 0 ? [line(report.attached(files))] : [];
  const missing = notAttached.map(({ file, because }) => line(report.notAttached(file, because)));
  return message([rich(line(report.written(incident, by)), ...attached, ...missing)]);
}

/** The incident that a click on the button means; nothing where the value is none of ours. */
export function reportedIncident(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
