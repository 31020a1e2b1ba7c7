import {
  CancelCommandCommand,
  CreateDocumentCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import { expect, test, vi } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { ID, OTHER, runCommandOf, shellCommand, START } from "./run-command.ts";
import { node, refusal, started, untilStopped } from "./started.ts";

test("a script really runs, and its output and exit code come back", async () => {
  const { client, send, ended, list } = runCommandOf(await started({ nodes: [node()] }));
  const id = await send(shellCommand(["echo one", "echo two >&2", "exit 3"], { Comment: "token-7" }));
  expect(await ended(id)).toMatchObject({
    Status: "Failed",
    StatusDetails: "Failed",
    ResponseCode: 3,
    StandardOutputContent: "one\n",
    PluginName: "aws:runShellScript",
    StandardErrorContent: "two\nfailed to run commands: exit status 3",
    Comment: "token-7",
    DocumentVersion: "1",
  });
  expect(await list(id)).toMatchObject({
    Status: "Failed",
    StatusDetails: "Failed",
    TargetCount: 1,
    CompletedCount: 1,
    ErrorCount: 1,
    Comment: "token-7",
  });
  const invocations = await client.send(new ListCommandInvocationsCommand({ CommandId: id, Details: true }));
  expect(invocations.CommandInvocations?.[0]?.CommandPlugins?.[0]).toMatchObject({
    Name: "aws:runShellScript",
    Status: "Failed",
    ResponseCode: 3,
    Output: "one\n\n----------ERROR-------\ntwo\nfailed to run commands: exit status 3",
  });
});

test("the output is empty until the script has ended", async () => {
  let finish = () => {};
  const running = new Promise<void>((resolve) => (finish = resolve));
  const run = async () => running.then(() => ({ exitCode: 0, stdout: "done\n", stderr: "" }));
  const { send, get, ended } = runCommandOf(await started({ nodes: [node({ run })] }));
  const id = await send(shellCommand(["true"]));
  await vi.waitFor(
    async () => expect(await get(id)).toMatchObject({ Status: "InProgress", ResponseCode: -1, StandardOutputContent: "" }),
    15_000,
  );
  finish();
  expect(await ended(id)).toMatchObject({ Status: "Success", ResponseCode: 0, StandardOutputContent: "done\n" });
});

test("long output keeps its head and ends with the mark, inside the limit", async () => {
  const stdout = "x".repeat(24_001);
  const run = async () => ({ exitCode: 0, stdout, stderr: "e".repeat(8_000) });
  const { client, send, ended } = runCommandOf(await started({ nodes: [node({ run })] }));
  const id = await send(shellCommand(["true"]));
  const answer = await ended(id);
  expect(answer.StandardOutputContent).toBe(`${"x".repeat(24_000 - 20)}--output truncated--`);
  expect(answer.StandardErrorContent).toBe(`${"e".repeat(8_000 - 20)}--output truncated--`);
  const { CommandInvocations } = await client.send(new ListCommandInvocationsCommand({ CommandId: id, Details: true }));
  const output = CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output ?? "";
  expect(output.length).toBeLessThanOrEqual(2_500);
  expect(output).toContain("\n---Output truncated---\n----------ERROR-------\n");
});

test("an invocation does not exist for a moment after SendCommand, and a list is empty", async () => {
  const clock = virtualClock(START);
  const { client, send, get } = runCommandOf(await started({ nodes: [node()], delaysMs: { delivery: 0, invocationVisible: 700 } }, clock));
  const id = await send(shellCommand(["true"]));
  expect(await refusal(get(id))).toMatchObject({ name: "InvocationDoesNotExist", status: 400 });
  expect((await client.send(new ListCommandInvocationsCommand({ CommandId: id }))).CommandInvocations).toEqual([]);
  await clock.advance(700);
  expect(await get(id)).toMatchObject({ CommandId: id });
});

test.each([
  ["an offline node", { ping: "ConnectionLost" as const }],
  ["a node that takes no commands", { delivers: false as const }],
])("a command to %s waits for both time-outs and is then not delivered", async (_, differs) => {
  const clock = virtualClock(START);
  const { send, get, list } = runCommandOf(await started({ nodes: [node(differs)] }, clock));
  const id = await send(shellCommand(["true"], { TimeoutSeconds: 30, Parameters: { commands: ["true"], executionTimeout: ["20"] } }));
  await clock.advance(49_000);
  expect(await get(id)).toMatchObject({ Status: "Pending", ResponseCode: -1 });
  await clock.advance(1_000);
  expect(await get(id)).toMatchObject({
    Status: "TimedOut",
    StatusDetails: "DeliveryTimedOut",
    ResponseCode: -1,
    StandardOutputContent: "",
  });
  expect(await list(id)).toMatchObject({ Status: "TimedOut", StatusDetails: "DeliveryTimedOut", DeliveryTimedOutCount: 1, ErrorCount: 0 });
});

test("a node that comes back in time still gets its command", async () => {
  const clock = virtualClock(START);
  const away = node({ ping: "ConnectionLost" });
  const { send, get, ended } = runCommandOf(await started({ nodes: [away] }, clock));
  const id = await send(shellCommand(["echo back"], { TimeoutSeconds: 30 }));
  await clock.advance(10_000);
  expect(await get(id)).toMatchObject({ Status: "Pending" });
  away.ping = "Online";
  await clock.advance(1_000);
  expect(await ended(id)).toMatchObject({ Status: "Success", StandardOutputContent: "back\n" });
});

test("an execution that takes too long is stopped, and what it printed is kept", async () => {
  const clock = virtualClock(START);
  const { send, get, ended, list } = runCommandOf(await started({ nodes: [node({ run: untilStopped })] }, clock));
  const id = await send(shellCommand(["sleep 99"], { Parameters: { commands: ["sleep 99"], executionTimeout: ["20"] } }));
  await clock.advance(19_000);
  expect(await get(id)).toMatchObject({ Status: "InProgress" });
  await clock.advance(1_000);
  expect(await ended(id)).toMatchObject({
    Status: "TimedOut",
    StatusDetails: "ExecutionTimedOut",
    ResponseCode: 137,
    StandardOutputContent: "as far as it came\n",
    ExecutionElapsedTime: "PT20S",
  });
  expect(await list(id)).toMatchObject({ StatusDetails: "ExecutionTimedOut", ErrorCount: 1 });
});

test("a command is cancelled while it runs and while it waits", async () => {
  const stopped: string[] = [];
  const run = async (command: Parameters<typeof untilStopped>[0]) => untilStopped(command).finally(() => stopped.push("stopped"));
  const nodes = [node({ run }), node({ id: OTHER, ping: "ConnectionLost" })];
  const { client, send, get, ended, list } = runCommandOf(await started({ nodes }));
  const id = await send(shellCommand(["sleep 99"], { InstanceIds: [ID, OTHER] }));
  await vi.waitFor(async () => expect(await get(id)).toMatchObject({ Status: "InProgress" }), 15_000);
  await client.send(new CancelCommandCommand({ CommandId: id }));
  expect(await ended(id)).toMatchObject({ Status: "Cancelled", StatusDetails: "Cancelled" });
  expect(await ended(id, OTHER)).toMatchObject({ Status: "Cancelled", ResponseCode: -1 });
  expect(await list(id)).toMatchObject({ Status: "Cancelled", CompletedCount: 2 });
  expect(stopped).toEqual(["stopped"]);
  expect((await refusal(client.send(new CancelCommandCommand({ CommandId: "0".repeat(36) })))).name).toBe("InvalidCommandId");
});

test("a node runs five commands at once, and the sixth waits its turn", async () => {
  const clock = virtualClock(START);
  const { send, get } = runCommandOf(await started({ nodes: [node({ run: untilStopped })] }, clock));
  const ids = [];
  for (let index = 0; index < 6; index++) {
    ids.push(await send(shellCommand(["true"], { Parameters: { commands: ["true"], executionTimeout: [String(10 + index)] } })));
  }
  await clock.advance(1_000);
  expect(await Promise.all(ids.map(async (id) => (await get(id)).Status))).toEqual([...Array(5).fill("InProgress"), "Pending"]);
  await clock.advance(10_000);
  expect(await Promise.all([ids[0]!, ids[5]!].map(async (id) => (await get(id)).Status))).toEqual(["TimedOut", "InProgress"]);
});

const DOCUMENT = JSON.stringify({
  schemaVersion: "2.2",
  parameters: {
    lines: { type: "String", default: "100", allowedPattern: "[0-9]{1,4}", interpolationType: "ENV_VAR" },
    word: { type: "String", allowedValues: ["hello", "bye"] },
  },
  mainSteps: [
    {
      action: "aws:runShellScript",
      name: "say",
      inputs: { timeoutSeconds: "20", runCommand: ['echo "{{ word }} ${SSM_lines:?SSM Agent too old} {{lines}}"'] },
    },
    { action: "aws:runShellScript", name: "fail", inputs: { runCommand: ["exit 4"] } },
    { action: "aws:runShellScript", name: "after", inputs: { runCommand: ["echo after"] } },
  ],
});

test("a document's values reach the script by environment where it says so, and every step has its own answer", async () => {
  const { client, send } = runCommandOf(await started({ nodes: [node(), node({ id: OTHER, agentVersion: "3.2.2303.0" })] }));
  await client.send(new CreateDocumentCommand({ Name: "Look", Content: DOCUMENT }));
  const id = await send(
    new SendCommandCommand({ DocumentName: "Look", InstanceIds: [ID, OTHER], Parameters: { word: ["hello"], lines: ["7"] } }),
  );
  const get = (InstanceId: string, PluginName?: string) =>
    client.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId, PluginName }));
  await vi.waitFor(async () => expect((await get(ID, "after")).Status).toBe("Success"), 15_000);
  expect(await get(ID, "say")).toMatchObject({ Status: "Success", StandardOutputContent: "hello 7 {{lines}}\n" });
  expect(await get(ID, "fail")).toMatchObject({ Status: "Failed", ResponseCode: 4 });
  expect((await refusal(get(ID))).name).toBe("InvalidPluginName");
  await vi.waitFor(async () => expect((await get(OTHER, "after")).Status).toBe("Success"), 15_000);
  expect(await get(OTHER, "say")).toMatchObject({ Status: "Failed", StandardErrorContent: expect.stringContaining("SSM Agent too old") });
  expect(
    (await refusal(send(new SendCommandCommand({ DocumentName: "Look", InstanceIds: [ID], Parameters: { word: ["rm -rf"] } })))).name,
  ).toBe("InvalidParameters");
});

