import { stripVTControlCharacters, styleText } from "node:util";
import type { Look } from "../diagnosis/looks.ts";
import type { Verdict } from "../diagnosis/verdict.ts";

/** How text is coloured; colour never carries meaning alone. */
export type Paint = {
  bold: (text: string) => string;
  dim: (text: string) => string;
  verdict: (verdict: Verdict["verdict"], text: string) => string;
  look: (state: Look["state"]) => string;
};

const MARKS: Record<Look["state"], string> = { telling: "!", clean: "✓", "not-seen": "?" };

/** No colours: for pipes, files and NO_COLOR. */
export const plainPaint: Paint = { bold: (text) => text, dim: (text) => text, verdict: (_, text) => text, look: (state) => MARKS[state] };

/** ANSI colours, for a terminal. */
export const colourPaint: Paint = {
  bold: (text) => styleText("bold", text, { validateStream: false }),
  dim: (text) => styleText("dim", text, { validateStream: false }),
  verdict: (verdict, text) =>
    styleText(["bold", verdict === "healthy" ? "green" : verdict === "root-cause" ? "red" : "yellow"], text, { validateStream: false }),
  look: (state) => styleText(state === "clean" ? "green" : state === "telling" ? "red" : "yellow", MARKS[state], { validateStream: false }),
};

/** Host output made safe for a terminal: no control characters, one line, at most 300 characters. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const oneLine = stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ");
  return oneLine.length > 300 ? `${oneLine.slice(0, 299)}…` : oneLine;
}

/** Hangul, kana, Han and full-width signs take two columns of a terminal. */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

/** A text filled up with blanks to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Break a sentence at blanks into lines of at most 100 columns, the first and the following ones indented as told. */
export function wrap(text: string, first: string, rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const indent = lines.length === 0 ? first : rest;
    if (line.length > indent.length && columnsOf(line) + columnsOf(word) + 1 > 100) {
      lines.push(line);
      line = rest + word;
    } else line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line];
}
