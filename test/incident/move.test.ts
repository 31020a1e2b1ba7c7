import { describe, expect, test } from "vitest";
import { isOpen, mayMove, type Incident, type IncidentState } from "../../src/incident/incident.ts";
import { moved } from "../../src/incident/move.ts";

const at = new Date("2026-11-23T03:00:00Z");
const earlier = new Date("2026-11-23T02:50:00Z");
const open: Incident = {
  id: 1,
  environment: "prod",
  state: "open",
  severity: "critical",
  openedBy: { kind: "alarm", alarm: "arn" },
  openedAt: earlier,
  lastHeardAt: earlier,
  alarms: 1,
  reopened: 0,
  runbooks: ["web-errors"],
  home: { channel: "#prod" },
  version: 1,
};
const states: readonly IncidentState[] = ["open", "easing", "recovered", "lapsed"];

test("an incident that is open or easing is not over", () => {
  expect(states.filter((state) => isOpen({ state }))).toEqual(["open", "easing"]);
});

test("what is over can only be opened again", () => {
  const legal = states.flatMap((from) =>
    states
      .filter((to) => {
        try {
          mayMove(from, to);
          return from !== to;
        } catch {
          return false;
        }
      })
      .map((to) => `${from} to ${to}`),
  );
  expect(legal).toEqual([
    "open to easing",
    "open to recovered",
    "open to lapsed",
    "easing to open",
    "easing to recovered",
    "easing to lapsed",
    "recovered to open",
    "lapsed to open",
  ]);
});

test("an illegal move says from where to where", () => {
  expect(() => mayMove("recovered", "easing")).toThrow("an incident that is recovered cannot become easing");
});

describe("times go with the state", () => {
  const easing = moved(open, "easing", earlier);
  const recovered = moved(easing, "recovered", at);
  test("it eased when its last alarm went quiet, and keeps that when it ends", () => {
    expect(easing).toMatchObject({ state: "easing", easedAt: earlier });
    expect(recovered).toMatchObject({ state: "recovered", easedAt: earlier, endedAt: at });
  });
  test("opened anew it counts that, and has ended no longer", () => {
    const again = moved(recovered, "open", at);
    expect(again).toMatchObject({ state: "open", reopened: 1 });
    expect(again).not.toHaveProperty("endedAt");
    expect(again).not.toHaveProperty("easedAt");
  });
  test("firing again while it eases is not opened anew", () => {
    expect(moved(easing, "open", at)).toEqual(open);
  });
  test("the same state changes nothing", () => {
    expect(moved(easing, "easing", at)).toBe(easing);
  });
});
