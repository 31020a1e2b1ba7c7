import { describe, expect, test } from "vitest";
import { en } from "../../src/words/en.ts";
import { ko } from "../../src/words/ko.ts";
import { reasonsEn } from "../../src/words/reasons-en.ts";
import { reasonsKo } from "../../src/words/reasons-ko.ts";

const HANGUL = /[가-힣]/;
/** What stands as code: between backticks, a place that something is put into, an option, a name of several parts (a variable, a file, an address, a status), a token's beginning, a path. */
const CODE = /`[^`]*`|\{[a-z]+\}|--[a-z-]+|[\w§]+(?:[_.:/]+[\w§-]+)+|\b[a-z]+(?:-[a-z0-9]+)+|\bx(?:oxb|app)-|\/[a-z]+/g;
/** Words in Latin letters, but for code. */
const wordsIn = (sentence: string) => [...sentence.replaceAll(CODE, "").matchAll(/[A-Za-z]{3,}/g)].map(([word]) => word);

/** What is named, or typed, the same in every language. */
const NAMES = ["WORKER TIMEOUT", "Diagnose this", "/diagnose status", "/diagnose help"];

/** Names and terms that Korean engineers write in Latin letters, and what a person types. */
const TERMS =
  `ACL API AWS CPU Caddy Diagnose GET GiB Gumshoe HTTP IAM IOPS Manager NTP OOM PostgreSQL RDS SSM Secrets Slack Lightsail TCP TIMEOUT TLS VPC WORKER
  DiskQueueDepth Linux SNS UTC actions arm audit available aws backup case clients command conf diagnose database dev document export glibc gumshoe gunicorn hba help
  http incidents json lightsail list many monitorUrlFrom mute npm rds report resume root run shm show ssm start status stop systemd this throttling tmp too top unmute
  name unit update value var verify yml
  ALTER CONCURRENTLY CREATE CloudWatch EventBridge INDEX TABLE VACUUM channel login orders`.split(/\s+/);

/** Every sentence of a catalogue with its path; functions are asked with arguments that fit anything. */
function sentencesOf(value: unknown, path: string): [path: string, sentence: string][] {
  // What it was asked with, and gave back.
  if (value instanceof Object && given.has(value)) return [];
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function")
    return sentencesOf((value as (...args: unknown[]) => unknown)(...Array(8).fill(anything())), `${path}()`);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => sentencesOf(part, path === "" ? key : `${path}.${key}`));
}

const given = new WeakSet<object>();

/** Reads as 3 where a number is wanted, as § where text is, as a list of one, as an object with everything in it. */
function anything(): unknown {
  const proxy = new Proxy(() => anything(), {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? 3 : "§");
      if (key === "length") return 1;
      return key === "join" ? () => "§" : key === "map" ? () => ["§"] : key === "toFixed" ? () => "3" : anything();
    },
  });
  given.add(proxy);
  return proxy;
}

/** What is asked for by a name of ours, which `anything` cannot be, is asked by each of its names. */
function spread(words: typeof en): unknown {
  const { because: _, look: _look, slack, report, proof, ...rest } = words;
  const { verdict, ...headline } = slack.headline;
  const verdicts = (["root-cause", "inconclusive", "no-known-cause", "healthy"] as const).map((name) => verdict(name, "§", ["§"]));
  const { looking, carriedOut, ...course } = report.course;
  const looks = (["asked", "opened", "new-alarm", "recheck"] as const).map((why) => looking("§", why, "§"));
  const outcomes = (["done", "void", "failed", "late", "halted", "broke"] as const).map((outcome) => carriedOut("§", outcome));
  const { notProven, ...ofProof } = proof.course;
  const unproven = (["not-proven", "worse", "unseen", "superseded"] as const).map((is) => notProven("§", is));
  return {
    ...rest,
    proof: { ...proof, course: ofProof, unproven },
    report: { ...report, course, looks, outcomes },
    slack: { ...slack, headline, verdicts },
  };
}

/** The shape of a catalogue: every path with what stands there, a function with the number of its arguments. */
function shapeOf(value: unknown): unknown {
  if (typeof value === "function") return `takes ${value.length}`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]));
}

describe("the catalogue in two languages", () => {
  test("has the same sentences with the same arguments", () => {
    expect(shapeOf(ko)).toEqual(shapeOf(en));
    expect(shapeOf(reasonsKo)).toEqual(shapeOf(reasonsEn));
  });

  test("has no English sentence in Korean", () => {
    const { notThere: _, ...reasons } = reasonsKo;
    const told = [...sentencesOf(spread(ko), ""), ...sentencesOf(reasons, "because")].filter(
      ([path, sentence]) => path !== "language" && sentence !== "",
    );
    expect(told.length).toBeGreaterThan(400);
    expect(told.filter(([, sentence]) => !HANGUL.test(sentence) && wordsIn(sentence).length > 1 && !NAMES.includes(sentence))).toEqual([]);
    const strange = told.flatMap(([path, sentence]) =>
      wordsIn(sentence).flatMap((word) => (TERMS.includes(word) ? [] : [`${path}: ${word}`])),
    );
    expect(strange).toEqual([]);
  });

  test("has no Korean in English", () => {
    expect(
      [...sentencesOf(en.facts, "facts"), ...sentencesOf(reasonsEn, "because")].filter(([, sentence]) => HANGUL.test(sentence)),
    ).toEqual([]);
  });

  test.each([en, ko])("fits where Slack counts characters, in $language", ({ slack }) => {
    for (const short of [slack.shortcut.title, slack.shortcut.submit, slack.shortcut.close]) expect(short.length).toBeLessThanOrEqual(24);
    expect(slack.chart.series.length).toBeLessThanOrEqual(20);
    for (const label of [slack.chart.title, slack.chart.value, slack.chart.time("America/Argentina/ComodRivadavia")])
      expect(label.length).toBeLessThanOrEqual(50);
  });
});
