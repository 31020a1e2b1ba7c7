import { expect, test } from "vitest";
import type { SeenDatabase } from "../../../src/remediation/actions/database.ts";
import { rebootDatabase, type RebootDatabase } from "../../../src/remediation/actions/reboot-database.ts";
import { NotDone } from "../../../src/remediation/durable.ts";
import { say } from "../../../src/words/plan-say.ts";
import { carryOut, draftOf, passing, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";

const MINUTE_MS = 60_000;

/** A database that is away for a minute after a reboot, and whose restarts AWS tells 40 s later. */
function account(port: Partial<RebootDatabase> = {}, database: Partial<SeenDatabase> = {}) {
  const time = passing();
  const restarts: Date[] = [];
  const sent: Date[] = [];
  const since = () => time.now().getTime() - (sent.at(-1)?.getTime() ?? -Infinity);
  const reboot = async () => {
    sent.push(time.now());
    restarts.push(new Date(time.now().getTime() + 40_000));
  };
  const action = rebootDatabase({
    look: async () => ({
      service: "rds",
      name: "shop-db",
      id: "db-1",
      arn: "arn:db",
      status: since() < MINUTE_MS ? "rebooting" : "available",
      plan: "db.t4g.micro gp3",
      sizeGib: 40,
      endpoint: "db:5432",
      standby: false,
      ...database,
    }),
    restartedSince: async (from) => restarts.findLast((at) => at >= from && at <= time.now()),
    connections: async () => 31,
    callFor: ({ name, arn }) => ({ on: "aws", service: "rds", operation: "Reboot", resources: [arn], input: { name } }),
    reboot,
    now: time.now,
    sleep: time.sleep,
    ...port,
  });
  return { action, time, restarts, sent };
}

test("a draft says what ends, that the disk stays slow, and when the database was last restarted", async () => {
  const { action, restarts } = account();
  restarts.push(new Date("2026-10-30T00:00:00Z"));
  const draft = await draftOf(action);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.touches[0]?.state).toMatchObject({ id: "db-1", status: "available", restartedAt: "2026-10-30T00:00:00.000Z" });
  expect(sentencesOf(draft)).toEqual([
    expect.stringContaining("Reboots shop-db"),
    expect.stringContaining("Until the database is back"),
    expect.stringContaining("31 open connections end"),
    expect.stringContaining("does not make the disk faster"),
    expect.stringContaining("one to three minutes"),
    "Nothing",
    expect.stringContaining("cannot be undone"),
  ]);
  const untold = await draftOf(account({ connections: async () => undefined }).action);
  expect(typeof untold === "string" ? untold : sentencesOf(untold)[2]).toContain("Every open connection ends");
});

test("a database that is not available is not rebooted", async () => {
  expect(await draftOf(account({}, { status: "backing-up" }).action)).toMatch(/^not-available: shop-db is backing-up/);
});

test("a reboot is over when the database is available and AWS tells that it began anew", async () => {
  const { action, time, sent } = account();
  expect(await carryOut(action, await planOf(action), { time })).toEqual({
    says: ["shop-db takes connections again, 40 s after the reboot began"],
  });
  expect(sent).toHaveLength(1);
});

test("a database that is available while nothing tells of a restart is not said to have been rebooted", async () => {
  const { action, time } = account({ restartedSince: async () => undefined });
  expect(await carryOut(action, await planOf(action), { time })).toEqual({
    says: ["nothing tells that shop-db was restarted since then"],
  });
});

test("a reboot that ends in a bad status fails in AWS's word for it", async () => {
  let status = "available";
  const { action, time } = account({
    look: async () => ({
      service: "rds",
      name: "shop-db",
      id: "db-1",
      arn: "",
      status,
      plan: "",
      sizeGib: 40,
      endpoint: "",
      standby: false,
    }),
    reboot: async () => void (status = "incompatible-parameters"),
  });
  expect(await carryOut(action, await planOf(action), { time })).toEqual({
    how: "failed",
    step: "database-back",
    because: "shop-db ended as incompatible-parameters. Its parameter or option group does not fit: choose another one.",
  });
});

test("a reboot whose answer was lost is found by its traces, and never sent again", async () => {
  const { action, time, sent } = account({
    reboot: async () => {
      sent.push(time.now());
      throw new Error("socket hang up");
    },
    restartedSince: async (from) => sent.find((at) => at >= from),
  });
  expect(await carryOut(action, await planOf(action), { time })).toMatchObject({
    says: [expect.stringContaining("takes connections again") as string],
  });
  expect(sent).toHaveLength(1);
});

test("a reboot that left no trace is asked about", async () => {
  let tries = 0;
  const lose = async () => {
    tries++;
    throw new Error("socket hang up");
  };
  const { action, time } = account({ reboot: lose });
  expect(await carryOut(action, await planOf(action), { time })).toEqual({
    how: "asks",
    step: "reboot",
    because: "nothing tells that shop-db was restarted since then",
  });
  expect(tries).toBe(1);
});

test("a copy that takes a begun reboot over looks for it since it was begun; where people say that it took place it goes on", async () => {
  for (const answer of [undefined, { landed: true, at: new Date("2026-11-02T03:02:00Z") }]) {
    const { action, time, sent, restarts } = account();
    const plan = await planOf(action);
    const steps = stepsInMemory();
    steps.kept.set("reboot", { begunAt: plan.plannedAt, ...(answer ? { answer } : {}) });
    if (!answer) restarts.push(new Date(plan.plannedAt.getTime() + 5_000));
    await time.sleep(10_000);
    const came = await carryOut(action, plan, { time, steps });
    expect(came).toEqual({
      says: [
        answer ? "nothing tells that shop-db was restarted since then" : "shop-db takes connections again, 5 s after the reboot began",
      ],
    });
    expect(sent).toEqual([]);
  }
});

test("a reboot that AWS refuses stops the plan", async () => {
  const { action, time } = account({
    reboot: async () => {
      throw new NotDone(say("refusedBy", { said: "not now" }));
    },
  });
  expect(await carryOut(action, await planOf(action), { time })).toEqual({ how: "failed", step: "reboot", because: "not now" });
});
