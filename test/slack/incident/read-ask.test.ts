import { describe, expect, test } from "vitest";
import { readAsk } from "../../../src/slack/ask/read-ask.ts";
import { reportedIncident } from "../../../src/slack/messages/incident/report.ts";

const known = { environments: ["prod", "staging"], runbooks: ["web-errors"] };
const HOUR_MS = 3_600_000;

describe("silence", () => {
  test.each([
    ["mute prod 2h", 2],
    ["Mute PROD for 2 hours", 2],
    ["mute 2h prod", 2],
    ["mute prod 1h 30m", 1.5],
    ["<@U0GUMSHOE> mute `prod` 90m.", 1.5],
    ["음소거 prod 2시간", 2],
    ["음소거 prod 1시간 30분", 1.5],
    ["mute prod 1d", 24],
  ])("is asked for by %j", (text, hours) => {
    expect(readAsk(text, known)).toEqual({ kind: "mute", environment: "prod", forMs: hours * HOUR_MS });
  });

  test.each(["unmute prod", "mute off prod", "음소거 해제 prod", "해제 prod", "<@U0GUMSHOE> Unmute prod"])("is ended by %j", (text) => {
    expect(readAsk(text, known)).toEqual({ kind: "unmute", environment: "prod" });
  });

  test("needs a time that is understood, and no longer than a week", () => {
    expect(readAsk("mute prod", known)).toEqual({ kind: "no-duration", environment: "prod", said: "", not: "understood" });
    expect(readAsk("mute prod tomorrow", known)).toEqual({ kind: "no-duration", environment: "prod", said: "tomorrow", not: "understood" });
    expect(readAsk("mute prod 30d", known)).toEqual({ kind: "no-duration", environment: "prod", said: "30d", not: "too-long" });
  });

  test("needs an environment that there is", () => {
    expect(readAsk("mute pord 2h", known)).toEqual({ kind: "no-environment", said: "pord", nearest: "prod" });
    expect(readAsk("mute 2h", known)).toMatchObject({ kind: "no-environment" });
    expect(readAsk("unmute stagin", known)).toEqual({ kind: "no-environment", said: "stagin", nearest: "staging" });
    expect(readAsk("unmute prod now please", known)).toEqual({ kind: "too-much", said: "prod now please" });
  });
});

describe("that nothing is changed any more", () => {
  test.each([
    ["stop prod", { kind: "stop", environment: "prod" }],
    ["중지 prod", { kind: "stop", environment: "prod" }],
    ["Stop.", { kind: "stop" }],
    ["<@U0GUMSHOE> resume prod", { kind: "resume", environment: "prod" }],
    ["재개", { kind: "resume" }],
  ])("is read from %j", (text, ask) => {
    expect(readAsk(text, known)).toEqual(ask);
  });

  test("needs an environment that there is, and no more than that", () => {
    expect(readAsk("stop pord", known)).toEqual({ kind: "no-environment", said: "pord", nearest: "prod" });
    expect(readAsk("resume prod now", known)).toEqual({ kind: "too-much", said: "prod now" });
  });
});

test.each(["incidents", "Incidents?", "장애", "incident"])("the open incidents are asked for by %j", (text) => {
  expect(readAsk(text.replace("?", ""), known)).toEqual({ kind: "incidents" });
});

test("a click on the report's button means the incident in its value, and nothing else", () => {
  expect(reportedIncident("7")).toBe(7);
  for (const value of [undefined, "", "7 or 1=1", "-7", "1e9", "9".repeat(40)]) expect(reportedIncident(value)).toBeUndefined();
});
