import { describe, expect, test } from "vitest";
import type { AlarmState } from "../../src/alarm/alarm.ts";
import { remember } from "../../src/alarm/known/known-alarm.ts";
import type { KnownAlarm } from "../../src/alarm/ledger.ts";
import { placeOf, triage, type Standing, type Triage } from "../../src/alarm/triage.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { changed, madeAlarm } from "./made-alarms.ts";

const minutes = (count: number) => new Date(changed.getTime() + count * 60_000);
const incident: Incident = {
  id: 7,
  environment: "prod",
  state: "open",
  severity: "critical",
  openedBy: { kind: "alarm", alarm: "arn" },
  openedAt: changed,
  lastHeardAt: changed,
  alarms: 1,
  reopened: 0,
  runbooks: ["web-errors"],
  home: { channel: "#prod" },
  version: 1,
};

/** What is known after changes, [minute, state] each; `into`: the incident that it fired in. */
function known(changes: readonly (readonly [at: number, state: AlarmState])[], into?: number, more: Partial<KnownAlarm> = {}): KnownAlarm {
  let alarm: KnownAlarm | undefined;
  for (const [at, state] of changes) alarm = remember(alarm, madeAlarm({ state, at: minutes(at) }), "prod");
  return { ...alarm!, ...(into !== undefined && { incident: into }), ...more };
}

const fired = known([[0, "alarm"]], 7, { lastToldAt: minutes(0) });
const unseen = known(
  [
    [0, "alarm"],
    [2, "no-data"],
  ],
  7,
  { lastToldAt: minutes(0) },
);
const quiet = known(
  [
    [0, "alarm"],
    [2, "ok"],
  ],
  7,
);
const unheard = known(
  [
    [0, "alarm"],
    [5, "ok"],
  ],
  7,
);
const flappy = known(
  [
    [0, "alarm"],
    [1, "ok"],
    [2, "alarm"],
    [3, "ok"],
  ],
  7,
);
const ended: Incident = { ...incident, state: "recovered", endedAt: minutes(3) };
const none: Standing = { known: undefined, place: undefined, othersFire: false, muted: false, windowMs: 3_600_000 };
const inOpen: Standing = { ...none, place: incident };

