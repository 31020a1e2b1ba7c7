import { describe, expect, test } from "vitest";
import { replay } from "../../src/cli/replay.ts";
import { plainPaint } from "../../src/cli/terminal.ts";
import { wordsOf } from "../../src/words/language.ts";

const founding = "lab/cases/lightsail-disk-queue";
const told = async (language: "en" | "ko", json = false) => replay(founding, { json, paint: plainPaint, words: wordsOf(language) });

/** How many columns of a terminal a line takes; Hangul takes two. */
const columns = (line: string) => line.length + (line.match(/[가-힣]/g)?.length ?? 0);

describe("the founding incident in Korean", () => {
  test("reads as it was read by a person", async () => {
    await expect(await told("ko")).toMatchFileSnapshot("../fixtures/words/founding-ko.txt");
  });

  test("says what it says in English, number by number and line by line", async () => {
    const [english, korean] = [await told("en"), await told("ko")];
    const times = (text: string) => text.match(/\d\d:\d\d:\d\d/g);
    expect(times(korean)).toEqual(times(english));
    for (const number of ["30.6", "0.69", "159", "337", "31.7", "1,916", "50.7"]) expect(korean).toContain(number);
    const sections = (text: string) => text.split("\n\n").length;
    expect(sections(korean)).toBe(sections(english));
  });

  test("fits a terminal of 100 columns", async () => {
    expect(Math.max(...(await told("ko")).split("\n").map(columns))).toBeLessThanOrEqual(100);
  });

  test("has the same verdict, causes and steps as JSON, and other sentences", async () => {
    const [english, korean] = [JSON.parse(await told("en", true)), JSON.parse(await told("ko", true))] as Record<string, unknown>[];
    for (const key of ["verdict", "rootCauses", "chain", "began", "timeline"]) expect(korean![key]).toEqual(english![key]);
    expect(korean!["notSeen"]).toContainEqual({ host: "local", step: "http-probe", because: "이 단계는 실행되지 않았습니다" });
    expect(english!["notSeen"]).toContainEqual({ host: "local", step: "http-probe", because: "the step was not run" });
  });
});
