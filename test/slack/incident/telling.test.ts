import { describe, expect, test } from "vitest";
import type { Untold } from "../../../src/diagnosis/untold.ts";
import { tellingOf, type TellingContext } from "../../../src/slack/incident/telling.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { DISK, fired, HEALTHY, later, madeAlarm, madeDiagnosis, madeEntry, madeUntold, NIGHT } from "./made-untold.ts";

const context = (parts: Partial<TellingContext> = {}): TellingContext => ({
  words: wordsOf("en"),
  titleOf: (id) => id,
  now: later(2),
  ...parts,
});
const onCall = { call: "S0ONCALL", from: "critical" } as const;
const mute = { environment: "prod", until: later(120), by: "Robin", at: NIGHT };
const looked = (id: number, diagnosis: string, sameAsBefore = false) =>
  madeEntry(id, { kind: "looked", diagnosis, verdict: "root-cause", rootCauses: [], says: "", sameAsBefore });
const keys = ({ posts }: ReturnType<typeof tellingOf>) => posts.map(({ key }) => key);
const text = ({ posts }: ReturnType<typeof tellingOf>, nth = 0) => posts[nth]?.message.text ?? "";

describe("an incident that an alarm opened", () => {
  const untold = madeUntold({
    entries: [madeEntry(1, { kind: "opened", by: "disk" }, NIGHT), fired(2, "disk")],
    alarms: [madeAlarm("disk")],
  });

  test("is told in a message of its own, and what fired below it", () => {
    const telling = tellingOf(untold, context());
    expect(telling.headline?.text).toContain("prod: 1 alarm is firing");
    expect(keys(telling)).toEqual(["incident:7:entry:2"]);
    expect(text(telling)).toMatch(/^disk fired at <!date\^\d+\^[^|]+\|[^>]+>: 84, threshold 10$/);
    expect(telling.upTo).toEqual({ version: 1, entry: 2, postedAt: [later(2)] });
  });

  test("calls whoever is on call once, with what fired", () => {
    const telling = tellingOf(untold, context({ onCall }));
    expect(keys(telling)).toEqual(["incident:7:called"]);
    expect(text(telling)).toMatch(/^<!subteam\^S0ONCALL> prod has a critical alarm\.\ndisk fired at .*: 84, threshold 10$/);
    expect(JSON.stringify(telling.headline)).not.toContain("S0ONCALL");
    expect(telling.upTo.called).toEqual({ whom: "S0ONCALL", at: later(2) });
    const next = {
      ...untold,
      toldVersion: 1,
      called: true,
      entries: [fired(3, "web")],
      incident: { ...untold.incident, version: 2, alarms: 2 },
    };
    expect(keys(tellingOf(next, context({ onCall })))).toEqual(["incident:7:entry:3"]);
    expect(tellingOf(next, context({ onCall })).upTo).not.toHaveProperty("called");
  });

  test.each([
    ["its severity is lower", { incident: { ...untold.incident, severity: "warning" as const } }],
    ["it is over", { incident: { ...untold.incident, state: "recovered" as const } }],
  ])("calls nobody where %s", (_, parts) => {
    expect(keys(tellingOf({ ...untold, ...parts }, context({ onCall })))).not.toContain("incident:7:called");
  });

  test("calls a person by their own id, from a warning on where that is asked for", () => {
    const warned = { ...untold, incident: { ...untold.incident, severity: "warning" as const } };
    const telling = tellingOf(warned, context({ onCall: { call: "U0MINA", from: "warning" } }));
    expect(text(telling)).toContain("<@U0MINA> prod has a warning.");
  });

  test("that a person opened calls when its first alarm comes", () => {
    const asked = madeUntold({
      incident: { openedBy: { kind: "person", userId: "U0", name: "Mina" }, alarms: 0, version: 3 },
      toldVersion: 2,
    });
    expect(keys(tellingOf(asked, context({ onCall })))).toEqual([]);
    const joined = { ...asked, incident: { ...asked.incident, alarms: 1 }, entries: [fired(9, "disk")], alarms: [madeAlarm("disk")] };
    expect(keys(tellingOf(joined, context({ onCall })))).toEqual(["incident:7:called"]);
  });
});

