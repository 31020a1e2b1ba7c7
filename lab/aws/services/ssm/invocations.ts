import type {
  Command as WireCommand,
  CommandInvocation,
  CommandPlugin,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandsRequest,
  CommandFilter,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import { page, pageSize } from "../../page.ts";
import { separate, together } from "./output.ts";
import type { Command, Invocation, Plugin, Ssm } from "./ssm-state.ts";
import { commandDetail, commandStatus, count, ended, errorsOf, statusOf } from "./status.ts";

const VISIBLE_MS = 300;

/** A command as SendCommand and ListCommands tell it. */
export function tellCommand(command: Command): WireCommand {
  const detail = commandDetail(command);
  return {
    CommandId: command.id,
    DocumentName: command.document,
    DocumentVersion: command.version,
    Comment: command.comment,
    ExpiresAfter: command.expiresAt,
    Parameters: command.parameters,
    InstanceIds: [...command.instanceIds],
    Targets: [...command.targets],
    RequestedDateTime: command.requestedAt,
    Status: commandStatus(detail),
    StatusDetails: detail,
    TimeoutSeconds: command.timeoutS,
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: command.invocations.length,
    CompletedCount: command.invocations.filter((each) => ended(each.detail)).length,
    ErrorCount: errorsOf(command),
    DeliveryTimedOutCount: count(command, "DeliveryTimedOut"),
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
    ServiceRole: "",
  };
}

/** GetCommandInvocation: one node's answer; its output stays empty until the plugin has ended. */
export function getInvocation(ssm: Ssm, input: Filled<GetCommandInvocationRequest>): GetCommandInvocationResult {
  const command = ssm.commands.get(input.CommandId);
  const invocation = command?.invocations.find(({ node }) => node.id === input.InstanceId);
  if (!command || !invocation || !visible(ssm, command)) throw new AwsError("InvocationDoesNotExist", "");
  const plugin = pluginOf(invocation, input.PluginName);
  const { stdout, stderr } = separate(plugin);
  const whole = input.PluginName === undefined ? invocation.detail : plugin.detail;
  return {
    CommandId: command.id,
    InstanceId: invocation.node.id,
    Comment: command.comment,
    DocumentName: command.document,
    DocumentVersion: command.version,
    PluginName: plugin.name,
    ResponseCode: plugin.responseCode,
    ExecutionStartDateTime: plugin.startedAt?.toISOString() ?? "",
    ExecutionEndDateTime: plugin.endedAt?.toISOString() ?? "",
    ExecutionElapsedTime: elapsed(plugin),
    Status: statusOf(whole),
    StatusDetails: whole,
    StandardOutputContent: stdout,
    StandardOutputUrl: "",
    StandardErrorContent: stderr,
    StandardErrorUrl: "",
    CloudWatchOutputConfig: { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false },
  };
}

/** The one plugin, or the one that is named; a document with several steps has to be asked for one of them. */
function pluginOf({ plugins }: Invocation, name: string | undefined): Plugin {
  const found = name === undefined ? (plugins.length === 1 ? plugins[0] : undefined) : plugins.find((plugin) => plugin.name === name);
  if (!found) {
    throw new AwsError("InvalidPluginName", name === undefined ? "The document has several steps; name one." : `No plugin ${name}.`);
  }
  return found;
}

function elapsed({ startedAt, endedAt }: Plugin): string {
  return startedAt && endedAt ? `PT${(endedAt.getTime() - startedAt.getTime()) / 1000}S` : "";
}

/** An invocation cannot be read for a moment after SendCommand has answered. */
function visible({ account }: Ssm, { requestedAt }: Command): boolean {
  return account.clock.now().getTime() >= requestedAt.getTime() + (account.world.delaysMs?.invocationVisible ?? VISIBLE_MS);
}

/** ListCommandInvocations: the newest first, with what the plugins printed when details are asked for. */
export function listInvocations(ssm: Ssm, input: ListCommandInvocationsRequest) {
  const { CommandId, InstanceId, Filters = [], Details = false, MaxResults, NextToken } = input;
  if (CommandId !== undefined && !ssm.commands.has(CommandId)) {
    throw new AwsError("InvalidCommandId", `The command ${CommandId} is not known.`);
  }
  const found = newestFirst(ssm)
    .filter((command) => (CommandId ?? command.id) === command.id && visible(ssm, command))
    .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
    .filter(({ invocation }) => (InstanceId ?? invocation.node.id) === invocation.node.id)
    .filter(({ command, invocation }) =>
      Filters.every((filter) => fits(filter, command, [statusOf(invocation.detail), invocation.detail])),
    );
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxResults, { most: 50 }) });
  const CommandInvocations = items.map(({ command, invocation }) => tellInvocation(command, invocation, Details));
  return { CommandInvocations, ...(next ? { NextToken: next } : {}) };
}

function tellInvocation(command: Command, { node, detail, plugins }: Invocation, details: boolean): CommandInvocation {
  return {
    CommandId: command.id,
    InstanceId: node.id,
    InstanceName: node.name,
    Comment: command.comment,
    DocumentName: command.document,
    DocumentVersion: command.version,
    RequestedDateTime: command.requestedAt,
    Status: statusOf(detail),
    StatusDetails: detail,
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    CommandPlugins: details ? plugins.map(tellPlugin) : [],
    ServiceRole: "",
  };
}

function tellPlugin(plugin: Plugin): CommandPlugin {
  const { name, detail, responseCode, startedAt, endedAt } = plugin;
  return {
    Name: name,
    Status: statusOf(detail),
    StatusDetails: detail,
    ResponseCode: responseCode,
    Output: together(plugin),
    ...(startedAt ? { ResponseStartDateTime: startedAt } : {}),
    ...(endedAt ? { ResponseFinishDateTime: endedAt } : {}),
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    OutputS3Region: "",
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
  };
}

/** ListCommands: the newest first. */
export function listCommands(ssm: Ssm, { CommandId, InstanceId, Filters = [], MaxResults, NextToken }: ListCommandsRequest) {
  const found = newestFirst(ssm)
    .filter((command) => (CommandId ?? command.id) === command.id)
    .filter((command) => InstanceId === undefined || command.invocations.some(({ node }) => node.id === InstanceId))
    .filter((command) => Filters.every((filter) => fits(filter, command, [commandStatus(commandDetail(command)), commandDetail(command)])));
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxResults, { most: 50 }) });
  return { Commands: items.map(tellCommand), ...(next ? { NextToken: next } : {}) };
}

const newestFirst = ({ commands }: Ssm) => [...commands.values()].reverse();

function fits({ key, value = "" }: CommandFilter, command: Command, states: readonly string[]): boolean {
  const at = command.requestedAt.getTime();
  switch (key) {
    case "InvokedAfter":
      return at >= timeOf(value);
    case "InvokedBefore":
      return at < timeOf(value);
    case "DocumentName":
      return command.document === value;
    case "Status":
      return states.includes(value);
    case "ExecutionStage":
      return (value === "Complete") === command.invocations.every(({ detail }) => ended(detail));
    case undefined:
    default:
      throw new AwsError("InvalidFilterKey", `The specified key ${String(key)} isn't valid.`);
  }
}

function timeOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    throw new AwsError("ValidationException", `The filter value ${text} is not a timestamp such as 2021-07-07T00:00:00Z.`);
  }
  return at;
}
