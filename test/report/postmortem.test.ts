import { expect, test } from "vitest";
import { readCase } from "../../src/evidence/read-case.ts";
import { markdownOf } from "../../src/report/markdown.ts";
import { postmortemOf } from "../../src/report/postmortem.ts";
import type { Language } from "../../src/words/language.ts";
import { judgedAs, recordOf, reportingIn, type Told } from "./recorded-incident.ts";

const { raw: founding } = await readCase("lab/cases/lightsail-disk-queue");
const OPENED = new Date("2025-10-03T09:22:10Z");
const MINUTE = 60;

const story: Told = {
  looks: [founding],
  incident: { state: "recovered", endedAt: new Date("2025-10-03T09:40:40Z"), alarms: 3 },
  alarms: [
    { state: "ok", value: 31, threshold: 5 },
    {
      key: "arn:queue",
      name: "prod-db-queue",
      state: "ok",
      value: 30.6,
      threshold: 10,
      watches: ["AWS/RDS/DiskQueueDepth"],
      firedAt: new Date("2025-10-03T09:31:10Z"),
    },
  ],
  happened: [
    [0, { kind: "alarm-fired", alarm: "arn:prod-5xx", name: "prod-5xx", reason: "Threshold Crossed", value: 31, threshold: 5 }],
    [0, { kind: "opened", by: "eventbridge" }],
    [1, { kind: "looking", diagnosis: "look1", runbook: "web-errors", why: "opened", by: "gumshoe" }],
    [9 * MINUTE, { kind: "alarm-fired", alarm: "arn:queue", name: "prod-db-queue", reason: "", value: 30.6, threshold: 10 }],
    [11 * MINUTE, { kind: "muted", by: "Mina Kim", until: "2025-10-03T11:33:00.000Z" }],
    [12 * MINUTE, { kind: "looking", diagnosis: "look1", runbook: "web-errors", why: "asked", by: "Jun Park" }],
    [
      18 * MINUTE,
      { kind: "looked", diagnosis: "look1", verdict: "root-cause", rootCauses: ["db-disk-saturated"], says: "", sameAsBefore: false },
    ],
    [18.5 * MINUTE, { kind: "state", from: "easing", to: "recovered" }],
  ],
};

function told(language: Language, what: Told = story, now = new Date("2025-10-03T10:15:00Z")) {
  const reporting = reportingIn(language, now);
  const postmortem = postmortemOf(recordOf(OPENED, what), reporting);
  return { postmortem, markdown: markdownOf(postmortem, reporting.words) };
}

test("the founding incident is told with its numbers, its cause, and when it began, in English", () => {
  const { postmortem, markdown } = told("en");
  expect(postmortem.summary).toEqual([
    "In prod, 159 of 337 requests failed (47 %).",
    "It lasted from 2025-10-03 18:14:52 until 18:40:40, when it was shown to be over: 26 min.",
    "The cause: The database's disk cannot keep up.",
    "30.6 operations wait for it on average, against 0.69 before; queries and connects wait with them.",
  ]);
  expect(markdown).toContain("| Failed requests | 159 of 337 (47.2 %) |");
  expect(markdown).toContain("| Requests failed | from 18:14:52 until 18:40:22, 25 min |");
  expect(markdown).toContain("| Where | POST /api/products/ (92), GET /api/products/ (55), GET /admin/products/product/ (12) |");
  expect(markdown).toContain("| Alarms | 2 alarms, fired 3 times |");
  expect(markdown).toContain("| prod-db-queue | 2025-10-03 18:31:10 | 1 | 30.6 | 10 | quiet |");
  expect(markdown).toContain("- 21 worker time-outs (WORKER TIMEOUT)");
  expect(markdown).toContain("31.7 s = 30 s gunicorn's time-out (its default)");
  expect(markdown).toContain("- The application ran out of memory: 0 kills for memory");
  expect(markdown).toContain("- http-probe (local): the step was not run");
  expect(markdown).toContain("![Requests waiting for the database's disk: ");
  expect(markdown).toContain("](incident-7-disk-queue.png)");
});

