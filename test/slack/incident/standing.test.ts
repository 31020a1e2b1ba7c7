import { expect, test } from "vitest";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import { standingOf, type StandingPorts } from "../../../src/slack/ask/standing.ts";
import { incidentsMessage } from "../../../src/slack/messages/answers/incidents.ts";
import { statusMessage } from "../../../src/slack/messages/answers/standing.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { DISK, later, madeDiagnosis, madeIncident, NIGHT } from "./made-untold.ts";

const { library } = await openLibrary();
const host = "hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }";
const { environments } = readConfig("gumshoe.yml", `environments:\n  prod: { ${host} }\n  staging: { ${host} }\n  idle: { ${host} }\n`);
const [cause] = library.runbooks.get("web-errors")!.causes;
const logged: unknown[] = [];
const say = (facts: unknown) => void logged.push(facts);

const told = { ...DISK, roots: [] };
const end = { how: "judged", verdict: "root-cause", rootCauses: [cause!.id], alike: "", told, ms: 1 } as const;
const ports = (parts: Partial<StandingPorts> = {}): StandingPorts => ({
  environments,
  library,
  diagnoses: {
    running: async () => [madeDiagnosis("d1", DISK, { state: "running", beganAt: NIGHT })],
    last: async () =>
      new Map([
        [
          "staging",
          {
            row: madeDiagnosis("d0", DISK, { environment: "staging", incident: 8, end }),
            incident: madeIncident({ id: 8, environment: "staging" }),
          },
        ],
      ]),
  },
  incidents: { list: async () => [madeIncident({ alarms: 17 })] },
  mutes: { all: async () => [{ environment: "prod", until: later(60), by: "Robin", at: NIGHT }] },
  linkToIncident: async ({ id }) => `https://lab.slack.com/p${id}`,
  log: { debug: say, info: say, warn: say, error: say, fatal: say },
  ...parts,
});

test("the status tells what is under way, what came last, what is open, what is muted and how the parts are, each with its way", async () => {
  const health = async () => [{ part: "store" as const }, { part: "intake" as const, name: "eu-west-1", ill: "AccessDenied" }];
  const { text } = statusMessage(await standingOf(ports({ health })), later(2), wordsOf("en"));
  expect(text).toContain("Open diagnoses: 1");
  expect(text).toMatch(/^prod: 1 host; prod, for 120 s: <https:\/\/lab\.slack\.com\/p7\|Open the thread>$/m);
  expect(text).toMatch(/^staging: 1 host; last look 60 s ago: ROOT CAUSE: .+ · <https:\/\/lab\.slack\.com\/p8\|Open the thread>$/m);
  expect(text).toMatch(/^idle: 1 host; not looked at yet$/m);
  expect(text).toMatch(/^prod: open, since <!date.*>, 17 alarms · <https:\/\/lab\.slack\.com\/p7\|Open the thread>$/m);
  expect(text).toMatch(/^prod, until <!date.*>, by Robin$/m);
  expect(text).toContain("where things are written down: well");
  expect(text).toContain("alarms from eu-west-1: NOT WELL: AccessDenied");
});

test("a store that does not answer is said, and nothing is called well or idle because of it", async () => {
  const down = { list: async () => Promise.reject(new Error("no answer")) };
  const standing = await standingOf(ports({ incidents: down, health: async () => [{ part: "store" as const }] }));
  const { text } = statusMessage(standing, later(2), wordsOf("en"));
  expect(text).toContain("where things are written down: NOT WELL: it does not answer");
  expect(text).toContain("prod: 1 host; not known now");
  expect(text).not.toContain("not looked at yet");
  expect(text).not.toContain("No diagnosis is open");
  expect(incidentsMessage(standing, wordsOf("en")).text).toContain("NOT WELL: it does not answer, so what is open");
  expect(logged.length).toBeGreaterThan(0);
});