describe("an incident that is told already", () => {
  test("is only edited where it changed", () => {
    const same = madeUntold({ incident: { version: 4 }, toldVersion: 4, entries: [fired(9, "disk")] });
    expect(tellingOf(same, context()).headline).toBeUndefined();
    expect(tellingOf({ ...same, toldVersion: 3 }, context()).headline).toBeDefined();
  });

  test("keeps what finds no room for later", () => {
    const busy = madeUntold({
      incident: { version: 4 },
      toldVersion: 3,
      postedAt: [later(1.9), later(1.9), later(1.9)],
      entries: [fired(9, "a")],
    });
    const telling = tellingOf(busy, context());
    expect(telling.posts).toEqual([]);
    expect(telling.upTo).toMatchObject({ version: 4, entry: 0 });
  });

  test("folds what came in numbers into one line", () => {
    const entries = Array.from({ length: 12 }, (_, nth) => fired(20 + nth, `alarm-${nth % 5}`, later(0)));
    const telling = tellingOf(madeUntold({ toldVersion: 1, postedAt: [later(0.5)], entries }), context());
    expect(keys(telling)).toEqual(["incident:7:entry:31"]);
    expect(text(telling)).toMatch(/^12 more changes of 5 alarms since <!date.*>\. The first message shows how each is now\.$/);
  });

  test("says in its thread when it eases, recovers, comes back, and when nothing is heard of it", () => {
    const say = (what: Parameters<typeof madeEntry>[1], parts: Partial<Untold> = {}) =>
      text(
        tellingOf(
          madeUntold({
            toldVersion: 1,
            incident: { version: 2 },
            alarms: [madeAlarm("disk")],
            entries: [madeEntry(9, what, later(42))],
            ...parts,
          }),
          context(),
        ),
      );
    expect(say({ kind: "state", from: "open", to: "easing" })).toMatch(
      /^No alarm fires since <!date.*>\. A look will show whether it is over\.$/,
    );
    expect(say({ kind: "state", from: "easing", to: "recovered" }, { alarms: [madeAlarm("disk", { state: "ok" })] })).toBe(
      "Recovered after 42 min. No alarm fires any more, and a look found nothing wrong.\nWrite the report",
    );
    expect(say({ kind: "state", from: "open", to: "lapsed" })).toContain("It may be there still. To look now: /diagnose prod");
    expect(say({ kind: "reopened", by: "eventbridge" })).toMatch(/^It is back: opened again at <[^>]*>\.$/);
    expect(say({ kind: "alarm-flaps", alarm: "arn:disk", name: "disk", changes: 7 })).toContain("disk goes on and off: 7 changes");
    expect(say({ kind: "alarm-no-data", alarm: "arn:disk", name: "disk", reason: "" })).toContain("it tells neither good nor bad");
  });
});

describe("an incident that nothing came of", () => {
  const asked = { openedBy: { kind: "person", userId: "U0", name: "Mina" }, alarms: 0, version: 4 } as const;
  const over = (to: "recovered" | "lapsed") => [madeEntry(9, { kind: "state", from: "open", to }, later(42))];

  test("ends without a word in its thread", () => {
    const last = madeDiagnosis("d1", HEALTHY);
    for (const to of ["recovered", "lapsed"] as const) {
      const telling = tellingOf(madeUntold({ toldVersion: 3, incident: { ...asked, state: to }, last, entries: over(to) }), context());
      expect(telling.posts).toEqual([]);
      expect(telling.upTo.entry).toBe(9);
    }
  });

  test("unless a cause was found", () => {
    const untold = madeUntold({
      toldVersion: 3,
      incident: asked,
      last: madeDiagnosis("d2", HEALTHY),
      before: madeDiagnosis("d1"),
      entries: over("recovered"),
    });
    expect(text(tellingOf(untold, context()))).toContain("Recovered after 42 min. A look found nothing wrong.");
  });
});

test("whoever is on call is not called again where changes are held back from the first moment on", () => {
  const entries = Array.from({ length: 9 }, (_, nth) => fired(nth + 1, `alarm-${nth}`, NIGHT));
  const alarms = entries.map(({ what }) => madeAlarm("name" in what ? what.name : ""));
  const first = madeUntold({ incident: { alarms: 9 }, entries, alarms });
  const told = tellingOf(first, context({ onCall }));
  expect(keys(told)).toEqual(["incident:7:called", "incident:7:entry:2"]);
  // Held entries keep the version that is told one short: here at 0.
  const next = { ...first, called: true, entries: entries.slice(2), postedAt: told.upTo.postedAt };
  expect(keys(tellingOf(next, context({ onCall, now: later(2.5) })))).toEqual([]);
  expect(keys(tellingOf(next, context({ onCall, now: later(3) })))).toEqual(["incident:7:entry:9"]);
});

