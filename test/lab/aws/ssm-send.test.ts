import { ListCommandsCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { ID, OTHER, runCommandOf, shellCommand, START } from "./run-command.ts";
import { node, refusal, started } from "./started.ts";

test("targets are found by tag, and the failures that are allowed bound who still gets the command", async () => {
  const clock = virtualClock(START);
  const ran: string[] = [];
  const fleet = ["0", "1", "2", "3"].map((digit) =>
    node({
      id: `mi-0123456789abcdef${digit}`,
      tags: { env: digit === "3" ? "staging" : "prod" },
      run: async () => ({ exitCode: ran.push(digit) > 0 ? 1 : 0, stdout: "", stderr: "" }),
    }),
  );
  const { send, get, list } = runCommandOf(await started({ nodes: fleet }, clock));
  const toProd = { InstanceIds: undefined, Targets: [{ Key: "tag:env", Values: ["prod"] }] } as object;
  const strict = await send(shellCommand(["false"], { ...toProd, MaxConcurrency: "1", MaxErrors: "0" }));
  await clock.advance(1_000);
  expect(ran).toEqual(["0"]);
  expect(await get(strict, fleet[1]!.id)).toMatchObject({ Status: "Failed", StatusDetails: "Terminated", ResponseCode: -1 });
  expect(await list(strict)).toMatchObject({ TargetCount: 3, CompletedCount: 3, ErrorCount: 1, StatusDetails: "Failed", InstanceIds: [] });
  const lenient = await send(shellCommand(["false"], { ...toProd, MaxConcurrency: "50%", MaxErrors: "100%" }));
  await clock.advance(1_000);
  expect(ran).toEqual(["0", "0", "1", "2"]);
  expect(await list(lenient)).toMatchObject({ ErrorCount: 3, Status: "Failed" });
});

test("a tag that no node has succeeds at nothing, and a stopped host among the tagged is undeliverable", async () => {
  const stopped = node({ ping: "Inactive" });
  const { send, ended, list } = runCommandOf(await started({ nodes: [stopped] }));
  const target = (Values: string[]) => ({ InstanceIds: undefined, Targets: [{ Key: "tag:env", Values }] }) as object;
  expect(await list(await send(shellCommand(["true"], target(["nowhere"]))))).toMatchObject({
    Status: "Success",
    StatusDetails: "NoInstancesInTag",
    TargetCount: 0,
  });
  const id = await send(shellCommand(["true"], target(["prod"])));
  expect(await ended(id)).toMatchObject({ Status: "Failed", StatusDetails: "Undeliverable" });
  expect(await list(id)).toMatchObject({ StatusDetails: "Incomplete", ErrorCount: 0 });
});

test("lists of commands are filtered by time, document and status, and come in pages", async () => {
  const clock = virtualClock(START);
  const { client, send } = runCommandOf(
    await started({ nodes: [node({ run: async () => ({ exitCode: 0, stdout: "", stderr: "" }) })] }, clock),
  );
  const first = await send(shellCommand(["one"]));
  await clock.advance(60_000);
  const second = await send(shellCommand(["two"]));
  const third = await send(shellCommand(["three"]));
  const ids = async (input: object) => (await client.send(new ListCommandsCommand(input))).Commands?.map(({ CommandId }) => CommandId);
  expect(
    await ids({
      Filters: [
        { key: "InvokedAfter", value: "2026-11-05T09:00:30Z" },
        { key: "DocumentName", value: "AWS-RunShellScript" },
      ],
    }),
  ).toEqual([third, second]);
  expect(await ids({ Filters: [{ key: "InvokedBefore", value: "2026-11-05T09:00:30Z" }] })).toEqual([first]);
  expect(await ids({ Filters: [{ key: "Status", value: "Success" }], InstanceId: ID })).toEqual([first]);
  const page = await client.send(new ListCommandsCommand({ MaxResults: 2 }));
  expect(page.Commands?.map(({ CommandId }) => CommandId)).toEqual([third, second]);
  expect(await ids({ MaxResults: 2, NextToken: page.NextToken })).toEqual([first]);
  expect((await refusal(ids({ NextToken: "made-up" }))).name).toBe("InvalidNextToken");
  expect((await refusal(ids({ MaxResults: 51 }))).message).toContain("less than or equal to 50");
});

test.each([
  [
    "an unknown node",
    shellCommand(["true"], { InstanceIds: [OTHER] }),
    "InvalidInstanceId",
    "Instances [[mi-0123456789abcdef1]] not in a valid state for account 111122223333",
  ],
  ["the same node twice", shellCommand(["true"], { InstanceIds: [ID, ID] }), "DuplicateInstanceId", ""],
  ["an id of no form", shellCommand(["true"], { InstanceIds: ["web-1"] }), "ValidationException", "instanceIds"],
  ["no node at all", shellCommand(["true"], { InstanceIds: [] }), "ValidationException", "Exactly one of"],
  ["an unknown document", shellCommand([], { DocumentName: "Nothing" }), "InvalidDocument", "Document with name Nothing does not exist."],
  ["an unknown version", shellCommand([], { DocumentVersion: "7" }), "InvalidDocumentVersion", "7"],
  ["another hash", shellCommand(["true"], { DocumentHash: "0".repeat(64) }), "InvalidDocument", "hash"],
  ["a missing parameter", shellCommand([], { Parameters: {} }), "InvalidParameters", "requires parameter commands"],
  ["an unknown parameter", shellCommand([], { Parameters: { commands: ["true"], user: ["root"] } }), "InvalidParameters", "[user]"],
  [
    "a value that fits no pattern",
    shellCommand([], { Parameters: { commands: ["true"], executionTimeout: ["1x"] } }),
    "InvalidParameters",
    "allowed pattern",
  ],
  ["a delivery time-out under 30 s", shellCommand(["true"], { TimeoutSeconds: 5 }), "ValidationException", "timeoutSeconds"],
  ["a comment over 100 characters", shellCommand(["true"], { Comment: "x".repeat(101) }), "ValidationException", "comment"],
  ["a concurrency that is none", shellCommand(["true"], { MaxConcurrency: "0" }), "ValidationException", "maxConcurrency"],
  [
    "no document name",
    new SendCommandCommand({ DocumentName: undefined, InstanceIds: [ID] }),
    "ValidationException",
    "Value null at 'documentName'",
  ],
])("SendCommand refuses %s", async (_, command, name, message) => {
  const { client } = runCommandOf(await started({ nodes: [node()] }));
  expect(await refusal(client.send(command))).toMatchObject({ name, message: expect.stringContaining(message), status: 400 });
});
