import { describe, expect, test } from "vitest";
import { vocabularyOf, type Expression } from "../../src/runbook/condition.ts";
import { evaluate, type Known } from "../../src/runbook/evaluate.ts";
import type { FactSpecs } from "../../src/runbook/facts.ts";

const facts: FactSpecs = {
  kills: { kind: "count", doc: "" },
  mean: { kind: "number", doc: "" },
  seen: { kind: "flag", doc: "" },
  state: { kind: "text", values: ["up", "down"], doc: "" },
};
const vocabulary = vocabularyOf(new Map([["a-step", facts]]), ["broken"]);

function parse(source: string): Expression {
  const checked = vocabulary.check(source);
  if (!checked.ok) throw new Error(checked.message);
  return checked.expression;
}

const definitions = new Map([["broken", parse("aStep.kills >= 1 && aStep.seen")]]);
const exactly = (value: number | boolean | string): Known => ({ value, exact: true });
const atLeast = (value: number | boolean): Known => ({ value, exact: false });

function truth(source: string, known: Record<string, Known>): string {
  return evaluate(parse(source), (fact) => known[fact], definitions).truth;
}

describe("an unknown fact", () => {
  test("makes a comparison unknown, never false", () => {
    expect(truth("aStep.kills == 0", {})).toBe("unknown");
    expect(truth("aStep.kills > 0", {})).toBe("unknown");
    expect(truth("!aStep.seen", {})).toBe("unknown");
  });

  test("does not hide what the other side settles", () => {
    expect(truth("aStep.kills > 0 || aStep.mean > 1", { "aStep.mean": exactly(2) })).toBe("true");
    expect(truth("aStep.kills > 0 && aStep.mean > 1", { "aStep.mean": exactly(0) })).toBe("false");
    expect(truth("aStep.kills > 0 && aStep.mean > 1", { "aStep.mean": exactly(2) })).toBe("unknown");
  });

  test("passes through a definition", () => {
    expect(truth("broken", { "aStep.kills": exactly(1) })).toBe("unknown");
    expect(truth("!broken", { "aStep.kills": exactly(0) })).toBe("true");
  });

  test("passes through arithmetic", () => {
    expect(truth("aStep.kills + aStep.mean > 1", { "aStep.mean": exactly(5) })).toBe("unknown");
  });
});

describe("a count from a cut result", () => {
  const three = { "aStep.kills": atLeast(3) };
  test("is a lower bound: it proves more, and never proves absence", () => {
    expect(truth("aStep.kills >= 2", three)).toBe("true");
    expect(truth("aStep.kills == 0", three)).toBe("false");
    expect(truth("aStep.kills < 10", three)).toBe("unknown");
    expect(truth("aStep.kills < 3", three)).toBe("false");
    expect(truth("aStep.kills == 0", { "aStep.kills": atLeast(0) })).toBe("unknown");
  });

  test("stays a lower bound in sums, products and quotients", () => {
    expect(truth("aStep.kills * 2 >= 6", three)).toBe("true");
    expect(truth("aStep.kills * 2 < 100", three)).toBe("unknown");
    expect(truth("aStep.kills + aStep.mean >= 4", { ...three, "aStep.mean": exactly(1) })).toBe("true");
    expect(truth("aStep.mean / aStep.kills <= 2", { ...three, "aStep.mean": exactly(6) })).toBe("true");
    expect(truth("aStep.mean - aStep.kills > 0", { ...three, "aStep.mean": exactly(9) })).toBe("unknown");
  });

  test("a flag from it is known only when it was seen", () => {
    expect(truth("aStep.seen", { "aStep.seen": atLeast(true) })).toBe("true");
    expect(truth("aStep.seen == false", { "aStep.seen": atLeast(false) })).toBe("unknown");
    expect(truth("!aStep.seen", { "aStep.seen": atLeast(false) })).toBe("unknown");
  });
});

describe("what a condition cites", () => {
  const cited = (source: string, known: Record<string, Known>) =>
    evaluate(parse(source), (fact) => known[fact], definitions).leaves.map((leaf) => `${leaf.facts.join(" ")} ${leaf.truth}`);

  test("is only the side that decided", () => {
    const known = { "aStep.kills": exactly(2), "aStep.seen": exactly(false) };
    expect(cited("aStep.kills > 0 || aStep.seen", known)).toEqual(["aStep.kills true"]);
    expect(cited("aStep.kills > 0 && aStep.seen", known)).toEqual(["aStep.seen false"]);
  });

  test("is what was missing when it could not be told", () => {
    expect(cited("aStep.kills > 0 && aStep.mean > 1", { "aStep.kills": exactly(2) })).toEqual(["aStep.mean unknown"]);
  });
});

test("texts and states are compared for equality", () => {
  expect(truth('aStep.state == "up"', { "aStep.state": exactly("up") })).toBe("true");
  expect(truth('aStep.state != "up"', { "aStep.state": exactly("down") })).toBe("true");
});
