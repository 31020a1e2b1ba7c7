import { describe, expect, test } from "vitest";
import type { Untold } from "../../../src/diagnosis/untold.ts";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import type { Message } from "../../../src/slack/messages/message.ts";
import { incidentHeadline, type Shown } from "../../../src/slack/messages/incident/incident-headline.ts";
import { tellingOf } from "../../../src/slack/incident/telling.ts";
import { unmatchedMessage } from "../../../src/slack/messages/incident/unmatched.ts";
import { LANGUAGES, wordsOf } from "../../../src/words/language.ts";
import { DISK, fired, HEALTHY, later, madeAlarm, madeDiagnosis, madeEntry, madeIncident, madeUntold } from "./made-untold.ts";

const HOSTILE = "<!channel> <@U0ALEX> <https://evil.example|click> *bold* `code` {at} &amp; \u202Egnp.exe\u0007 @here";
const SECRET = "s3cretPassw0rd";
const LEAKY = `postgres://shop:${SECRET}@db.internal/shop`;

const telling = (language: (typeof LANGUAGES)[number] = "en") => ({ words: wordsOf(language), titleOf: (id: string) => id });
const shown = (parts: Partial<Shown>): Shown => ({ incident: madeIncident({}), alarms: [], ...parts });
const read = (parts: Partial<Shown>) =>
  incidentHeadline(shown(parts), telling()).text.replace(/<!date\^(\d+)[^>]*>/g, (_, at) => timeOf(Number(at)));
const timeOf = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(11, 16);

const person = { kind: "person", userId: "U0", name: "Mina" } as const;
const running = madeDiagnosis("d1", DISK, { state: "running", end: undefined as never });
const typed = madeIncident({ openedBy: person, alarms: 0 });
const quiet = (name: string) => madeAlarm(name, { state: "ok", changedAt: later(30) });

describe("the headline of what somebody asked for", () => {
  test("is what it always was: that it is being looked, then the verdict", () => {
    const { lastAlarmAt: _, ...incident } = typed;
    expect(read({ incident, running })).toBe("Looking at prod, read-only …\nAsked by Mina, by the runbook web-errors");
    expect(read({ incident, last: madeDiagnosis("d1") })).toBe(
      `prod: root cause found. The database's disk is saturated
84 operations wait for the disk, 0.2 before; connecting takes 31 s.
Next: move the database to a larger plan, or take load off it
Looked at 02:41:10 UTC, took 9.3 s
Asked by Mina, by the runbook web-errors
Everything that this stands on is in the thread`,
    );
    expect(read({ incident: { ...incident, state: "recovered" }, last: madeDiagnosis("d1", { ...HEALTHY }) })).toMatch(
      /^prod: healthy\. Every required look/,
    );
  });

  test("tells suspicions, what was not seen, and that it broke off", () => {
    const last = madeDiagnosis("d1", { verdict: "inconclusive", roots: [], suspected: ["A", "B", "C"], notSeen: 2 });
    expect(read({ incident: typed, last })).toContain("Suspected, not proven: A; B\n2 required looks could not be taken whole");
    const broken = madeDiagnosis("d9", DISK, { end: { how: "failed", because: "d9" } });
    expect(read({ incident: typed, last: broken })).toContain("broke off by an error of Gumshoe's own (id d9)");
    expect(read({ incident: typed, last: madeDiagnosis("d9", DISK, { end: { how: "stopped" } }) })).toContain(
      "was restarted while it looked",
    );
  });

  test("says the figures before and after a repair that was proven", () => {
    const incident = madeIncident({ state: "recovered", endedAt: later(42), easedAt: later(30) });
    const proven = {
      before: { queueMean: 84, connectMs: 31_000, failShare: 0.4 },
      after: { queueMean: 0.12, connectMs: 14, failShare: 0 },
    };
    const parts = { incident, alarms: [quiet("disk-queue")], last: madeDiagnosis("d2", HEALTHY), found: madeDiagnosis("d1"), proven };
    expect(read(parts)).toMatch(
      /^prod: recovered after 42 min\.\nBefore and after the repair: Disk queue, on average: 84 → 0\.12; Slowest connect to the database: 31 s → 14 ms; Requests that fail: 40 % → 0 %\n/,
    );
    expect(incidentHeadline(shown(parts), telling("ko")).text).toContain("디스크 큐 평균: 84 → 0.12");
    expect(read({ ...parts, incident: madeIncident({}) })).not.toContain("Before and after");
    for (const language of LANGUAGES) expect(faultsOf(incidentHeadline(shown(parts), telling(language)))).toEqual([]);
  });
  test("says that it recovered where it had a cause", () => {
    const incident = { ...typed, state: "recovered", endedAt: later(42) } as const;
    expect(read({ incident, last: madeDiagnosis("d2", HEALTHY), found: madeDiagnosis("d1") })).toMatch(
      /^prod: recovered after 42 min\.\nA look found nothing wrong\.\nWhat it was: The database's disk is saturated\n84 operations/,
    );
  });
});