test("the same in Korean, without a sentence of English", () => {
  const { postmortem, markdown } = told("ko");
  expect(postmortem.summary).toEqual([
    "prod 환경에서 요청 337건 중 159건(47%)이 실패했습니다.",
    "2025-10-03 18:14:52부터 복구가 확인된 18:40:40까지 26분 동안 이어졌습니다.",
    "원인: 데이터베이스 디스크가 부하를 감당하지 못함.",
    "평균 30.6개의 I/O가 디스크를 기다립니다(이전 0.69개). 쿼리와 새 연결도 함께 기다립니다.",
  ]);
  expect(markdown).toContain("| 실패한 요청 | 337건 중 159건(47.2%) |");
  expect(markdown).toContain("**작성 필요: 무엇으로 복구했는지, 누가 언제 했는지**");
  expect(markdown.replaceAll(/\(incident-7-[a-z-]+\.png\)/g, "")).not.toMatch(/\b(?:the|requests|failed|looked|until|began)\b/i);
});

test("it says that it is a draft, and marks what only people know", () => {
  const { markdown } = told("en");
  expect(markdown).toContain("> This is a draft.");
  for (const missing of ["who noticed it first", "what restored service", "owner and date", "what went well"])
    expect(markdown).toContain(`**FILL IN: ${missing}`);
});

test("the timeline is in order, in the environment's zone, each moment once and with its source", () => {
  const { timeline } = told("en", { ...story, looks: [founding, founding] }).postmortem;
  expect(timeline.map(({ when, what, source }) => [when, what, source].join(" | "))).toEqual([
    "2025-10-03 17:22:00 | The database's disk queue begins to rise | metrics",
    "18:14:52 | failed request: POST /api/products/ 502 after 31.3 s | Caddy's access log",
    "18:17:22 … 18:40:12 | 21 × WORKER TIMEOUT | gunicorn's journal",
    "18:22:10 | Alarm fires at 31, against a threshold of 5 | alarm prod-5xx",
    "18:22:10 | Incident 7 opened | alarm prod-5xx",
    "18:22:11 | A look begins, by the runbook web-errors: the incident opened | Gumshoe",
    "18:31:10 | Alarm fires at 30.6, against a threshold of 10 | alarm prod-db-queue",
    "18:33:10 | Its alarms were muted until 2025-10-03 20:33:00 | Mina Kim",
    "18:34:10 | A look begins, by the runbook web-errors: Jun Park asked | Gumshoe",
    "18:40:10 | ROOT CAUSE: The database's disk cannot keep up | Gumshoe",
    "18:40:22 | The last request that failed had its answer | Caddy's access log",
    "18:40:40 | Recovered: a look showed nothing wrong any more | Gumshoe",
  ]);
});

test("follow-ups name the advice, the repair, the alarm that came late, the queue that nobody watched, and what was not seen", () => {
  const { followUps } = told("en").postmortem;
  expect(followUps[0]).toMatch(/^Take load off the database/);
  expect(followUps).toContain("Repair that the runbook names: Make a database at RDS on gp3");
  expect(followUps).toContain(
    "The first alarm (prod-5xx) fired 7 min after the first request failed: look at its threshold and its periods",
  );
  expect(followUps.some((each) => each.startsWith("The database's disk queue rose 53 min before the first request failed"))).toBe(true);
  expect(followUps).toContain("Make it visible: Caddy's journal (the step was not run)");
});

test("what people did is told of people only", () => {
  expect(told("en").postmortem.people).toEqual([
    { when: "2025-10-03 18:33:10", who: "Mina Kim", did: "muted its alarms until 2025-10-03 20:33:00" },
    { when: "2025-10-03 18:34:10", who: "Jun Park", did: "asked for a look at prod" },
  ]);
  const audit = [{ at: OPENED, actor: "Mina Kim", event: "withdrawn", detail: {} }];
  expect(told("en", { ...story, audit }).postmortem.people[0]).toMatchObject({ who: "Mina Kim", did: "withdrew a plan" });
  expect(told("en", {}).markdown).toContain("Nobody did anything through Gumshoe.");
});

