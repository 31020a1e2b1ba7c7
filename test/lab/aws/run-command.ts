import {
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
  type SendCommandCommandInput,
} from "@aws-sdk/client-ssm";
import { expect, vi } from "vitest";
import type { LocalAws } from "../../../lab/aws/local-aws.ts";
import { clientOf } from "./started.ts";

/** The node of `node()`, and another one. */
export const ID = "mi-0123456789abcdef0";
export const OTHER = "mi-0123456789abcdef1";
export const START = new Date("2026-11-05T09:00:00Z");

/** A command of AWS-RunShellScript to the node. */
export const shellCommand = (commands: string[], more: Partial<SendCommandCommandInput> = {}) =>
  new SendCommandCommand({ DocumentName: "AWS-RunShellScript", InstanceIds: [ID], Parameters: { commands }, ...more });

/** Run Command as a test asks it: send, look, and wait until an invocation has ended. */
export function runCommandOf(aws: LocalAws) {
  const client = new SSMClient(clientOf(aws));
  const send = async (command: SendCommandCommand) => (await client.send(command)).Command!.CommandId!;
  const get = (id: string, instance = ID) => client.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: instance }));
  const list = async (id: string) => (await client.send(new ListCommandsCommand({ CommandId: id }))).Commands![0]!;
  const ended = (id: string, instance = ID) =>
    vi.waitFor(
      async () => {
        const answer = await get(id, instance);
        expect(["Pending", "InProgress", "Cancelling"]).not.toContain(answer.Status);
        return answer;
      },
      { timeout: 20_000, interval: 10 },
    );
  return { client, send, get, list, ended };
}