describe("the headline of what alarms opened", () => {
  test("shows which fire, the farthest from its threshold first, and counts them", () => {
    const alarms = [madeAlarm("web-5xx", { value: 12 }), madeAlarm("disk-queue"), madeAlarm("memory-free", { value: 0.1, threshold: 25 })];
    expect(read({ incident: madeIncident({ alarms: 17, lastAlarmAt: later(1) }), alarms, running })).toBe(
      `prod: 3 alarms are firing. Looking at it now, read-only …
3 alarms fired 17 times, the last time at 02:41.
Firing now
memory-free: 0.1, threshold 25; since 02:40
disk-queue: 84, threshold 10; since 02:40
web-5xx: 12, threshold 10; since 02:40
Opened by the alarm disk-queue
By the runbook web-errors`,
    );
  });

  test("keeps the values of those that are quiet again, and takes no data for no good news", () => {
    const alarms = [quiet("web-5xx"), madeAlarm("disk-queue"), madeAlarm("cpu", { state: "no-data", changedAt: later(5) })];
    const text = read({ alarms, incident: madeIncident({ alarms: 3 }) });
    expect(text).toContain("Firing now\ndisk-queue: 84, threshold 10; since 02:40");
    expect(text).toContain("Sends no data\ncpu: since 02:45; was at 84, threshold 10");
    expect(text).toContain("Fired, quiet now\nweb-5xx: quiet since 03:10; was at 84, threshold 10");
  });

  test("tells an alarm without a value by its reason", () => {
    const { value: _, threshold: __, ...alarm } = madeAlarm("composite", { reason: "arn:child transitioned to ALARM" });
    expect(read({ alarms: [alarm] })).toContain("composite: arn:child transitioned to ALARM; since 02:40");
  });

  test("does not hold a look that found all well against an alarm that fired after it", () => {
    const last = madeDiagnosis("d1", HEALTHY, { why: "recheck" });
    const alarms = [madeAlarm("disk", { firedAt: later(60), firings: 2 })];
    const incident = madeIncident({ reopened: 1, alarms: 2, lastAlarmAt: later(60) });
    const text = read({ incident, alarms, last, found: madeDiagnosis("d0"), running: { ...running, why: "opened" } });
    expect(text).toMatch(
      /^prod: 1 alarm is firing\. Looking at it now, read-only …\nThe last look came before that, and found nothing wrong\.\nFound before that: The database's disk is saturated\n/,
    );
    expect(read({ incident, alarms, last })).toMatch(/^prod: 1 alarm is firing\.\nThe last look came before that/);
  });

  test("does not call healthy what fires", () => {
    const last = madeDiagnosis("d1", HEALTHY);
    expect(read({ alarms: [madeAlarm("a")], last })).toMatch(
      /^prod: 1 alarm is firing, yet every required look was taken whole and found nothing wrong\./,
    );
  });

  test("tells how it eases, and that a look could not show that it is gone", () => {
    const incident = madeIncident({ state: "easing", easedAt: later(30) });
    const alarms = [quiet("disk")];
    expect(read({ incident, alarms, last: madeDiagnosis("d1") })).toMatch(
      /^prod: no alarm fires since 03:10\. Not called over yet\.\nThe cause that was found: The database's disk is saturated\n/,
    );
    expect(read({ incident, alarms, last: madeDiagnosis("d2", {}, { why: "recheck" }) })).toContain(
      "could not show that it is gone. Another one follows.",
    );
    expect(read({ incident, alarms, last: madeDiagnosis("d1"), running: { ...running, why: "recheck" } })).toContain(
      "Looking whether it is over …",
    );
  });

  test("tells that it is over, after how long, and what it was", () => {
    const incident = madeIncident({ state: "recovered", endedAt: later(42), easedAt: later(30) });
    const text = read({ incident, alarms: [quiet("disk")], last: madeDiagnosis("d2", HEALTHY), found: madeDiagnosis("d1") });
    expect(text).toMatch(
      /^prod: recovered after 42 min\.\nNo alarm fires any more, and a look found nothing wrong\.\nWhat it was: The database's disk is saturated\n/,
    );
    expect(text).toContain("disk: quiet since 03:10; was at 84");
    expect(text).not.toContain("Next:");
  });

  test("does not call over what nobody saw gone", () => {
    const text = read({
      incident: madeIncident({ state: "lapsed", endedAt: later(1_500) }),
      alarms: [madeAlarm("disk")],
      last: madeDiagnosis("d1"),
    });
    expect(text).toMatch(
      /^prod: nothing new was heard of this for a long time\.\nNo look showed that it is gone, so it may be there still\. To look now: \/diagnose prod/,
    );
  });

  test("tells that it came back, and that somebody muted it", () => {
    const mute = { environment: "prod", until: later(60), by: "Robin", at: later(0) };
    const text = read({ incident: madeIncident({ reopened: 2 }), alarms: [madeAlarm("disk")], mute });
    expect(text).toContain("It was over and came back twice.");
    expect(text).toContain("Muted until 03:40 by Robin. Alarms are counted and not posted.");
  });
});