describe("while its environment is muted", () => {
  const storm = madeUntold({
    incident: { version: 5 },
    toldVersion: 3,
    mute,
    entries: [fired(8, "disk"), fired(9, "web")],
    alarms: [madeAlarm("disk")],
  });

  test("alarms are neither posted nor shown, and not told later one by one", () => {
    const telling = tellingOf(storm, context({ onCall }));
    expect(telling).toEqual({ posts: [], upTo: { version: 3, entry: 9, postedAt: [] } });
    const over = tellingOf({ ...storm, entries: [] }, context({ now: later(121) }));
    expect(over.headline?.text).not.toContain("Muted");
    expect(over.posts).toEqual([]);
    expect(over.upTo.version).toBe(5);
  });

  test("no thread is opened; when the mute is over it is, if the incident is not", () => {
    expect(tellingOf({ ...storm, toldVersion: 0 }, context())).toMatchObject({ posts: [], upTo: { version: 0, entry: 9 } });
    const now = later(121);
    const open = tellingOf({ ...storm, toldVersion: 0, entries: [] }, context({ now, onCall }));
    expect(open.headline).toBeDefined();
    expect(keys(open)).toEqual(["incident:7:called"]);
    expect(text(open)).toContain("disk fired at");
    // Also where a cause was told meanwhile; not once nothing fires any more.
    const told = { ...storm, toldVersion: 4, entries: [] };
    expect(keys(tellingOf(told, context({ now, onCall })))).toEqual(["incident:7:called"]);
    expect(keys(tellingOf({ ...told, alarms: [madeAlarm("disk", { state: "ok" })] }, context({ now, onCall })))).toEqual([]);
    const ended = { ...storm, toldVersion: 0, entries: [], incident: { ...storm.incident, state: "recovered" as const } };
    expect(tellingOf(ended, context({ now }))).toEqual({ posts: [], upTo: { version: 5, entry: 0, postedAt: [] } });
  });

  test("who muted it, and until when, is said in its thread", () => {
    const muted = madeEntry(10, { kind: "muted", by: "Robin", until: later(120).toISOString() });
    const telling = tellingOf({ ...storm, entries: [...storm.entries, muted] }, context());
    expect(keys(telling)).toEqual(["incident:7:entry:10"]);
    expect(text(telling)).toMatch(/^Muted until <!date.*> by Robin\. .* To end it: \/diagnose unmute prod$/);
    expect(telling.headline?.text).toMatch(/Muted until <!date.*> by Robin/);
    // The version stays below, so that the line goes from the headline when the mute is over.
    expect(telling.upTo.version).toBeLessThan(5);
  });

  test("a new root cause is told plainly, and a known one is not", () => {
    const last = madeDiagnosis("d2");
    const telling = tellingOf({ ...storm, toldVersion: 0, last, entries: [looked(10, "d2")] }, context({ onCall }));
    expect(keys(telling)).toEqual(["incident:7:cause:d2"]);
    expect(text(telling)).toMatch(
      /^prod is muted until <!date.*>, but this is new\. Root cause found: The database's disk is saturated\n84 operations/,
    );
    expect(telling.headline?.text).toContain("root cause found");
    for (const known of [{ before: madeDiagnosis("d1") }, { found: madeDiagnosis("d0"), before: madeDiagnosis("d1", HEALTHY) }])
      expect(tellingOf({ ...storm, last, ...known, entries: [looked(10, "d2")] }, context()).posts).toEqual([]);
    expect(tellingOf({ ...storm, last: madeDiagnosis("d2", HEALTHY), entries: [looked(10, "d2")] }, context()).headline).toBeUndefined();
  });

  test("what somebody asks for is shown as ever", () => {
    const asked = { kind: "person", userId: "U0", name: "Mina" } as const;
    const opened = madeUntold({ incident: { openedBy: asked, alarms: 0 }, mute });
    expect(tellingOf(opened, context()).headline).toBeDefined();
    const running = madeDiagnosis("d3", DISK, { state: "running", why: "asked", end: undefined as never });
    expect(tellingOf({ ...storm, running }, context()).headline).toBeDefined();
    const last = madeDiagnosis("d3", HEALTHY, { why: "asked" });
    const ended = tellingOf({ ...storm, last, entries: [fired(8, "disk"), looked(10, "d3")] }, context());
    expect(ended.headline).toBeDefined();
    expect(ended.posts).toEqual([]);
  });
});

test("what is told twice has the same keys and, at the same moment, the same words", () => {
  const untold = madeUntold({ entries: [fired(1, "disk"), fired(2, "web")], alarms: [madeAlarm("disk"), madeAlarm("web")] });
  expect(tellingOf(untold, context({ onCall }))).toEqual(tellingOf(untold, context({ onCall })));
});
