/** On which side of its place a text stands. */
export type Anchor = "start" | "middle" | "end";

/** How a text looks: 12 pixels, to the right of its place, unless told otherwise; `halo` keeps it readable on a line. */
type TextLook = { size?: number; weight?: number; anchor?: Anchor; fill: string; halo?: boolean };

/** A line of text at a place, escaped. */
export function textAt(x: number, y: number, text: string, { size, weight, anchor, fill, halo }: TextLook): string {
  const look = [
    ...(size === undefined ? [] : [` font-size="${size}"`]),
    ...(weight === undefined ? [] : [` font-weight="${weight}"`]),
    ...(anchor === undefined || anchor === "start" ? [] : [` text-anchor="${anchor}"`]),
    ...(halo ? [' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'] : []),
  ];
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}"${look.join("")}>${xmlText(text)}</text>`;
}

/** A straight line; `dash` as SVG writes it. */
export function line(at: { x1: number; y1: number; x2: number; y2: number; stroke: string; dash?: string; width?: number }): string {
  const dash = at.dash === undefined ? "" : ` stroke-dasharray="${at.dash}"`;
  const width = at.width === undefined ? "" : ` stroke-width="${at.width}"`;
  return `<line x1="${at.x1.toFixed(1)}" y1="${at.y1.toFixed(1)}" x2="${at.x2.toFixed(1)}" y2="${at.y2.toFixed(1)}" stroke="${at.stroke}"${dash}${width}/>`;
}

/** A filled rectangle. */
export function rectangle(at: { x: number; y: number; width: number; height: number; fill: string; opacity?: number }): string {
  const opacity = at.opacity === undefined ? "" : ` fill-opacity="${at.opacity}"`;
  return `<rect x="${at.x.toFixed(1)}" y="${at.y.toFixed(1)}" width="${at.width.toFixed(1)}" height="${at.height.toFixed(1)}" fill="${at.fill}"${opacity}/>`;
}

/** About how wide a text of 12 pixels is: Hangul takes a whole em, Latin letters and digits some more than half of one. */
export function widthOf(text: string, size = 12): number {
  const wide = text.match(/[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]/g)?.length ?? 0;
  return size * (wide * 0.95 + (text.length - wide) * 0.56);
}

/** On which side of a place a text fits between two edges: in the middle where it can be. */
export function besides(x: number, text: string, { left, right }: { left: number; right: number }): Anchor {
  const half = widthOf(text) / 2;
  if (x - half < left) return "start";
  return x + half > right ? "end" : "middle";
}

/** A text as XML takes it: escaped, without characters that XML forbids, at most 120 characters (600 in a description). */
export function xmlText(text: string, most = 600): string {
  // oxlint-disable-next-line no-control-regex -- XML forbids them
  const clean = text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]+/g, " ");
  const cut = clean.length > most ? `${clean.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…` : clean;
  return cut.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
