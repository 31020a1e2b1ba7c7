import type { Act, Acted } from "../page-acts.ts";
import type { PageState } from "../page-state.ts";
import type { Place } from "./place.ts";
import type { Reader } from "./text/nodes.ts";

/** Something that only this page says to the person, as Slack's own bot would, after the message with the time `after`; gone with the page. */
export type Note = { key: string; at: number; after: number; channel: string; threadTs?: string; text: string };

/** An act without the person who does it: that is whoever the page shows now. */
type MyAct = Act extends infer One ? (One extends Act ? Omit<One, "user"> : never) : never;

/** What all parts of the page share. */
export type Page = {
  state: () => PageState;
  place: () => Place;
  notes: () => readonly Note[];
  reader: () => Reader;
  /** Show another place; with `push`, the browser's Back leads back here. */
  go: (to: Partial<Place>, options?: { push: boolean }) => void;
  act: (act: MyAct) => Promise<Acted>;
  note: (note: Pick<Note, "channel" | "text"> & { threadTs?: string | undefined }) => void;
  announce: (text: string) => void;
};

/** A part of the page, drawn again after every change. */
export type Part = { draw: () => void };
