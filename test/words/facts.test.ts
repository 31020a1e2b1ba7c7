import { describe, expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import { factsIn } from "../../src/runbook/condition.ts";
import { LANGUAGES, wordsOf } from "../../src/words/language.ts";
import { bytes, duration, factValue, plain } from "../../src/words/numbers.ts";

const { library } = await openLibrary();
const causes = [...library.runbooks.values()].flatMap((runbook) => runbook.causes);
const conditions = [
  ...causes.flatMap((cause) => [cause.confirmed, cause.suspected, cause.ruledOut].filter((condition) => condition !== undefined)),
  ...library.symptoms.map((symptom) => symptom.when),
].map((condition) => condition.expression);
const spoken = new Set(conditions.flatMap((expression) => [...factsIn(expression, library.definitions)]));

describe.each(LANGUAGES.map((language) => ({ language, facts: wordsOf(language).facts })))("in $language", ({ facts }) => {
  test("every fact that a verdict can cite has its sentence", () => {
    expect([...spoken].filter((fact) => facts[fact] === undefined)).toEqual([]);
  });

  test("no sentence is about a fact that nothing speaks of", () => {
    const filledIn = causes.flatMap((cause) =>
      [...`${cause.say.en} ${cause.say.ko} ${cause.advice.en} ${cause.advice.ko}`.matchAll(/\{([^}]+)\}/g)].flatMap((match) =>
        match[1]!.split("|"),
      ),
    );
    const since = causes.flatMap((cause) => (cause.since ? [...factsIn(cause.since, library.definitions)] : []));
    expect(Object.keys(facts).filter((fact) => !spoken.has(fact) && !filledIn.includes(fact) && !since.includes(fact))).toEqual([]);
  });

  test("a flag has two sentences, everything else one with a place for its number", () => {
    for (const [fact, sentence] of Object.entries(facts)) {
      if (library.facts.get(fact)?.kind === "flag") expect(sentence, fact).toHaveLength(2);
      else expect(sentence, fact).toContain("{}");
    }
  });
});

test("every definition is used", () => {
  const used = new Set<string>();
  const walk = (node: (typeof conditions)[number]): void => {
    if (node.op === "name" && !used.has(node.name)) {
      used.add(node.name);
      walk(library.definitions.get(node.name)!);
    } else if ("of" in node) walk(node.of);
    else if ("left" in node) [node.left, node.right].forEach(walk);
  };
  conditions.forEach(walk);
  expect([...library.definitions.keys()].filter((name) => !used.has(name))).toEqual([]);
});

describe("numbers are told as people say them", () => {
  test.each([
    [duration(8.4, "en"), "8.4 ms"],
    [duration(8.4, "ko"), "8.4 ms"],
    [duration(31_816.1947, "en"), "31.8 s"],
    [duration(31_816.1947, "ko"), "31.8초"],
    [duration(26 * 60_000, "en"), "26 min"],
    [duration(26 * 60_000, "ko"), "26분"],
    [duration(5 * 3_600_000, "en"), "5 h"],
    [duration(5 * 3_600_000, "ko"), "5시간"],
    [duration(9 * 86_400_000, "en"), "9 days"],
    [duration(9 * 86_400_000, "ko"), "9일"],
    [bytes(27_030_400_000, "ko"), "27 GB"],
    [bytes(198_000_000, "en"), "198 MB"],
    [bytes(512, "en"), "512 bytes"],
    [bytes(512, "ko"), "512바이트"],
    [plain(30.6123), "30.6"],
    [plain(0.0644), "0.064"],
    [plain(1916), "1,916"],
    [factValue(0.9, { kind: "number", unit: "ratio", doc: "" }, "UTC", "en"), "90 %"],
    [factValue(0.9, { kind: "number", unit: "ratio", doc: "" }, "UTC", "ko"), "90%"],
    [factValue(Date.UTC(2026, 10, 23, 3, 4, 5), { kind: "time", doc: "" }, "Asia/Seoul", "ko"), "12:04:05"],
  ])("%s", (said, expected) => {
    expect(said).toBe(expected);
  });
});
