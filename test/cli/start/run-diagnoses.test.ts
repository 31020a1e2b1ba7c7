import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runDiagnoses, type Given, type Runner } from "../../../src/cli/start/run-diagnoses.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { DiagnosisEnd, DiagnosisRow } from "../../../src/diagnosis/diagnoses.ts";
import type { Incident } from "../../../src/incident/incident.ts";
import { createOutbox } from "../../../src/slack/outbox/outbox.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { founding } from "../../slack/made-gumshoe.ts";
import { blindReach, reachOfCase, type MadeReach } from "../../slack/made-reach.ts";
import { plainOutbox, type PlainOutbox } from "../../slack/plain-outbox.ts";

const shipped = await openLibrary();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };
const now = () => founding.at;
const HOST = "hosts: [local], caddy: { accessLog: /a.log }, database: { host: db }, channel: C0PROD";
const names = Array.from({ length: 9 }, (_, nth) => `env${nth}`);
const { environments } = readConfig("gumshoe.yml", `environments:\n${names.map((name) => `  ${name}: { ${HOST} }\n`).join("")}`);

let store: PlainOutbox;
let due: DiagnosisRow[];
let ended: { id: string; end: DiagnosisEnd; evidence: boolean }[];
let settled: string[];
let last: Map<number, DiagnosisRow>;
let mutes: string[];
let lost: AbortController;
let reach: () => MadeReach;
let fails: number;
let runner: Runner;

function rowOf(environment: string, more: Partial<DiagnosisRow> = {}): DiagnosisRow {
  const wanted = { incident: 7, environment, runbook: "web-errors", why: "opened" as const, by: "gumshoe", dueAt: now() };
  return { ...wanted, id: `d-${environment}`, state: "running", round: 1, beganAt: now(), ...more };
}

const incidentOf = ({ environment, incident: id }: DiagnosisRow): Incident => ({
  id,
  environment,
  state: "open",
  severity: "critical",
  openedBy: { kind: "alarm", alarm: "a" },
  openedAt: now(),
  lastHeardAt: now(),
  alarms: 1,
  reopened: 0,
  runbooks: ["web-errors"],
  home: { channel: "C0PROD" },
  version: 1,
});

beforeEach(() => {
  store = plainOutbox();
  // The headline stands: whoever waits for it goes on at once.
  store.posts.set("incident:7:headline", {
    post: { channel: "C0PROD", key: "incident:7:headline", message: { text: "", blocks: [] } },
    outcome: { ts: "1.1" },
  });
  [due, ended, settled, mutes, fails] = [[], [], [], [], 0];
  last = new Map();
  lost = new AbortController();
  reach = () => reachOfCase(founding);
  const given: Given = {
    diagnoses: {
      takeDue: async () => {
        const row = due.shift();
        return row && { row, incident: incidentOf(row) };
      },
      end: async (id, end, _now, raw) => {
        if (fails-- > 0) throw new Error("the store is down");
        ended.push({ id, end, evidence: raw !== undefined });
      },
      lastIn: async (incident) => last.get(incident),
    },
    mutes: { all: async () => mutes.map((environment) => ({ environment, until: new Date(now().getTime() + 1), by: "x", at: now() })) },
    settle: async ({ id }) => void settled.push(id),
    bureau: {
      ...shipped,
      environments,
      words: wordsOf("en"),
      reachOf: () => reach(),
      scriptOf: () => "#!/bin/sh\n",
      outbox: createOutbox({ store, log: silent, onSettled: store.onSettled }),
      log: silent,
      now,
    },
    onDue: () => () => {},
    lost: () => lost.signal,
  };
  runner = runDiagnoses(given);
});
afterEach(async () => runner.stop(0));

const run = async (row: DiagnosisRow) => runner.run({ row, incident: incidentOf(row) });
const posted = () => [...store.posts.keys()].filter((key) => key.startsWith("d-")).map((key) => key.split(":")[1]);
const shown = (key: string) => store.edits.get(key)?.message.text ?? "";

