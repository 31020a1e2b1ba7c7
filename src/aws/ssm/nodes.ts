import { DescribeInstanceInformationCommand, SSMClient, type InstanceInformation } from "@aws-sdk/client-ssm";
import type { Environment } from "../../config/config.ts";
import { reason, Unseen, type Because } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";

/** A host as SSM knows it: its id, what people call it, and why it is not worth sending to. */
export type Node = { id: string; label: string; unfit?: Because };

/** The first agent that hands parameters over as environment variables (AWS, "Data elements and parameters"). */
const ENV_VAR_AGENT = [3, 3, 2746, 0];

/** Most that DescribeInstanceInformation returns at once. */
const PAGE = 50;

/**
 * The nodes of an environment, by id or by tags, in the order of their labels. `unfit` are those that SSM does not know, those whose agent is
 * offline, and, where `parameters` go as environment variables, those whose agent is too old for that. An agent pings every 5 minutes: one that
 * counts as online may have gone since, which its command then tells. Throws an Unseen where the call fails or the tags fit no node.
 */
export async function findNodes(
  access: Access,
  hosts: Environment["hosts"],
  { parameters, signal }: { parameters: boolean; signal: AbortSignal },
): Promise<Node[]> {
  const filters = Array.isArray(hosts)
    ? [{ Key: "InstanceIds", Values: hosts }]
    : Object.entries(hosts.tags).map(([name, value]) => ({ Key: `tag:${name}`, Values: [value] }));
  const known = await allOf(access, filters, signal);
  if (!Array.isArray(hosts) && known.length === 0)
    throw new Unseen(
      reason(
        "noHostsByTags",
        Object.entries(hosts.tags).map(([name, value]) => `${name}=${value}`),
      ),
    );
  const unfitOf = (node: InstanceInformation) => unfit(node, parameters, access.clock.now());
  const found = labelled(known).map(([label, node]): Node => {
    const because = unfitOf(node);
    return { id: node.InstanceId ?? "", label, ...(because ? { unfit: because } : {}) };
  });
  const unknown = (Array.isArray(hosts) ? hosts : []).filter((id) => !found.some((node) => node.id === id));
  return [...found, ...unknown.map((id): Node => ({ id, label: id, unfit: reason("hostUnknown") }))].toSorted((a, b) =>
    a.label < b.label ? -1 : 1,
  );
}

async function allOf(access: Access, Filters: { Key: string; Values: string[] }[], signal: AbortSignal): Promise<InstanceInformation[]> {
  const ssm = access.open(SSMClient);
  const nodes: InstanceInformation[] = [];
  let NextToken: string | undefined;
  do {
    const wanted = { Filters, MaxResults: PAGE, ...(NextToken ? { NextToken } : {}) };
    const page = await ask(access, ssm, new DescribeInstanceInformationCommand(wanted), { signal });
    nodes.push(...(page.InstanceInformationList ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return nodes;
}

function unfit(node: InstanceInformation, parameters: boolean, now: Date): Because | undefined {
  const { PingStatus, LastPingDateTime, AgentVersion } = node;
  if (PingStatus !== "Online")
    return LastPingDateTime ? reason("hostOffline", Math.max(0, now.getTime() - LastPingDateTime.getTime())) : reason("hostOffline");
  return parameters && AgentVersion !== undefined && isOlder(AgentVersion) ? reason("agentTooOld", AgentVersion) : undefined;
}

function isOlder(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [nth, least] of ENV_VAR_AGENT.entries()) {
    const part = parts[nth] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/** What people call each node: the name given when it was registered or its host name, whichever no other node has; else its id. */
function labelled(nodes: readonly InstanceInformation[]): (readonly [label: string, node: InstanceInformation])[] {
  const namesOf = (node: InstanceInformation) => [...new Set([node.Name, node.ComputerName].filter((name) => name))] as string[];
  const holders = Map.groupBy(nodes.flatMap(namesOf), (name) => name);
  return nodes.map((node) => [namesOf(node).find((name) => holders.get(name)?.length === 1) ?? node.InstanceId ?? "", node]);
}
