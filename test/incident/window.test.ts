import { describe, expect, test } from "vitest";
import { inIncident, inWindow, windowOf } from "../../src/incident/window.ts";

const at = new Date("2026-11-23T03:00:00Z");
const began = new Date("2026-11-23T02:50:00Z");
const before = (seconds: number) => began.getTime() - seconds * 1000;

describe("an incident that the access log tells of", () => {
  const window = windowOf(at, { at: began, basis: "access-log" });
  test("reaches two minutes back for what may have brought it about", () => {
    expect(inWindow(window, before(119))).toBe(true);
    expect(inWindow(window, before(121))).toBe(false);
  });
  test("takes no error from before its first failing request for its own: that failed an earlier request", () => {
    expect(inIncident(window, before(68))).toBe(false);
    expect(inIncident(window, before(5))).toBe(true);
  });
});

test("an alarm comes after what it tells of, so errors before it count", () => {
  expect(inIncident(windowOf(at, { at: began, basis: "alarm" }), before(100))).toBe(true);
});

test("without either, the last 15 minutes are looked at", () => {
  expect(windowOf(at)).toMatchObject({ basis: "default", from: new Date("2026-11-23T02:45:00Z") });
});
