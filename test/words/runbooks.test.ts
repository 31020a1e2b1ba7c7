import { expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import type { Said } from "../../src/runbook/schema.ts";

const { library } = await openLibrary();
const runbooks = [...library.runbooks.values()];
const said: [path: string, said: Said][] = [
  ...runbooks.flatMap((runbook): [string, Said][] => [
    [runbook.id, runbook.title],
    [runbook.id, runbook.symptom],
    ...runbook.steps.map((step): [string, Said] => [step.id, step.title]),
    ...runbook.causes.flatMap((cause): [string, Said][] => [
      [`${cause.id} title`, cause.title],
      [`${cause.id} say`, cause.say],
      [`${cause.id} advice`, cause.advice],
    ]),
  ]),
  ...library.symptoms.map((symptom): [string, Said] => [symptom.id, symptom.title]),
];

const placesIn = (sentence: string) => [...sentence.matchAll(/\{[^}]+\}/g)].map(([place]) => place).toSorted();

test("a runbook's sentence has the same facts in it in both languages", () => {
  expect(said.length).toBeGreaterThan(100);
  for (const [path, { en, ko }] of said) expect(placesIn(ko), path).toEqual(placesIn(en));
});

test("a runbook's sentence is Korean in Korean", () => {
  // A program's name is its title.
  expect(said.filter(([, { ko }]) => !/[가-힣]/.test(ko)).map(([, { ko }]) => ko)).toEqual(["pg_isready"]);
  expect(said.filter(([, { en }]) => /[가-힣]/.test(en))).toEqual([]);
});

test("no Korean particle hangs on how a fact's value ends", () => {
  // 을/를, 은/는, 이/가, 와/과 and (으)로 change with the sound before them; a number's unit (개, 회, 건) keeps them apart.
  expect(said.filter(([, { ko }]) => /\}(?:을|를|은|는|이|가|와|과|으로|로)(?![가-힣])/.test(ko))).toEqual([]);
});
