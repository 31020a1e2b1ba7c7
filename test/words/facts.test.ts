import { describe, expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import { factsIn } from "../../src/runbook/condition.ts";
import { factsEn } from "../../src/words/facts-en.ts";
import { bytes, duration, factValue, plain } from "../../src/words/numbers.ts";

const { library } = await openLibrary();
const causes = [...library.runbooks.values()].flatMap((runbook) => runbook.causes);
const conditions = [
  ...causes.flatMap((cause) => [cause.confirmed, cause.suspected, cause.ruledOut].filter((condition) => condition !== undefined)),
  ...library.symptoms.map((symptom) => symptom.when),
].map((condition) => condition.expression);
const spoken = new Set(conditions.flatMap((expression) => [...factsIn(expression, library.definitions)]));

test("every fact that a verdict can cite has its sentence", () => {
  expect([...spoken].filter((fact) => factsEn[fact] === undefined)).toEqual([]);
});

test("no sentence is about a fact that nothing speaks of", () => {
  const filledIn = causes.flatMap((cause) =>
    [...`${cause.say.en} ${cause.say.ko} ${cause.advice.en}`.matchAll(/\{([^}]+)\}/g)].flatMap((match) => match[1]!.split("|")),
  );
  const since = causes.flatMap((cause) => (cause.since ? [...factsIn(cause.since, library.definitions)] : []));
  expect(Object.keys(factsEn).filter((fact) => !spoken.has(fact) && !filledIn.includes(fact) && !since.includes(fact))).toEqual([]);
});

test("a flag has two sentences, everything else one with a place for its number", () => {
  for (const [fact, sentence] of Object.entries(factsEn)) {
    if (library.facts.get(fact)?.kind === "flag") expect(sentence, fact).toHaveLength(2);
    else expect(sentence, fact).toContain("{}");
  }
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
    [duration(8.4), "8.4 ms"],
    [duration(31_816.1947), "31.8 s"],
    [duration(26 * 60_000), "26 min"],
    [bytes(27_030_400_000), "27 GB"],
    [bytes(198_000_000), "198 MB"],
    [plain(30.6123), "30.6"],
    [plain(0.0644), "0.064"],
    [plain(1916), "1,916"],
    [factValue(0.9, { kind: "number", unit: "ratio", doc: "" }, "UTC"), "90 %"],
    [factValue(Date.UTC(2026, 10, 23, 3, 4, 5), { kind: "time", doc: "" }, "Asia/Seoul"), "12:04:05"],
  ])("%s", (said, expected) => {
    expect(said).toBe(expected);
  });
});