describe("a diagnosis", () => {
  test("is told under the headline, in its order; then it is ended with its evidence, and what came of it is decided", async () => {
    expect(await run(rowOf("env0"))).toMatchObject({
      how: "judged",
      verdict: "root-cause",
      told: { verdict: "root-cause", roots: [{ title: expect.stringContaining("disk") }] },
    });
    expect(posted()).toEqual(["steps", ...posted().filter((part) => part === "verdict"), "ran", "script"]);
    for (const { post } of store.posts.values()) if (post.key.startsWith("d-")) expect(post.thread).toEqual({ key: "incident:7:headline" });
    expect(ended).toMatchObject([{ id: "d-env0", end: { how: "judged" }, evidence: true }]);
    expect(settled).toEqual(["d-env0"]);
  });

  test("that shows what the last one of the incident showed says only that", async () => {
    const first = await run(rowOf("env0"));
    last.set(7, rowOf("env0", { id: "before", end: first! }));
    store.posts.clear();
    await run(rowOf("env0", { id: "d-again", why: "new-alarm" }));
    expect(posted()).toEqual(["steps"]);
    expect(shown("d-again:steps")).toContain("the same as before");
  });

  test("that looks whether it is over posts nothing while it looks, and then only what is new and no recovery", async () => {
    await run(rowOf("env0", { why: "recheck" }));
    expect(posted()).toContain("verdict");
    store.posts.clear();
    const { end } = ended[0]!;
    last.set(7, rowOf("env0", { id: "before", end }));
    await run(rowOf("env0", { id: "d-again", why: "recheck" }));
    expect(posted()).toEqual([]);
    expect(ended).toHaveLength(2);
  });

  test("of an environment that is muted posts only a root cause that was not known; what somebody asked for is not muted", async () => {
    mutes = ["env0"];
    reach = blindReach;
    await run(rowOf("env0"));
    expect(posted()).toEqual([]);
    await run(rowOf("env0", { id: "d-asked", why: "asked" }));
    expect(posted()).toContain("verdict");
    store.posts.clear();
    reach = () => reachOfCase(founding);
    await run(rowOf("env0", { id: "d-new" }));
    expect(posted()).toContain("verdict");
  });

  test("that another copy had begun has the same messages, and makes them say what is known now", async () => {
    await run(rowOf("env0"));
    const keys = [...store.posts.keys()];
    store.edits.clear();
    await run(rowOf("env0", { round: 2 }));
    expect([...store.posts.keys()]).toEqual(keys);
    expect([...store.edits.keys()]).toEqual(expect.arrayContaining(["d-env0:steps", "d-env0:verdict:0", "d-env0:ran"]));
  });

  test("of an environment or by a runbook that is not there any more ends as one that broke off", async () => {
    expect(await run(rowOf("gone"))).toEqual({ how: "failed", because: "d-gone" });
    expect(settled).toEqual(["d-gone"]);
  });

  test("is ended as soon as the store is there again", async () => {
    fails = 2;
    await run(rowOf("env0"));
    expect(ended).toHaveLength(1);
    expect(settled).toHaveLength(1);
  });
});

test("at most four that are due run at the same time; the others follow as they end", async () => {
  const gates = names.map(() => Promise.withResolvers<void>());
  let begun = 0;
  reach = () => reachOfCase(founding, async () => gates[begun++]!.promise);
  due = names.map((name) => rowOf(name));
  runner.begin();
  await expect.poll(() => begun).toBe(4);
  expect(runner.running()).toBe(4);
  gates[0]!.resolve();
  await expect.poll(() => begun).toBe(5);
  for (const { resolve } of gates) resolve();
  await expect.poll(() => ended.length, { timeout: 20_000 }).toBe(9);
});

describe("when the program is stopped", () => {
  test("what runs may end", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    reach = () => reachOfCase(founding, async () => promise);
    const running = run(rowOf("env0"));
    const stopped = runner.stop(20_000);
    resolve();
    await stopped;
    expect(await running).toMatchObject({ how: "judged" });
  });

  test("what somebody asked for is ended as stopped, and what an alarm began is left to whoever comes next", async () => {
    reach = () => reachOfCase(founding, async () => new Promise(() => {}));
    const [asked, other] = [run(rowOf("env0", { why: "asked" })), run(rowOf("env1"))];
    await expect.poll(posted).toEqual(["steps", "steps"]);
    await runner.stop(0);
    expect(await asked).toEqual({ how: "stopped" });
    expect(await other).toBeUndefined();
    expect(ended.map(({ id }) => id)).toEqual(["d-env0"]);
  });
});

test("what runs when this copy counts as dead is left, and not ended", async () => {
  reach = () => reachOfCase(founding, async () => new Promise(() => {}));
  const running = run(rowOf("env0", { why: "asked" }));
  await expect.poll(posted).toEqual(["steps"]);
  lost.abort();
  expect(await running).toBeUndefined();
  expect(ended).toEqual([]);
  lost = new AbortController();
});