describe("what an alarm means where it stands", () => {
  const cases: [what: string, alarm: readonly [number, AlarmState], standing: Standing, means: Triage][] = [
    ["the first one opens an incident", [5, "alarm"], none, "new"],
    ["also one that was quiet before", [5, "alarm"], { ...none, known: quiet }, "new"],
    ["one that fires but in no incident opens one", [5, "alarm"], { ...none, known: fired }, "new"],
    ["a mute opens it all the same", [5, "alarm"], { ...none, muted: true }, "new"],
    ["what ended within the window is opened anew", [5, "alarm"], { ...none, known: quiet, place: ended }, "reopens"],
    ["also by another alarm", [5, "alarm"], { ...none, place: ended }, "reopens"],
    ["another alarm joins what is open", [5, "alarm"], inOpen, "joins"],
    ["also what eases", [5, "alarm"], { ...inOpen, place: { ...incident, state: "easing" } }, "joins"],
    ["silently, while it is muted", [5, "alarm"], { ...inOpen, muted: true }, "muted"],
    ["one that went quiet joins again", [5, "alarm"], { ...inOpen, known: quiet }, "joins"],
    ["one that fires in another incident joins this one", [5, "alarm"], { ...inOpen, known: { ...fired, incident: 3 } }, "joins"],
    ["one that fires still says nothing new", [5, "alarm"], { ...inOpen, known: fired }, "still-firing"],
    ["which is said again after half an hour", [30, "alarm"], { ...inOpen, known: fired }, "repeat-due"],
    ["but not while it is muted", [30, "alarm"], { ...inOpen, known: fired, muted: true }, "still-firing"],
    ["one that can be seen again fires still", [5, "alarm"], { ...inOpen, known: unseen }, "still-firing"],
    ["going quiet while others fire is one alarm's matter", [5, "ok"], { ...inOpen, known: fired, othersFire: true }, "alarm-quiet"],
    ["the last to go quiet eases the incident", [5, "ok"], { ...inOpen, known: fired }, "all-quiet"],
    ["also one that could not be seen", [5, "ok"], { ...inOpen, known: unseen }, "all-quiet"],
    ["quiet without an incident means nothing", [5, "ok"], { ...none, known: fired }, "stale-ok"],
    ["also of an alarm that nobody knows", [5, "ok"], inOpen, "stale-ok"],
    ["also of one that is quiet", [5, "ok"], { ...inOpen, known: quiet }, "stale-ok"],
    ["also in an incident that is over", [5, "ok"], { ...none, known: fired, place: ended }, "stale-ok"],
    ["one that fired and cannot be seen is no recovery", [5, "no-data"], { ...inOpen, known: fired }, "no-data"],
    ["which is said once", [5, "no-data"], { ...inOpen, known: unseen }, "stale-no-data"],
    ["one that did not fire and cannot be seen opens nothing", [5, "no-data"], none, "stale-no-data"],
    ["nor where an incident is open", [5, "no-data"], { ...inOpen, known: quiet }, "stale-no-data"],
    [
      "the fourth change in ten minutes is flapping",
      [3, "ok"],
      {
        ...inOpen,
        known: known(
          [
            [0, "alarm"],
            [1, "ok"],
            [2, "alarm"],
          ],
          7,
        ),
      },
      "flapping",
    ],
    ["the fifth is folded", [4, "alarm"], { ...inOpen, known: flappy }, "flaps-on"],
    ["until it was calm for ten minutes", [13, "alarm"], { ...inOpen, known: flappy }, "joins"],
    ["what flapped before it came here joins", [4, "alarm"], { ...inOpen, known: { ...flappy, incident: 3 } }, "joins"],
    [
      "a repetition is no change",
      [4, "alarm"],
      { ...inOpen, known: { ...flappy, state: "alarm", lastToldAt: minutes(3) } },
      "still-firing",
    ],
    ["what is older than what is known changes nothing", [-1, "alarm"], { ...inOpen, known: fired }, "out-of-order"],
    ["nor does an older recovery", [-1, "ok"], { ...inOpen, known: fired }, "out-of-order"],
    ["so was what fired again after its last incident was over", [4, "alarm"], { ...none, known: unheard, place: ended }, "late"],
    ["but not what fired before it was over", [1, "alarm"], { ...none, known: unheard, place: ended }, "out-of-order"],
    ["what fired weeks ago may fire unheard again", [3, "alarm"], { ...none, known: unheard }, "late"],
    ["what fired and went quiet unheard was an incident too", [1, "alarm"], { ...none, known: known([[2, "ok"]]) }, "late"],
    ["but not when it is long ago", [-90, "alarm"], { ...none, known: known([[2, "ok"]]) }, "out-of-order"],
    ["of two states with one time the louder counts", [0, "ok"], { ...inOpen, known: fired }, "out-of-order"],
    ["also the other way round", [2, "alarm"], { ...inOpen, known: quiet }, "joins"],
  ];
  for (const [what, [at, state], standing, means] of cases)
    test(what, () => {
      expect(triage(madeAlarm({ state, at: minutes(at) }), standing, minutes(Math.max(at, 5)))).toBe(means);
    });

  test("what CloudWatch holds back opens and joins nothing", () => {
    const held = madeAlarm({ at: minutes(5) }, { suppressedBy: "a mute rule" });
    for (const standing of [none, inOpen, { ...none, place: ended }]) expect(triage(held, standing, minutes(5))).toBe("suppressed");
  });
});

describe("the incident that an alarm belongs into", () => {
  const since = minutes(-60);
  const place = (incidents: readonly Incident[], alarm?: KnownAlarm, runbook = "web-errors") =>
    placeOf(incidents, { known: alarm, runbook }, { since })?.id;
  const old: Incident = { ...incident, id: 4, lastHeardAt: minutes(-120) };
  test("is the one that it fired in, however long ago", () => {
    expect(place([incident, old], known([[0, "alarm"]], 4))).toBe(4);
  });
  test("is the latest that was heard of within the window", () => {
    expect(place([{ ...incident, id: 8 }, incident])).toBe(8);
  });
  test("may be older where it is looked at by the same runbook anyway", () => {
    expect(place([old])).toBe(4);
    expect(place([old], undefined, "another")).toBeUndefined();
  });
  test("is what ended within the window where nothing is open", () => {
    expect(place([ended])).toBe(7);
    expect(place([ended, old])).toBe(4);
    expect(place([{ ...ended, endedAt: minutes(-61) }])).toBeUndefined();
  });
});
