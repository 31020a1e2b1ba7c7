import { h } from "../draw/dom.ts";

const FACES = 6;

/** A small square with a person's first letter, its colour by their name; an app's is round. */
export function faceOf(name: string, isBot: boolean | undefined): HTMLElement {
  const letters = Array.from(name);
  const sum = letters.reduce((all, letter) => all + (letter.codePointAt(0) ?? 0), 0);
  return h("span", { class: `face face-${isBot ? "app" : sum % FACES}`, "aria-hidden": "true" }, letters[0]?.toLocaleUpperCase() ?? "?");
}
