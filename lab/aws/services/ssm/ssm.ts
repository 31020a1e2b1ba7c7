import type { SendCommandRequest, SSM } from "@aws-sdk/client-ssm";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Filled, Room } from "../../operations.ts";
import { awsDocuments } from "./aws-documents.ts";
import { carryOut } from "./deliver.ts";
import { documentOperations } from "./documents.ts";
import { getInvocation, listCommands, listInvocations, tellCommand } from "./invocations.ts";
import { describeNodes, nodeArn, targeted } from "./nodes.ts";
import { newCommand } from "./send-command.ts";
import type { Ssm } from "./ssm-state.ts";
import { end, ended } from "./status.ts";

/** Run Command: documents, nodes, and commands that are really run by the nodes of the world. */
export function ssm(account: Account): Room<SSM> {
  const documents = new Map(awsDocuments().map((document) => [document.name, document]));
  const state: Ssm = { account, commands: new Map(), documents, busy: new Map() };
  const onDocument = ({ Name }: { Name: string }) => [documentArn(state, Name)];
  return {
    operations: {
      ...documentOperations(state),
      DescribeInstanceInformation: (input) => describeNodes(state, input),
      SendCommand: (input) => {
        const command = newCommand(state, input);
        state.commands.set(command.id, command);
        void carryOut(state, command);
        return { Command: tellCommand(command) };
      },
      GetCommandInvocation: (input) => getInvocation(state, input),
      ListCommandInvocations: (input) => listInvocations(state, input),
      ListCommands: (input) => listCommands(state, input),
      CancelCommand: ({ CommandId, InstanceIds }) => cancel(state, CommandId, InstanceIds),
    },
    resources: {
      SendCommand: ({ DocumentName, InstanceIds, Targets }: Filled<SendCommandRequest>) => {
        const ids = InstanceIds?.length ? InstanceIds : targeted(state, Targets ?? []).map(({ id }) => id);
        return [documentArn(state, DocumentName), ...ids.map((id) => nodeArn(state, id))];
      },
      CreateDocument: onDocument,
      UpdateDocument: onDocument,
      UpdateDocumentDefaultVersion: onDocument,
      GetDocument: onDocument,
      DescribeDocument: onDocument,
    },
  };
}

/** Documents of Amazon have no account in their ARN. */
function documentArn({ account, documents }: Ssm, name: string): string {
  if (name.startsWith("arn:")) return name;
  return documents.get(name)?.owner === "Amazon"
    ? `arn:aws:ssm:${account.region}::document/${name}`
    : arnOf(account, "ssm", `document/${name}`);
}

/** What waits is cancelled at once; what runs is stopped, and is `Cancelling` until its node has answered. */
function cancel({ commands }: Ssm, id: string, instanceIds: readonly string[] = []): object {
  const command = commands.get(id);
  if (!command) throw new AwsError("InvalidCommandId", `The command ${id} is not known.`);
  for (const invocation of command.invocations) {
    if (ended(invocation.detail) || (instanceIds.length > 0 && !instanceIds.includes(invocation.node.id))) continue;
    invocation.cancel.abort();
    if (invocation.detail === "Pending") end(invocation, "Cancelled");
    else invocation.detail = "Cancelling";
  }
  command.cancelled = command.invocations.every((invocation) => invocation.cancel.signal.aborted);
  return {};
}
