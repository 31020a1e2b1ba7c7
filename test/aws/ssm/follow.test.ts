import { CancelCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { pauseMs } from "../../../src/aws/ssm/follow.ts";
import { account, askHosts, callsOf, environment, meanwhile, node, register, type Came } from "../account.ts";

const where = environment("{ tags: { role: web } }");
const START = new Date();

const never = async ({ signal }: { signal: AbortSignal }) =>
  new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    signal.addEventListener("abort", () => resolve({ exitCode: 137, stdout: "half", stderr: "" }), { once: true });
  });

test("a command that no agent takes is told from one that ran too long", async () => {
  const clock = virtualClock(START);
  const well = node("web-1", { run: async () => ({ exitCode: 0, stdout: "well", stderr: "" }) });
  const from = await account({ nodes: [well, node("web-2", { delivers: false }), node("web-3", { run: never })] }, { clock });
  await meanwhile(clock, register());
  const came = await meanwhile(clock, askHosts(from, where));
  expect(came.answers.get("web-1")).toEqual({ output: "well" });
  expect(came.said).toEqual({
    "web-2": "the command was not delivered within 30 s; nothing ran",
    "web-3": "the command ran for 20 s and was ended by its time limit",
  });
});

test("a command that somebody cancels says so", async () => {
  const from = await account({ nodes: [node("web-1", { run: never })] });
  await register();
  const asking = askHosts(from, where);
  const commandId = async () => {
    for (;;) {
      const sent = callsOf(from, "GetCommandInvocation")[0]?.input as { CommandId: string } | undefined;
      if (sent) return sent.CommandId;
      await turn();
    }
  };
  await new SSMClient({}).send(new CancelCommandCommand({ CommandId: await commandId() }));
  expect((await asking).said).toEqual({ "web-1": "the command was cancelled" });
});

test("a command that does not show up yet is waited for, and one that never does was not delivered", async () => {
  const clock = virtualClock(START);
  const well = node("web-1", { run: async () => ({ exitCode: 0, stdout: "well", stderr: "" }) });
  const from = await account({ nodes: [well], delaysMs: { invocationVisible: 5_000 } }, { clock });
  await meanwhile(clock, register());
  expect((await meanwhile(clock, askHosts(from, where))).answers.get("web-1")).toEqual({ output: "well" });
  from.aws.world.delaysMs = { invocationVisible: 600_000 };
  expect((await meanwhile(clock, askHosts(from, where))).said).toEqual({
    "web-1": "the command was not delivered; its SSM agent takes none",
  });
});

test("an agent that goes away after the look at it is told as not delivered to", async () => {
  const web = node("web-1");
  const from = await account({ nodes: [web], delaysMs: { delivery: 2_000 } });
  await register();
  const came = await askHosts(from, where, { onSent: () => (web.ping = "Inactive") });
  expect(came.said).toEqual({ "web-1": "the command was not delivered; its SSM agent takes none" });
});

test("an answer is heard of soon after the script has ended", async () => {
  let endedAt = Infinity;
  const run = async () => {
    await pause(1_500);
    endedAt = performance.now();
    return { exitCode: 0, stdout: "well", stderr: "" };
  };
  const from = await account({ nodes: [node("web-1", { run }), node("web-2", { run })] });
  await register();
  const lags: number[] = [];
  await askHosts(from, where, { onHost: () => lags.push(performance.now() - endedAt) });
  expect(lags).toHaveLength(2);
  expect(Math.max(...lags)).toBeLessThan(10_000);
});

test("a permission that is missing for the answers is named at once, and the command is cancelled", async () => {
  const from = await account({ nodes: [node("web-1", { run: never })] });
  await register();
  from.aws.world.allowed = ({ operation }) => operation !== "GetCommandInvocation";
  const began = performance.now();
  const came = await askHosts(from, where);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(came.said["web-1"]).toMatch(/^the role lacks ssm:GetCommandInvocation(?: on \S+)?; the command was cancelled$/);
  expect(came.cancelled).toEqual([true]);
});

test("answers that are throttled for a while are waited for", async () => {
  const from = await account({ nodes: [node("web-1", { run: async () => ({ exitCode: 0, stdout: "well", stderr: "" }) })] });
  await register();
  from.aws.faults.add({ operation: "GetCommandInvocation", kind: "throttle", times: 3 });
  expect((await askHosts(from, where)).answers.get("web-1")).toEqual({ output: "well" });
});

test("SSM that tells nothing for good is given up in words, and asked to cancel", async () => {
  const clock = virtualClock(START);
  const from = await account({ nodes: [node("web-1", { run: never })] }, { clock });
  await meanwhile(clock, register());
  from.aws.faults.add({ operation: "GetCommandInvocation", kind: "throttle" });
  const came = await meanwhile(clock, askHosts(from, where));
  expect(came.said).toEqual({ "web-1": "SSM throttles our calls, and went on doing so; the command was cancelled" });
  expect(clock.now().getTime() - START.getTime()).toBeLessThan(90_000);
  expect(callsOf(from, "CancelCommand")).toHaveLength(1);
});

test("stopping a look cancels its command on every host", async () => {
  let ended = 0;
  const run = async (command: { signal: AbortSignal }) => {
    const result = await never(command);
    ended++;
    return result;
  };
  const from = await account({ nodes: [node("web-1", { run }), node("web-2", { run })] });
  await register();
  const stop = new AbortController();
  const came: Promise<Came> = askHosts(from, where, { signal: stop.signal, onSent: () => setTimeout(() => stop.abort(), 500) });
  await expect(came).rejects.toThrow(/abort/i);
  expect(callsOf(from, "CancelCommand")).toHaveLength(1);
  while (ended < 2) await turn();
});

test("each host is heard of at once, not when the last has answered", async () => {
  const clock = virtualClock(START);
  const quick = node("web-1", { run: async () => ({ exitCode: 0, stdout: "well", stderr: "" }) });
  const slow = node("web-2", { run: async () => clock.sleep(15_000).then(() => ({ exitCode: 0, stdout: "late", stderr: "" })) });
  const from = await account({ nodes: [quick, slow] }, { clock });
  await meanwhile(clock, register());
  const heard: [string, number][] = [];
  await meanwhile(clock, askHosts(from, where, { onHost: (host) => heard.push([host, clock.now().getTime() - START.getTime()]) }));
  expect(heard.map(([host]) => host)).toEqual(["web-1", "web-2"]);
  expect((heard[1]?.[1] ?? 0) - (heard[0]?.[1] ?? 0)).toBeGreaterThan(12_000);
});

test.each([0.5, 1, 2, 4, 8, 16, 33])("a command of %d s is heard of within a second of its end", (seconds) => {
  for (let startMs = 0; startMs < 1_000; startMs += 50) {
    const endMs = seconds * 1000 + startMs;
    let at = 0;
    while (at < endMs) at += pauseMs(at, 33_000, 1);
    expect(at - endMs).toBeLessThanOrEqual(1_000);
  }
});

test("old commands and many hosts are looked at less often", () => {
  expect(pauseMs(0, 33_000, 1)).toBe(300);
  expect(pauseMs(41_000, 33_000, 1)).toBe(2_500);
  expect(pauseMs(90_000, 33_000, 1)).toBe(3_000);
  expect(pauseMs(20_000, 33_000, 51)).toBe(2_000);
});
