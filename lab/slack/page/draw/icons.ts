import { svg } from "./dom.ts";

/** Outlines on a field of 20 by 20; each is drawn with the colour of the text around it. */
const PATHS = {
  pending: "M10 3a7 7 0 1 1 0 14a7 7 0 1 1 0-14",
  running: "M10 3a7 7 0 1 1-7 7",
  done: "M4 10.5l4 4 8-9",
  failed: "M5 5l10 10M15 5L5 15",
  open: "M7 4l6 6-6 6",
  more: "M4 10h.01M10 10h.01M16 10h.01",
  close: "M5 5l10 10M15 5L5 15",
  menu: "M3 5h14M3 10h14M3 15h14",
  send: "M3 10l14-6-5 13-3-5.5zM9 11.5L17 4",
  warn: "M10 3l7.5 13.5h-15zM10 8v4M10 14.5h.01",
  reply: "M4 4h12v9H9l-3.5 3V13H4z",
  channel: "M7.5 3l-1.5 14M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3 9.5L10 3.5l7 6M5 8.5v8h10v-8",
  eye: "M2 10c3.5-6 12.5-6 16 0c-3.5 6-12.5 6-16 0M10 8a2 2 0 1 1 0 4a2 2 0 1 1 0-4",
  good: "M3 9h3v8H3zM6 9l3.5-6.5c1.6 0 2 1.3 1.6 2.8L10.6 8H16c1 0 1.5.8 1.3 1.7l-1.3 6c-.2.8-.7 1.3-1.5 1.3H6",
  bad: "M3 11h3V3H3zM6 11l3.5 6.5c1.6 0 2-1.3 1.6-2.8L10.6 12H16c1 0 1.5-.8 1.3-1.7l-1.3-6C15.8 3.5 15.3 3 14.5 3H6",
  trash: "M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.8 11h7.4l.8-11",
  lab: "M8 3h4M8.5 3v5L4 16.5h12L11.5 8V3M6.5 12.5h7",
  down: "M10 4v12M5 11l5 5 5-5",
} as const;

/** The name of a drawing that the page has. */
export type Icon = keyof typeof PATHS;

/** A small drawing for the eye only; what it means stands beside it in words. */
export function icon(name: Icon): SVGSVGElement {
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" }, [
    svg("path", { d: PATHS[name] }),
  ]);
}

/** Whether the page has a drawing of that name. */
export function isIcon(name: string): name is Icon {
  return Object.hasOwn(PATHS, name);
}
