import { describe, expect, test } from "vitest";
import { becauseOf, reason, said, tellBecause, Unseen } from "../../src/words/because.ts";
import { en } from "../../src/words/en.ts";
import { ko } from "../../src/words/ko.ts";
import { reasonsEn } from "../../src/words/reasons-en.ts";
import { reasonsKo } from "../../src/words/reasons-ko.ts";

describe("a reason", () => {
  test("is told in the language of whoever reads it", () => {
    expect(en.because(reason("timedOut", 8))).toBe("it had not ended after 8 s");
    expect(ko.because(reason("timedOut", 8))).toBe("8초 안에 끝나지 않았습니다");
  });

  test("may hold another one, or several", () => {
    const offline = reason("hostUnreachable", reason("hostOffline", 26 * 60_000));
    expect(en.because(offline)).toBe("the host did not answer: its SSM agent is offline, last heard 26 min ago");
    expect(ko.because(offline)).toBe("호스트가 응답하지 않았습니다: SSM 에이전트가 오프라인입니다(마지막 응답 26분 전)");
    const both = reason("several", [
      reason("unreadableSeries", ["a", "b"]),
      reason("unreadSeries", ["c"], reason("throttled", "CloudWatch")),
    ]);
    expect(en.because(both)).toBe("not readable: a, b; c: CloudWatch throttles our calls, and went on doing so");
  });

  test("that a program said itself stays in its words", () => {
    expect(ko.because(reason("hostUnreachable", said("connect ECONNREFUSED 127.0.0.1:5432")))).toContain(
      ": connect ECONNREFUSED 127.0.0.1:5432",
    );
  });

  test("survives being saved as JSON", () => {
    const because = reason("hostUnreachable", reason("documentDiffers", "Gumshoe-Diagnose-web-errors", "3"));
    expect(ko.because(JSON.parse(JSON.stringify(because)) as typeof because)).toBe(ko.because(because));
  });

  test("that was thrown is told, and an error of others by its message", () => {
    const because = reason("noHostsByTags", ["role=web"]);
    expect(becauseOf(new Unseen(because))).toEqual(because);
    expect(new Unseen(because).message).toBe("no managed node has the tags role=web");
    expect(becauseOf(new Error("socket hang up"))).toEqual({ said: "socket hang up" });
  });
});

/** Arguments that are told through another word: a duration, and the kind of a thing. */
const TOLD_OTHERWISE = ["hostOffline 0", "notThere 0"];

test.each([
  ["English", reasonsEn],
  ["Korean", reasonsKo],
])("every argument of a reason is told in %s", (_, reasons) => {
  const untold = Object.entries(reasons).flatMap(([name, sentence]) => {
    const args = Array.from({ length: sentence.length }, (__, nth) =>
      nth === 0 && /several|Series$|Tags/.test(name) ? [`<${nth}>`] : `<${nth}>`,
    );
    const words = (sentence as (...args: unknown[]) => string)(...args);
    return args.flatMap((__, nth) => (words.includes(`<${nth}>`) || TOLD_OTHERWISE.includes(`${name} ${nth}`) ? [] : [`${name} ${nth}`]));
  });
  expect(untold).toEqual([]);
});

test("a reason inside a list is told before the list is", () => {
  expect(tellBecause(reasonsKo, reason("several", [reason("noMetrics"), said("x")]))).toBe("지표가 설정되지 않았습니다; x");
});
