/** Longer lines are looked at up to here; a program's own words stand at a line's start. */
const LOOK_AT = 16_384;

const CONTROL = /\u001b\[[0-9;?]{0,16}[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** The lines of a text without colours, control characters and line ends; each is cut at 16,384 characters. */
export function plainLines(text: string): string[] {
  return text.split("\n").map((line) => line.slice(0, LOOK_AT).replace(CONTROL, ""));
}

/** One line of text for people: blanks run together, cut at `limit` characters with an ellipsis. */
export function clipped(text: string, limit: number): string {
  const flat = text.slice(0, LOOK_AT).replace(/\s+/g, " ").trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
}
