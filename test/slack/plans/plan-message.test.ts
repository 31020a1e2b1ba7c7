import { describe, expect, test } from "vitest";
import type { Call, Plan } from "../../../src/remediation/plan.ts";
import type { PlanEnd, PlanRow } from "../../../src/remediation/plans.ts";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import { objectsIn } from "../../../src/slack/contract/walk.ts";
import type { Message } from "../../../src/slack/messages/message.ts";
import { offerBlocks, wishedFor } from "../../../src/slack/messages/plan/offer.ts";
import { answeredByValue, approvedByValue, planOfValue } from "../../../src/slack/messages/plan/plan-buttons.ts";
import { planMessage } from "../../../src/slack/messages/plan/plan-message.ts";
import { message } from "../../../src/slack/messages/message.ts";
import { reason, said } from "../../../src/words/because.ts";
import { LANGUAGES, wordsOf } from "../../../src/words/language.ts";
import { say } from "../../../src/words/plan-say.ts";
import { later, NIGHT } from "../incident/made-untold.ts";
import { ALEX, madePlan, madeRow, MINA } from "./made-plan.ts";
import { PROOFS } from "./made-proof.ts";

const HOSTILE = "<!channel> <@U0ALEX> <https://evil.example|click> *bold* `code` &amp; \u202Egnp.exe\u200B\u0007 @here {was} {by}";
const SECRET = "s3cretPassw0rd";
const LEAKY = `postgres://shop:${SECRET}@db.internal/shop`;

const approved = { approvals: [{ ...MINA, at: later(4) }], approvedAt: later(4) };
const began = { ...approved, beganAt: later(5) };
const ended = (end: PlanEnd): Partial<PlanRow> => ({ ...began, state: "ended", endedAt: later(9), end });
const because = say("refusedBy", reason("throttled", "Lightsail"));

const STATES: Record<string, Partial<PlanRow>> = {
  proposed: {},
  "approved by one of two": { approvals: approved.approvals },
  approved: { ...approved, state: "approved" },
  "running, nothing told yet": { ...began, state: "running" },
  running: {
    ...began,
    state: "running",
    progress: { step: "wait for the snapshot", state: "waiting", elapsedMs: 240_000, expectedMs: 600_000, status: "creating", percent: 40 },
  },
  asking: {
    ...began,
    state: "asking",
    question: { step: "create-snapshot", because: say("answerLost", reason("throttled", "Lightsail")), askedAt: later(6) },
  },
  done: ended({ how: "done", says: [say("snapshotStands", "gumshoe-p-1", 40)] }),
  void: ended({
    how: "void",
    differences: [
      { kind: "database", name: "shop", of: "status", was: "available", is: "maintenance" },
      { kind: "host", name: "web-2", of: "existence", was: "there", is: "gone" },
      { kind: "database", name: "shop", of: "parameter", was: "", is: "x" },
      { kind: "calls", name: "", of: "calls", was: "[1]", is: "[2]" },
    ],
    because: say("rootCausesDiffer", ["disk-queue"], []),
  }),
  failed: ended({ how: "failed", step: "create-snapshot", because }),
  late: ended({ how: "late", step: "wait", because: say("tookTooLong", 3_600_000) }),
  halted: ended({ how: "halted", step: "wait", because: say("halted", "Mina Kim") }),
  broke: ended({ how: "broke", errorId: "e-1" }),
  ...Object.fromEntries(
    Object.entries(PROOFS).map(([is, proof]) => [`done, and whose proof ${is}`, { ...ended({ how: "done", says: [] }), proof }]),
  ),
  withdrawn: ended({ how: "withdrawn", by: ALEX }),
  expired: ended({ how: "expired" }),
  lapsed: ended({ how: "lapsed" }),
};

