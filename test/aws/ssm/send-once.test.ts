import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { FaultKind } from "../../../lab/aws/faults.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { account, askHosts, callsOf, environment, meanwhile, node, register } from "../account.ts";

const where = environment("{ tags: { role: web } }");

/** One web host that counts how often it ran something. */
async function counting(requestMs = 10_000) {
  let runs = 0;
  const run = async () => ({ exitCode: 0, stdout: `run ${++runs}`, stderr: "" });
  const clock = virtualClock(new Date());
  const from = await account({ nodes: [node("web-1", { run })] }, { requestMs, clock });
  await meanwhile(clock, register());
  return { from, runs: () => runs, ask: async () => meanwhile(clock, askHosts(from, where)) };
}

test.each<[FaultKind, number]>([
  ["reset-after", 10_000],
  ["http-500", 10_000],
  ["hang", 1_000],
  ["reset-before", 10_000],
])("whatever becomes of the answer (%j), the command is sent at most once", async (kind, requestMs) => {
  const { from, runs, ask } = await counting(requestMs);
  from.aws.faults.add({ operation: "SendCommand", kind });
  const came = await ask();
  expect(callsOf(from, "SendCommand")).toHaveLength(1);
  expect(callsOf(from, "ListCommands").length).toBeGreaterThan(0);
  expect(runs()).toBeLessThanOrEqual(1);
  // What arrived is found again by the word in its comment, and its answer counts; of what did not, the reason is told.
  if (kind === "reset-after") expect(came.answers.get("web-1")).toEqual({ output: "run 1" });
  else expect(came.said["web-1"]).toMatch(kind === "http-500" ? /^SSM refused: / : /^SSM did not answer within \d+ s$/);
});

test("a throttled command did nothing, and is sent again a few times", async () => {
  const { from, runs, ask } = await counting();
  from.aws.faults.add({ operation: "SendCommand", kind: "throttle", times: 2 });
  expect((await ask()).answers.get("web-1")).toEqual({ output: "run 1" });
  expect(callsOf(from, "SendCommand")).toHaveLength(3);
  expect(callsOf(from, "ListCommands")).toEqual([]);
  expect(runs()).toBe(1);
});

test("a command that goes on being throttled is given up in words", async () => {
  const { from, runs, ask } = await counting();
  from.aws.faults.add({ operation: "SendCommand", kind: "throttle" });
  expect((await ask()).said).toEqual({ "web-1": "SSM throttles our calls, and went on doing so" });
  expect(callsOf(from, "SendCommand")).toHaveLength(4);
  expect(runs()).toBe(0);
});

test("a missing permission is named at once, with what it is for", async () => {
  const { from, ask } = await counting();
  from.aws.world.allowed = ({ operation }) => operation !== "SendCommand";
  expect((await ask()).said["web-1"]).toMatch(/^the role lacks ssm:SendCommand on arn:aws:ssm:us-east-1:\d{12}:\S+$/);
  expect(callsOf(from, "SendCommand")).toHaveLength(1);
});

test("a look that is stopped while the command is on its way cancels it", async () => {
  const run = async ({ signal }: { signal: AbortSignal }) => {
    await once(signal, "abort");
    return { exitCode: 137, stdout: "", stderr: "" };
  };
  const from = await account({ nodes: [node("web-1", { run })] });
  await register();
  from.aws.faults.add({ operation: "SendCommand", kind: "slow", delayMs: 300 });
  const stop = new AbortController();
  const asking = askHosts(from, where, { signal: stop.signal });
  while (callsOf(from, "SendCommand").length === 0) await turn();
  stop.abort();
  await expect(asking).rejects.toThrow(/abort/i);
  expect(callsOf(from, "SendCommand")).toHaveLength(1);
  expect(callsOf(from, "CancelCommand")).toHaveLength(1);
});