const proven = {
  kind: "proven" as const,
  plan: "p-1",
  action: "reboot-database",
  goodMs: 600_000,
  changedAt: new Date("2025-10-03T09:31:00Z").getTime(),
  before: { queueMean: 30.6, connectMs: 31_000, failShare: 0.47 },
  after: { queueMean: 0.2, connectMs: 14 },
};

test("a repair that was proven has a section with its figures, and is marked in the charts", () => {
  const happened: Told["happened"] = [...story.happened!, [18.4 * MINUTE, proven]];
  const { postmortem, markdown } = told("en", { ...story, happened });
  expect(markdown).toContain("## Proof after the repair");
  expect(markdown).toContain("every number of the symptom stayed good for 10 min");
  expect(markdown).toContain("| Disk queue, on average | 30.6 | 0.2 |");
  expect(markdown).toContain("| Requests that fail | 47 % | not seen |");
  expect(postmortem.timeline.map(({ what }) => what)).toContain("reboot-database: proven, every number stayed good for 10 min");
  expect(postmortem.pictures.find(({ name }) => name.endsWith("disk-queue"))?.chart.change).toMatchObject({ label: "Changed 18:31:00" });
  expect(told("ko", { ...story, happened }).markdown).toContain("## 조치 효과 확인");
});

test("what was proven before it came back is no proof", () => {
  const happened: Told["happened"] = [
    [60, proven],
    [70, { kind: "reopened", by: "sns" }],
    [80, { kind: "not-proven", plan: "p-2", action: "reboot-database", is: "worse", before: {}, figures: {} }],
  ];
  const { postmortem } = told("en", { ...story, happened });
  expect(postmortem.proof).toBeUndefined();
  expect(postmortem.timeline.map(({ what }) => what).join()).toContain("not proven, the symptom's numbers were worse than before");
});

test("what a plan came to is told: who had it made, who said yes, and how it ended, and no single step of it", () => {
  const plan = { plan: "p-1", action: "snapshot" };
  const happened: Told["happened"] = [
    [60, { kind: "planned", ...plan, by: "Mina Kim" }],
    [70, { kind: "approved", ...plan, by: "Jun Park", missing: 1 }],
    [80, { kind: "carried-out", ...plan, outcome: "failed" }],
  ];
  const audit = ["planned", "approved", "begun", "step begun", "step done", "ended"].map((event) => ({
    at: OPENED,
    actor: "gumshoe",
    event,
    detail: {},
  }));
  const { postmortem } = told("en", { happened, audit });
  expect(postmortem.people.map(({ who, did }) => `${who} ${did}`)).toEqual([
    "Mina Kim had a plan made: snapshot",
    "Jun Park approved the plan: snapshot",
  ]);
  expect(postmortem.timeline.map(({ what, source }) => `${source}: ${what}`)).toEqual([
    "Mina Kim: Had a plan made: snapshot",
    "Jun Park: Approved the plan: snapshot (1 more needed)",
    "Gumshoe: snapshot: stopped at a step that did not take place",
  ]);
  expect(told("ko", { happened }).markdown).toContain("snapshot: 실패한 단계에서 멈춤");
});

test("an incident that goes on is told until the newest request, and not as over", () => {
  const { postmortem, markdown } = told("en", { looks: [founding] });
  expect(postmortem.summary[1]).toBe("It began at 2025-10-03 18:14:52 and was not over at 19:15:00, 60 min later.");
  expect(markdown).toContain("until the newest request at 18:40:22, 25 min");
  expect(markdown).not.toContain("| Ended |");
});

test("an incident that nobody looked at says so, and numbers could not be counted", () => {
  const { postmortem, markdown } = told("en", { happened: story.happened!.slice(0, 2) });
  expect(postmortem.summary).toContain("No look at it came to a verdict, so its cause is not known.");
  expect(markdown).toContain("| Failed requests | could not be counted: what the looks brought back is not kept, or there was no look |");
  expect(markdown).toContain("**FILL IN: what was found to be the cause**");
  expect(markdown).toContain("There was no look.");
  expect(postmortem.pictures).toEqual([]);
});