function check(told: Message): void {
  expect(faultsOf(told), JSON.stringify(told).slice(0, 3_000)).toEqual([]);
  const all = JSON.stringify(told);
  expect(all).not.toContain(SECRET);
  expect(all).not.toMatch(/undefined|NaN|\[object/);
  expect(told.text).not.toMatch(/<!(?:channel|here|everyone)/);
  expect(told.text.endsWith("\n…"), told.text).toBe(false);
  expect(all).not.toMatch(/[\u202e\u200b]|(?<!\\)\\u0007/);
}

const actionIds = (told: Message) =>
  objectsIn(told.blocks, "").flatMap(({ value }) => (value["type"] === "button" ? [value["action_id"]] : []));

/** Names and texts that are long, foreign and leaky, wherever anything foreign may stand. */
function hostilePlan(times: number): Partial<Plan> {
  const long = `${HOSTILE} ${LEAKY} ${"x".repeat(500)}`;
  const many = Array.from({ length: times }, (_, nth) => `${nth} ${long}`);
  const host: Call = { on: "host", document: long, hosts: many, values: Object.fromEntries(many.map((each) => [each, each])) };
  const aws: Call = { on: "aws", service: long, operation: long, resources: many, input: { deep: { [long]: many } } };
  const plan = madePlan();
  return {
    action: long,
    rootCauses: many,
    requestedBy: { userId: "U0ALEX", name: long },
    policy: { approvers: Array.from({ length: times }, (_, nth) => `U0${nth}AB`), approvals: 5, solo: true, typed: false },
    draft: {
      ...plan.draft,
      calls: [...many.map(() => aws), host],
      says: {
        does: many.map((name) => say("takesSnapshot", name, name)),
        risks: many.map((name) => say("requestsBreakOff", name)),
        takes: many.map(() => say("restartTakes")),
        costs: many.map(() => say("costsNothing")),
        undo: many.map((name) => say("snapshotIsDeletedByHand", name)),
        unchecked: many.map((name) => say("permissionsUnchecked", said(name))),
      },
    },
  };
}

describe.each(LANGUAGES)("in %s", (language) => {
  const words = wordsOf(language);
  const telling = { words, titleOf: (id: string) => id, causeOf: (id: string) => id };
  const halt = { environment: "prod", by: { userId: "U0MINA", name: HOSTILE }, at: NIGHT };

  test.each(Object.entries(STATES))("a plan that is %s is taken by Slack, also where its environment is halted", (_, state) => {
    const told = planMessage(madeRow(state), telling);
    check(told);
    check(planMessage(madeRow(state), { ...telling, halt }));
    expect(told.text).toContain(madePlan().digest.slice(0, 12));
    expect(told.text).toContain("CreateRelationalDatabaseSnapshot");
    expect(told.text).toContain("relationalDatabaseSnapshotName=gumshoe-p-1");
  });

  test.each(Object.entries(STATES))("a plan that is %s stays text, sealed and within limits, whatever stands in it", (name, state) => {
    for (const times of ["proposed", "asking", "void"].includes(name) ? [2, 40] : [2]) {
      const long = `${HOSTILE} ${LEAKY} ${"y".repeat(500)}`;
      const differences = Array.from({ length: times }, (_each, nth) => ({ kind: long, name: `${nth}`, of: long, was: long, is: long }));
      const end = state.end && {
        ...state.end,
        ...("differences" in state.end ? { differences } : {}),
        ...("step" in state.end ? { step: long } : {}),
      };
      const hostile = {
        ...state,
        ...(end ? { end } : {}),
        ...(state.question ? { question: { ...state.question, step: long } } : {}),
        ...(state.progress ? { progress: { ...state.progress, step: long, status: long } } : {}),
      };
      check(planMessage(madeRow(hostile, hostilePlan(times)), { ...telling, halt }));
    }
  });
});

const telling = { words: wordsOf("en"), titleOf: () => "Snapshot the database", causeOf: () => "Disk queue" };
const toldOf = (row: Partial<PlanRow>, plan: Partial<Plan> = {}) => planMessage(madeRow(row, plan), telling);

test("what stands is told to the letter, however much was planned", () => {
  const address = `gumshoe-i12-20b6e2dc6a-gp3.c9akciq32rgb.ap-northeast-2.rds.amazonaws.com:5432`;
  const stands = say("watchesNew", address, address.replace("gumshoe", "ls"), "gumshoe-i12-20b6e2dc6a-gp3", "SHOP_DB_URL");
  const says = [...Array.from({ length: 4 }, (_, nth) => say("snapshotStands", `gumshoe-p-${nth}-${"x".repeat(100)}`, 40)), stands];
  const { draft } = madePlan();
  const many = <Each>(all: readonly Each[]) => Array.from({ length: 9 }, () => all).flat();
  const { does, risks, undo } = draft.says;
  const planned = { ...draft, calls: many(draft.calls), says: { ...draft.says, does: many(does), risks: many(risks), undo: many(undo) } };
  const told = planMessage(madeRow(ended({ how: "done", says }), { draft: planned }), telling);
  check(told);
  // In the text for screen readers backticks are quotes.
  const [host = ""] = address.split(":");
  expect(told.text).toContain(`write 'host: ${host}' and 'port: 5432' under`);
  expect(told.text).toContain("the same address in the URL of SHOP_DB_URL");
});

test("buttons stand only while they mean something", () => {
  const shown = Object.fromEntries(Object.entries(STATES).map(([name, state]) => [name, actionIds(toldOf(state))]));
  const { proposed, "approved by one of two": half, asking, ...rest } = shown;
  expect(proposed).toEqual(["plan:approve", "plan:withdraw"]);
  expect(half).toEqual(proposed);
  expect(asking).toEqual(["plan:landed", "plan:not-landed"]);
  for (const ids of Object.values(rest)) expect(ids).toEqual([]);
});

test("the approve button says yes to the whole digest, after a dialog that names action, environment and loss", () => {
  const told = toldOf({});
  const approve = objectsIn(told.blocks, "").find(({ value }) => value["action_id"] === "plan:approve")!.value;
  expect(approvedByValue(approve["value"] as string)).toEqual({ plan: "p-1", digest: madePlan().digest });
  const confirm = JSON.stringify(approve["confirm"]);
  for (const part of ["prod", "Snapshot the database", "unavailable"]) expect(confirm).toContain(part);
});

test("a plan that wants the environment's name typed has no dialog of its own", () => {
  const policy = { approvers: ["U0MINA"], approvals: 2, solo: false, typed: true };
  expect(actionIds(toldOf({}, { policy }))).toEqual(["plan:type", "plan:withdraw"]);
});

test("solo mode is said loudly, and who asked for it is not kept out", () => {
  const policy = { approvers: ["U0MINA"], approvals: 1, solo: true, typed: false };
  expect(toldOf({}, { policy }).text).toContain("SOLO MODE");
  expect(toldOf({}, { policy }).text).not.toContain("Not of Alex");
  expect(toldOf({}).text).toContain("Not of Alex Morgan");
});

test("what is only the name of a secret, or a yes, is not taken out of the message", () => {
  const { draft } = madePlan();
  const input = { DBInstanceIdentifier: "shop", ManageMasterUserPassword: true, PubliclyAccessible: false };
  const calls: Call[] = [{ on: "aws", service: "rds", operation: "CreateDBInstance", resources: [], input }];
  const says = { ...draft.says, does: [say("keepsPassword", "shop")], risks: [say("passwordIsKept")] };
  const told = toldOf(ended({ how: "done", says: [say("passwordIsIn", "rds!db-1")] }), { draft: { ...draft, calls, says } });
  for (const part of ["ManageMasterUserPassword true", "PubliclyAccessible false", "under the name rds!db-1"])
    expect(told.text).toContain(part);
  expect(told.text).not.toContain("redacted");
});

test("what the states say", () => {
  expect(toldOf(STATES["approved by one of two"]!, { policy: { ...madePlan().policy, approvals: 2 } }).text).toMatch(
    /1 of 2.*\nApproved by Mina Kim/,
  );
  expect(toldOf(STATES["running"]!).text).toMatch(/waiting, creating, 40 %, for 4 min of about 10 min/);
  expect(toldOf(STATES["void"]!).text).toMatch(/database shop, status: was available, is maintenance/);
  expect(toldOf(STATES["void"]!).text).toMatch(/host web-2, existence: was there, is gone/);
  expect(toldOf(STATES["withdrawn"]!).text).toContain("Taken back by Alex Morgan");
  expect(toldOf(STATES["done"]!).text).toContain("The snapshot gumshoe-p-1 is available");
});

test("values of buttons that are none of ours mean nothing", () => {
  const digest = "a".repeat(64);
  for (const value of [
    undefined,
    "",
    "p-1",
    `p-1:${digest}x`,
    `p 1:${digest}`,
    `p-1:${digest.toUpperCase()}`,
    `${"p".repeat(65)}:${digest}`,
    `p-1:${digest}\n`,
  ])
    expect(approvedByValue(value)).toBeUndefined();
  for (const value of [undefined, "", "a b", "../x", "p".repeat(65), "p-1\n"]) expect(planOfValue(value)).toBeUndefined();
  for (const value of [undefined, "p-1", "p-1:", "p-1:create-snapshot", `p-1:${"a".repeat(17)}`])
    expect(answeredByValue(value)).toBeUndefined();
  for (const value of [
    undefined,
    "7",
    "7:",
    "x:restart-service",
    "7:drop-database",
    "7:toString",
    "7:restart-service; rm",
    "1234567890123:restart-service",
  ])
    expect(wishedFor(value)).toBeUndefined();
  expect(wishedFor("7:restart-service")).toEqual({ incident: 7, action: "restart-service" });
});

test("a verdict offers what the environment allows, and says of the rest how it is done", () => {
  const words = wordsOf("en");
  const told = (id: string) => ({ id, title: `Title of ${id}` });
  const actions = {
    approvers: ["U0MINA"],
    solo: false,
    perDay: 10,
    expiresMinutes: 30,
    proof: { goodMinutes: 10, withinMinutes: 30, queueBelow: 0.5, connectBelowMs: 1_000, failuresBelow: 0.01 },
    allow: { "restart-service": { approvals: 1, units: ["web", "worker"] }, "reboot-database": { approvals: 1 } },
  };
  const offered = message(
    offerBlocks(
      ["restart-service", "reboot-database", "snapshot-database", "roll-back-deploy"].map(told),
      { incident: 7, environment: "prod", actions },
      words,
    ),
  );
  check(offered);
  expect(actionIds(offered)).toEqual(["plan:choose:restart-service", "plan:make:reboot-database"]);
  expect(offered.text).toContain("Title of snapshot-database: gumshoe.yml does not allow it here");
  expect(offered.text).toContain("Title of roll-back-deploy: Gumshoe has no repair for this");
  const by = ["restart-service", "reboot-database", "roll-back-deploy"].map(told);
  const none = message(offerBlocks(by, { incident: 7, environment: "prod", actions: undefined }, words));
  check(none);
  expect(actionIds(none)).toEqual([]);
  expect(none.text.match(/allows no repairs here/g)).toHaveLength(1);
  expect(none.text).toMatch(
    /by hand:\n.*Title of restart-service\n.*Title of reboot-database\n.*Title of roll-back-deploy: Gumshoe has no repair/,
  );
});

describe("the proof after a repair", () => {
  const of = (is: string) => toldOf({ ...ended({ how: "done", says: [] }), proof: PROOFS[is]! });
  test("turns over: for how long the numbers are good, and what they are now against before", () => {
    const told = of("is good so far");
    expect(told.text).toContain("Good for 3 min of 10 min.");
    expect(told.text).toMatch(/Disk queue, on average \| 84 \| 0\.12 \| below 0\.5/);
    expect(told.text).toMatch(/Requests that fail \| 40 % \| 0 % \| below 1 %/);
    expect(of("is good so far, and its last look saw less").text).toContain(
      "Not seen by the last look: the database's disk queue (no points",
    );
    expect(actionIds(told)).toEqual([]);
  });
  test("is proven with a table and a chart that has the change marked", () => {
    const told = of("is proven");
    expect(told.text).toContain("Proven: every number stayed good for 10 min.");
    expect(told.text).toContain("Number | Before | After | Good is");
    expect(JSON.stringify(told.blocks)).toContain("02:49 change");
    expect(told.text).toContain("Disk queue: 84 before the change at 02:49, 0.12 now.");
  });
  test("says of the chart that nothing of after the change is seen as long as that is so", () => {
    expect(of("has no look yet").text).toContain("Disk queue: 84 before the change at 02:49, and nothing of after it is seen yet.");
  });
  test("says plainly what is not good, and how to go back", () => {
    const told = of("is not proven");
    expect(told.text).toContain("Not proven: after 30 min this is not good: the database's disk queue.");
    expect(told.text.split("What can be done")[1]).toContain("delete gumshoe-p-1 by hand");
    expect(actionIds(of("is not good yet"))).toEqual([]);
    expect(of("is worse").text).toContain("What can be done");
  });
});