describe.each(LANGUAGES)("in %s", (language) => {
  const words = wordsOf(language);
  const many = Array.from({ length: 60 }, (_, nth) =>
    madeAlarm(`${"a-very-long-name-of-an-alarm-".repeat(6)}${nth} ${HOSTILE}`, nth % 3 === 0 ? { state: "ok" } : { value: nth + 11 }),
  );
  const roots = Array.from({ length: 3 }, () => ({ title: HOSTILE, where: LEAKY, says: "x ".repeat(2_000) }));
  const check = (message: Message) => {
    const all = JSON.stringify(message);
    expect(faultsOf(message), all.slice(0, 1_500)).toEqual([]);
    expect(all).not.toContain(SECRET);
    expect(all).not.toMatch(/undefined|NaN|\[object|\u202e|\{(?:until|alarm|whom|code|link)\}/);
    expect(message.text).not.toMatch(/<!(?:channel|here|everyone)/);
  };

  test("sixty alarms with long and hostile names fit, the worst are named and the others counted", () => {
    const incident = madeIncident({ alarms: 412, openedBy: { kind: "alarm", alarm: many[1]!.key } });
    const headline = incidentHeadline(
      shown({ incident, alarms: many, last: madeDiagnosis("d1", { roots, advice: LEAKY }), running }),
      telling(language),
    );
    check(headline);
    expect(headline.text).toMatch(language === "en" ? /… and \d+ more/ : /… 외 \d+개/);
    const plain = incidentHeadline(
      shown({ incident, alarms: Array.from({ length: 60 }, (_, nth) => madeAlarm(`alarm-${nth}`)) }),
      telling(language),
    );
    check(plain);
    expect(plain.text).toMatch(/44/);
  });

  test("every form of the headline and every post is taken by Slack", () => {
    const states = ["open", "easing", "recovered", "lapsed"] as const;
    const lasts = [
      undefined,
      madeDiagnosis("d1", { roots }),
      madeDiagnosis("d1", HEALTHY),
      madeDiagnosis("d1", {}, { end: { how: "stopped" } }),
    ];
    const openers = [person, { kind: "alarm", alarm: LEAKY }, { kind: "check", cron: HOSTILE }] as const;
    for (const state of states)
      for (const last of lasts)
        for (const openedBy of openers)
          for (const alarms of [[], many.slice(0, 4)])
            for (const runningNow of [undefined, { ...running, why: "new-alarm" as const }])
              check(
                incidentHeadline(
                  shown({
                    incident: madeIncident({ state, openedBy, runbooks: [] }),
                    alarms,
                    last,
                    found: madeDiagnosis("d0"),
                    running: runningNow,
                  }),
                  telling(language),
                ),
              );
    const alarm = { alarm: HOSTILE, name: HOSTILE, reason: LEAKY };
    const happened = [
      fired(1, `${HOSTILE} ${LEAKY}`),
      madeEntry(2, { kind: "alarm-fired", ...alarm }),
      madeEntry(3, { kind: "alarm-no-data", ...alarm }),
      madeEntry(4, { kind: "alarm-flaps", alarm: HOSTILE, name: HOSTILE, changes: 12 }),
      madeEntry(5, { kind: "reopened", by: LEAKY }),
      madeEntry(6, { kind: "muted", by: HOSTILE, until: later(60).toISOString() }),
      madeEntry(7, { kind: "unmuted", by: LEAKY }),
      ...states.map((to, nth) => madeEntry(8 + nth, { kind: "state", from: "open", to })),
    ];
    const context = { ...telling(language), now: later(20), onCall: { call: "U0MINA", from: "warning" } } as const;
    const tell = (untold: Partial<Untold>) =>
      tellingOf(madeUntold({ ...untold, alarms: many }), context).posts.forEach(({ message }) => check(message));
    for (const entry of happened) for (const toldVersion of [0, 1]) tell({ entries: [entry], toldVersion });
    tell({ entries: happened, postedAt: [later(0)], toldVersion: 1 });
    const looked = madeEntry(1, { kind: "looked", diagnosis: "d1", verdict: "root-cause", rootCauses: [], says: "", sameAsBefore: false });
    tell({
      entries: [looked],
      last: madeDiagnosis("d1", { roots }),
      mute: { environment: "prod", until: later(60), by: "R", at: later(0) },
    });
  });

  test("alarms that belong nowhere are listed, the most frequent first, with what to write", () => {
    const alarms = Array.from({ length: 60 }, (_, nth) => ({
      key: `k${nth}`,
      name: `alarm-${nth} ${nth === 30 ? LEAKY : HOSTILE}`,
      count: nth + 1,
      lastAt: later(nth),
    }));
    const message = unmatchedMessage("2026-11-26", alarms, "prod", words);
    check(message);
    expect(message.text.indexOf("alarm-59")).toBeLessThan(message.text.indexOf("alarm-58"));
    expect(message.text).toContain("gumshoe.yml");
    check(unmatchedMessage("2026-11-26", [alarms[0]!], "prod", words));
  });
});