test("diagnoses that broke off, were stopped or still wait are told in the appendix", () => {
  const diagnoses = [
    { end: { how: "failed", because: "id 4fa2" } },
    { end: { how: "stopped" } },
    { state: "wanted", why: "recheck" },
    { state: "running", round: 2 },
  ] as const;
  const { postmortem } = told("en", { diagnoses });
  expect(postmortem.appendix.looks.map((row) => row.at(-1))).toEqual([
    "broke off: id 4fa2",
    "Gumshoe was stopped",
    "waits for its time",
    "under way; begun 2 times",
  ]);
  expect(postmortem.followUps).toContain("A look broke off by an error of Gumshoe's own: id 4fa2");
});

test("where the evidence is gone, what was told then stays, and says so", () => {
  const end = judgedAs("root-cause", ["db-disk-saturated"]);
  const then = {
    verdict: "root-cause",
    roots: [{ title: "디스크", says: "30개 대기" }],
    suspected: [],
    notSeen: 0,
    at: "",
    took: "",
    advice: "부하 줄이기",
  } as const;
  const { postmortem, markdown } = told("en", { diagnoses: [{ end: { ...end, told: then } as typeof end }] });
  expect(postmortem.summary).toContain("The cause: The database's disk cannot keep up.");
  expect(markdown).toContain("30개 대기");
  expect(markdown).toContain("The evidence itself is no longer kept");
  expect(postmortem.followUps).toContain("부하 줄이기");
});

test("a verdict of today that differs from what was told then is said", () => {
  const record = recordOf(OPENED, { looks: [founding] });
  const diagnoses = record.diagnoses.map((row) => ({ ...row, end: judgedAs("inconclusive") }));
  const { cause } = postmortemOf({ ...record, diagnoses }, reportingIn("en", OPENED));
  expect(cause.notes.join(" ")).toContain("at the time it was told as INCONCLUSIVE");
});

test("an alarm that fires a thousand times takes three lines", () => {
  const fired = (nth: number) => [nth, { kind: "alarm-fired", alarm: "a", name: "flappy", reason: "r", value: nth }] as const;
  const happened = Array.from({ length: 1000 }, (_, nth) => [...fired(nth)] as [number, ReturnType<typeof fired>[1]]);
  const { timeline } = told("en", { happened }).postmortem;
  expect(timeline.map(({ what }) => what)).toEqual([
    "Alarm fires at 0",
    "Alarm fires at 1",
    "Alarm fires 998 more times, last at 18:38:49",
  ]);
});

test("of a timeline of a thousand different alarms the first and the last lines are kept, and how many are not is said", () => {
  const happened = Array.from(
    { length: 1000 },
    (_, nth) =>
      [nth, { kind: "alarm-fired", alarm: `a${nth}`, name: `a${nth}`, reason: "r" }] as [
        number,
        { kind: "alarm-fired"; alarm: string; name: string; reason: string },
      ],
  );
  const { timeline } = told("en", { happened }).postmortem;
  expect(timeline).toHaveLength(161);
  expect(timeline.find(({ when }) => when === "…")?.what).toBe("840 lines left out here; gumshoe incidents show tells them all");
  expect(timeline.at(-1)?.source).toBe("alarm a999");
});

const CASES = ["app-oom-a", "db-disk-saturated-a", "healthy-a", "lock-contention-a", "slow-query-fills-workers", "upstream-api-slow-a"];

test.each(CASES)("the recorded case %s is told whole in both languages, with nothing left unfilled", async (name) => {
  const { raw, file } = await readCase(`test/fixtures/cases/${name}`);
  const incident = recordOf(raw.at, { looks: [raw] });
  for (const language of ["en", "ko"] as const) {
    const reporting = reportingIn(language, raw.at, raw.timezone);
    const postmortem = postmortemOf(incident, reporting);
    const markdown = markdownOf(postmortem, reporting.words);
    expect(markdown).not.toMatch(/undefined|NaN|Infinity|\[object|\{\w+\.\w+\}/);
    expect(postmortem.cause.proven).toBe(file.expected?.verdict === "root-cause");
    expect(postmortem.impact[0]![1]).toMatch(language === "en" ? /^\d+ of \d+ \(/ : /^\d+건 중 \d+건\(/);
    expect(postmortem.timeline.length + postmortem.pictures.length).toBeGreaterThan(1);
  }
});
