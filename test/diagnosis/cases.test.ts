import { describe, expect, test } from "vitest";
import { markOf } from "../../src/cli/score.ts";
import { openLibrary, runbookOf } from "../../src/cli/shipped.ts";
import { toJson } from "../../src/cli/json.ts";
import { diagnosisOf } from "../../src/diagnosis/diagnosis.ts";
import { LOOKS } from "../../src/diagnosis/looks.ts";
import { findCases, readCase } from "../../src/evidence/read-case.ts";
import type { RawEvidence } from "../../src/evidence/read-evidence.ts";
import { eachFileMissing, linesLost, randomFrom, tailCut } from "./take-away.ts";
import { en } from "../../src/words/en.ts";

const { library, parsers } = await openLibrary();
const runbook = runbookOf(library, "web-errors", en);
const dirs = [...(await findCases("lab/cases")), ...(await findCases("test/fixtures/cases"))];
const cases = await Promise.all(dirs.map(readCase));
const verdictOf = (raw: RawEvidence) => diagnosisOf("case", raw, runbook, library, parsers).verdict;

/** Trials a case for each random way of taking evidence away; CI takes 20. */
const TRIALS = Number(process.env["GUMSHOE_TRIALS"] ?? 2);
const seed = Number(process.env["GUMSHOE_SEED"] ?? Math.floor(Math.random() * 1e9));
console.log(`evidence is taken away with GUMSHOE_SEED=${seed}`);

test("there is a case of every cause of the vocabulary, and a healthy one", () => {
  const expected = new Set(
    cases.flatMap(({ file }) => (file.expected?.verdict === "healthy" ? ["healthy"] : (file.expected?.rootCauses ?? []))),
  );
  expect([...expected].toSorted()).toEqual(["healthy", ...runbook.causes.map((cause) => cause.id)].toSorted());
});

describe.each(cases.map((each) => ({ ...each, name: each.file.name })))("$name", ({ file, raw }) => {
  test("gets the verdict it should", () => {
    expect(markOf(verdictOf(raw), file.expected, en)).not.toMatchObject({ mark: "wrong" });
  });

  test("shows the five looks, each with its number or with why it was not seen", () => {
    const { looks } = toJson(diagnosisOf("case", raw, runbook, library, parsers), library, en) as {
      looks: { look: string; state: string; says: string }[];
    };
    expect(looks.map((each) => each.look)).toEqual([...LOOKS]);
    for (const { state, says } of looks) expect(says).toMatch(state === "not-seen" ? /^not seen/ : /\d/);
  });

  test("with evidence taken away gets the same verdict or none, never another cause and never healthy", () => {
    const random = randomFrom(seed);
    const losses = eachFileMissing(raw);
    for (let trial = 0; trial < TRIALS; trial++) losses.push(linesLost(raw, random), tailCut(raw, random));
    const wrong = losses.filter(({ raw: left }) => !honest(verdictOf(left), file.expected!)).map(({ name }) => name);
    expect(wrong).toEqual([]);
  });
});

type Expected = NonNullable<(typeof cases)[number]["file"]["expected"]>;

function honest(verdict: ReturnType<typeof verdictOf>, expected: Expected): boolean {
  if (verdict.verdict === "inconclusive" || verdict.verdict === "no-known-cause") return true;
  return markOf(verdict, expected, en).mark !== "wrong";
}

test("the same case a hundred times gives one verdict", () => {
  const [{ raw }] = cases as [(typeof cases)[number]];
  const diagnosis = () => JSON.stringify(toJson(diagnosisOf("case", raw, runbook, library, parsers), library, en));
  expect(new Set(Array.from({ length: 100 }, diagnosis)).size).toBe(1);
});

test("the founding incident's half minute adds up: the time-out, the second until the worker was gone, and the rest", () => {
  const founding = cases.find(({ file }) => file.name === "lightsail-disk-queue")!;
  const [sum] = diagnosisOf("case", founding.raw, runbook, library, parsers).arithmetic;
  expect(sum).toMatchObject({ timeoutS: 30, goneS: 1 });
  expect(sum!.timeoutS + sum!.goneS + sum!.remainderS).toBeCloseTo(sum!.durationS, 6);
  expect(sum!.remainderS).toBeLessThan(2);
});
