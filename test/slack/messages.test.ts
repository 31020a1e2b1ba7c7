import { describe, expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import { readConfig } from "../../src/config/config.ts";
import { diagnosisOf, type Diagnosis } from "../../src/diagnosis/diagnosis.ts";
import { findCases, readCase } from "../../src/evidence/read-case.ts";
import { recorded } from "../../src/evidence/read-evidence.ts";
import { diskQueueChart } from "../../src/report/disk-queue-chart.ts";
import { tellDiagnosis } from "../../src/report/told.ts";
import { faultsOf } from "../../src/slack/contract/check-message.ts";
import { faultsOfView } from "../../src/slack/contract/check-view.ts";
import type { Refusal } from "../../src/slack/ask/may-ask.ts";
import { answer, notPostedAnswer, refusalAnswer, runningAnswer, unclearAnswer } from "../../src/slack/messages/answers/answer.ts";
import { helpMessage } from "../../src/slack/messages/answers/help.ts";
import { incidentsMessage, joinedAnswer, mutedAnswer, unmutedAnswer } from "../../src/slack/messages/answers/incidents.ts";
import { statusMessage, type Health, type Standing } from "../../src/slack/messages/answers/standing.ts";
import { reportMessage } from "../../src/slack/messages/incident/report.ts";
import type { Message } from "../../src/slack/messages/message.ts";
import { ranMessage } from "../../src/slack/messages/thread/ran.ts";
import { stepsMessage } from "../../src/slack/messages/thread/steps-plan.ts";
import { verdictMessages } from "../../src/slack/messages/thread/verdict.ts";
import { plainer } from "../../src/slack/outbox/courier/plainer.ts";
import { firstSteps, withProgress, type Steps } from "../../src/slack/thread/steps.ts";
import { homeView } from "../../src/slack/views/home-view.ts";
import { answerModal, choiceModal, loadingModal } from "../../src/slack/views/shortcut-modal.ts";
import { reason } from "../../src/words/because.ts";
import { LANGUAGES, wordsOf } from "../../src/words/language.ts";
import { madeIncident } from "./incident/made-untold.ts";

const { library, parsers } = await openLibrary();
const runbook = library.runbooks.get("web-errors")!;
const dirs = [...(await findCases("lab/cases")), ...(await findCases("test/fixtures/cases"))];
const cases = await Promise.all(dirs.map(readCase));
const founding = cases.find(({ file }) => file.name === "lightsail-disk-queue")!;

/** Names and texts that try to be more than text, and secrets that lie in logs. */
const HOSTILE = "<!channel> <@U0ALEX> <https://evil.example|click> *bold* `code` &amp; \u202Egnp.exe\u200B\u0007 @here";
const SECRETS = ["s3cretPassw0rd", "AKIAIOSFODNN7EXAMPLE", "tok_7f9c2e5a1b"];
const LEAKY = `postgres://shop:${SECRETS[0]}@db.internal/shop AWS_ACCESS_KEY_ID=${SECRETS[1]} GET /reset?token=${SECRETS[2]}`;

const config = readConfig(
  "gumshoe.yml",
  `environments:
  prod: { hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }, channel: "#prod" }
  staging: { hosts: { tags: { role: web } }, aws: { region: eu-west-1 }, caddy: { accessLog: /a.log }, database: { host: db }, channel: C0STAGING, members: [U0ALEX] }
`,
);
const prod = config.environments.get("prod")!;
const staging = config.environments.get("staging")!;
const known = { environments: ["prod", "staging"], runbooks: ["web-errors"] };
const now = new Date("2026-11-26T03:00:00Z");

function everythingSaid(diagnosis: Diagnosis, language: (typeof LANGUAGES)[number]): Message[] {
  const words = wordsOf(language);
  const told = tellDiagnosis(diagnosis, library, words);
  const chart = diskQueueChart(diagnosis.evidence);
  const report = { id: 7, environment: diagnosis.name };
  return verdictMessages(told, { words, timezone: diagnosis.timezone, report, ...(chart ? { chart } : {}) });
}

function check(messages: readonly Message[]): void {
  for (const message of messages) {
    expect(faultsOf(message), JSON.stringify(message).slice(0, 2_000)).toEqual([]);
    for (let plain = plainer(message); plain; plain = plainer(plain))
      expect(faultsOf({ ...plain, blocks: plain.blocks.length > 0 ? plain.blocks : undefined })).toEqual([]);
    const all = JSON.stringify(message);
    for (const secret of SECRETS) expect(all).not.toContain(secret);
    expect(all).not.toMatch(/undefined|NaN|\[object|\{link\}|\{channel\}|\{invite\}/);
    expect(message.text).not.toMatch(/<!(?:channel|here|everyone)/);
    expect(all).not.toMatch(/[\u202e\u200b]|\\u0007/);
  }
}

describe.each(LANGUAGES)("in %s", (language) => {
  const words = wordsOf(language);

  test.each(cases.map(({ file, raw }) => ({ name: file.name, raw })))("the thread of $name is taken by Slack", ({ name, raw }) => {
    check(everythingSaid(diagnosisOf(name, raw, runbook, library, parsers), language));
  });

  test("a thread of hostile logs and names stays text, and leaks nothing", () => {
    const hosts = new Map(
      [...founding.raw.hosts].map(([host, results]) => {
        const journal = results.get("gunicorn-journal");
        const text = journal?.kind === "output" ? journal.text : "";
        const lines = [HOSTILE, LEAKY, "x".repeat(9_000)].map((line) => `Oct 03 09:40:20 web gunicorn[1]: OperationalError: ${line}\n`);
        return [`${host} ${HOSTILE}`, new Map([...results, ["gunicorn-journal", recorded(text + lines.join(""))]])] as const;
      }),
    );
    check(everythingSaid(diagnosisOf("prod", { ...founding.raw, hosts }, runbook, library, parsers), language));
  });

  test("a thread of fifty hosts is split, and stays within what Slack takes", () => {
    const [[, results]] = [...founding.raw.hosts] as [[string, typeof founding.raw.hosts extends ReadonlyMap<string, infer R> ? R : never]];
    const hosts = new Map(Array.from({ length: 50 }, (_, nth) => [`mi-${String(nth).padStart(17, "0")}`, results] as const));
    const messages = everythingSaid(diagnosisOf("prod", { ...founding.raw, hosts }, runbook, library, parsers), language);
    check(messages);
    expect(messages.length).toBeLessThan(12);
  });

  test("what ran is taken by Slack", () => {
    const sent = { commandId: "c-1", document: `Gumshoe ${HOSTILE}`, comment: "", hosts: ["web-1", LEAKY] };
    check([ranMessage({ sent: [sent], local: ["local"], queries: ["db-activity"] }, words, { file: "gumshoe-prod.sh", because: HOSTILE })]);
    check([ranMessage({ sent: [], local: [], queries: [] }, words)]);
  });

  test("the steps are taken by Slack at every moment, also of many hosts of which some are silent", () => {
    let steps: Steps = firstSteps(runbook.steps, {});
    const { verdict } = diagnosisOf("prod", founding.raw, runbook, library, parsers);
    const hosts = Array.from({ length: 50 }, (_, nth) => `web-${nth} ${HOSTILE}`);
    const moments = [steps];
    const tell = (...told: Parameters<typeof withProgress>[1][]) => {
      for (const each of told) moments.push((steps = withProgress(steps, each)));
    };
    tell({ kind: "asking", hosts });
    hosts.forEach((host, nth) =>
      tell(
        { kind: "step", host, step: "load", raw: recorded("up\n"), ms: 1 },
        { kind: "host", host, ms: 2, ...(nth % 9 === 8 ? { unreachable: reason("hostOffline", 5_000) } : {}) },
      ),
    );
    tell({ kind: "metrics", metrics: { kind: "unknown", because: reason("throttled", "Lightsail") }, ms: 3 });
    for (const moment of moments) check([stepsMessage("prod", moment, words)]);
    check([
      stepsMessage("prod", steps, words, { how: "judged", ms: 9_300, verdict }),
      stepsMessage("prod", steps, words, { how: "stopped" }),
    ]);
    check([
      stepsMessage(
        "prod",
        withProgress(moments[0]!, { kind: "host", host: "?", unreachable: reason("noHostsByTags", ["role=web"]), ms: 1 }),
        words,
        { how: "failed" },
      ),
    ]);
  });

  test("every private answer is taken by Slack", () => {
    const guards: Refusal["guard"][] = ["asker-unknown", "guest", "stranger", "not-member", "membership-unknown", "nobody", "direct"];
    for (const guard of guards) check([prod, staging, {}].map((environment) => refusalAnswer(words, { guard }, "prod", environment)));
    for (const said of [HOSTILE, LEAKY, "x".repeat(5_000)]) {
      check([
        unclearAnswer(words, { kind: "no-environment", said, nearest: "prod" }, known),
        unclearAnswer(words, { kind: "no-runbook", said }, known),
      ]);
      check([unclearAnswer(words, { kind: "too-much", said }, known)]);
      for (const not of ["understood", "too-long"] as const)
        check([unclearAnswer(words, { kind: "no-duration", environment: "prod", said, not }, known)]);
      check([reportMessage({ incident: 7, by: said, files: [said], notAttached: [{ file: said, because: said }] }, words)]);
    }
    check(["not_in_channel", "is_archived", "no_answer"].map((code) => notPostedAnswer(words, code, "C0GENERAL")));
    check([runningAnswer(words, "prod", "https://lab.slack.com/archives/C0PROD/p1"), runningAnswer(words, "prod", undefined)]);
    check([mutedAnswer(words, { environment: "prod", until: now }), ...[true, false].map((was) => unmutedAnswer(words, "prod", was))]);
    check(["https://lab.slack.com/archives/C0PROD/p1", undefined].map((url) => joinedAnswer(words, "prod", url)));
    const many = Array.from({ length: 60 }, (_, id) => ({
      incident: madeIncident({ id, alarms: id }),
      url: "https://lab.slack.com/archives/C0PROD/p1",
    }));
    check([incidentsMessage({ open: many, mutes: [] }, words), incidentsMessage({ open: [], mutes: [] }, words)]);
    check([helpMessage(known, words), answer(words.slack.refusals.restarting)]);
  });

  test("how it stands, App Home and the dialog are taken by Slack", () => {
    const row = {
      id: "d1",
      incident: 7,
      environment: "prod",
      runbook: "web-errors",
      why: "asked",
      by: "Mina",
      dueAt: now,
      round: 1,
    } as const;
    const beganAt = new Date(now.getTime() - 9_000);
    const ended = { ...row, state: "ended", endedAt: new Date(now.getTime() - 3_600_000) } as const;
    const roots = [runbook.causes[0]!];
    const told = { verdict: "root-cause", roots: [], suspected: [], notSeen: 0, at: "02:00", took: "9 s" } as const;
    const end = { how: "judged", verdict: "root-cause", rootCauses: roots.map(({ id }) => id), alike: "", told, ms: 9_000 } as const;
    const titles = roots.map(({ title }) => title);
    const url = "https://lab.slack.com/archives/C0PROD/p1";
    const running = { row: { ...row, state: "running" as const, beganAt }, runbook: runbook.title, url };
    const nothing = { open: [], mutes: [], health: [] };
    const mutes = [{ environment: "prod", until: now, by: LEAKY, at: now }];
    const open = [{ incident: madeIncident({ environment: "prod", alarms: 3 }), url }, { incident: madeIncident({}) }];
    const health: Health = [{ part: "store" }, { part: "intake", name: HOSTILE, ill: LEAKY }, { part: "outbox", ill: undefined }];
    const standings: Standing[] = [
      {
        environments: [
          { name: "prod", environment: prod, running },
          { name: "staging", environment: staging, last: { row: { ...ended, end }, titles, url } },
        ],
        open,
        mutes,
        health,
      },
      { environments: [], ...nothing },
      { environments: [{ name: "prod", environment: prod }], ...nothing },
      { environments: [{ name: "prod", environment: prod }], unread: true, ...nothing, health },
      {
        environments: [{ name: "prod", environment: prod, last: { row: { ...ended, end: { how: "failed", because: "d1" } }, titles: [] } }],
        ...nothing,
      },
    ];
    for (const standing of standings) check([statusMessage(standing, now, words)]);
    const person = { userId: "U0MINA", name: "Mina", teamIds: ["T0LAB"], guest: false, stranger: false, bot: false, locale: language };
    for (const standing of standings)
      for (const who of [person, { ...person, guest: true }, { ...person, teamIds: ["T0OTHER"] }, undefined])
        expect(faultsOfView(homeView({ person: who, homeTeamId: "T0LAB", known, standing, now }, words))).toEqual([]);
    const many = Array.from({ length: 150 }, (_, nth) => `env-${nth}`);
    const modals = [
      loadingModal(words),
      choiceModal(words, many, "{}"),
      answerModal(words, refusalAnswer(words, { guard: "guest" }, "", {})),
    ];
    for (const view of modals) expect(faultsOfView(view)).toEqual([]);
  });
});
