import { en, type Words } from "./en.ts";
import { ko } from "./ko.ts";

/** The languages that the whole catalogue is in. */
export const LANGUAGES = ["en", "ko"] as const;

/** A language of the product. */
export type Language = (typeof LANGUAGES)[number];

/** The catalogue of a language. */
export function wordsOf(language: Language): Words {
  return { en, ko }[language];
}