test("a step is left out on another platform, runs in its folder, and may end the document", async () => {
  const { client, send } = runCommandOf(await started({ nodes: [node()] }));
  const shellStep = (name: string, inputs: object, more: object = {}) => ({ action: "aws:runShellScript", name, inputs, ...more });
  const mainSteps = [
    shellStep("windows", { runCommand: ["exit 1"] }, { precondition: { StringEquals: ["platformType", "Windows"] } }),
    shellStep("folder", { workingDirectory: "/usr/bin", runCommand: ["pwd"] }),
    { action: "aws:runPowerShellScript", name: "other", inputs: { runCommand: ["dir"] } },
    shellStep("last", { runCommand: ["exit 5"], onFailure: "exit" }),
    shellStep("never", { runCommand: ["echo never"] }),
  ];
  await client.send(new CreateDocumentCommand({ Name: "Steps", Content: JSON.stringify({ schemaVersion: "2.2", mainSteps }) }));
  const id = await send(new SendCommandCommand({ DocumentName: "Steps", InstanceIds: [ID] }));
  const get = (PluginName: string) => client.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: ID, PluginName }));
  await vi.waitFor(async () => expect((await get("last")).Status).toBe("Failed"), 15_000);
  expect(await get("windows")).toMatchObject({ Status: "Success", StandardOutputContent: expect.stringContaining("skipped") });
  expect(await get("folder")).toMatchObject({ Status: "Success", StandardOutputContent: "/usr/bin\n" });
  expect(await get("other")).toMatchObject({ Status: "Failed", StandardErrorContent: expect.stringContaining("aws:runPowerShellScript") });
  expect(await get("never")).toMatchObject({ ResponseCode: -1, StandardOutputContent: "" });
});

test("a node that breaks is a failure with its reason, and a script that ends by being killed counts as timed out", async () => {
  const nodes = [
    node({ run: () => Promise.reject(new Error("no such shell")) }),
    node({ id: OTHER, run: async () => ({ exitCode: 137, stdout: "", stderr: "" }) }),
  ];
  const { send, ended } = runCommandOf(await started({ nodes }));
  const id = await send(shellCommand(["true"], { InstanceIds: [ID, OTHER], MaxErrors: "100%" }));
  expect(await ended(id)).toMatchObject({
    Status: "Failed",
    ResponseCode: 1,
    StandardErrorContent: expect.stringContaining("no such shell"),
  });
  expect(await ended(id, OTHER)).toMatchObject({ StatusDetails: "ExecutionTimedOut", ResponseCode: 137 });
});
