import type { DescribeInstanceInformationRequest, InstanceInformation, Target } from "@aws-sdk/client-ssm";
import { AwsError } from "../../aws-error.ts";
import { page, pageSize } from "../../page.ts";
import type { ManagedNode } from "../../world.ts";
import type { Ssm } from "./ssm-state.ts";

/** An agent reports every 5 minutes, so `Online` may be that old. */
const PING_MS = 5 * 60_000;

/** DescribeInstanceInformation: the nodes that fit every filter, page by page. */
export function describeNodes(ssm: Ssm, input: DescribeInstanceInformationRequest) {
  const { Filters = [], InstanceInformationFilterList = [], MaxResults, NextToken } = input;
  const filters = [
    ...Filters.map(({ Key = "", Values = [] }) => ({ key: Key, values: Values })),
    ...InstanceInformationFilterList.map(({ key = "", valueSet = [] }) => ({ key: key as string, values: valueSet })),
  ];
  const found = ssm.account.world.nodes.filter((node) => filters.every(({ key, values }) => fits(node, key, values)));
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxResults, { least: 5, most: 50, otherwise: 10 }) });
  return { InstanceInformationList: items.map((node) => tell(ssm, node)), ...(next ? { NextToken: next } : {}) };
}

const typeOf = ({ id }: ManagedNode) => (id.startsWith("mi-") ? "ManagedInstance" : "EC2Instance");

function fits(node: ManagedNode, key: string, values: readonly string[]): boolean {
  if (key === "InstanceIds") return values.includes(node.id);
  if (key === "PingStatus") return values.includes(node.ping);
  if (key === "ResourceType") return values.includes(typeOf(node));
  if (key === "PlatformTypes") return values.includes("Linux");
  if (key === "AgentVersion") return values.includes(node.agentVersion);
  if (key === "tag-key") return values.some((name) => name in node.tags);
  if (key.startsWith("tag:")) return values.includes(node.tags[key.slice(4)] ?? "");
  throw new AwsError("InvalidInstanceInformationFilterValue", `The filter key ${key} isn't valid.`);
}

function tell(ssm: Ssm, node: ManagedNode): InstanceInformation {
  const now = ssm.account.clock.now().getTime();
  const lastPing = node.lastPingAt ?? new Date(node.ping === "Online" ? now - (now % PING_MS) : now - 12 * PING_MS);
  return {
    InstanceId: node.id,
    PingStatus: node.ping,
    LastPingDateTime: lastPing,
    AgentVersion: node.agentVersion,
    IsLatestVersion: true,
    PlatformType: "Linux",
    PlatformName: node.platform,
    PlatformVersion: "",
    ResourceType: typeOf(node),
    ComputerName: node.name,
    ...(typeOf(node) === "ManagedInstance" ? { Name: node.name, IamRole: "service-role/AmazonEC2RunCommandRoleForManagedInstances" } : {}),
  };
}

/** The nodes that targets name: by tag, by having a tag, or by id. Every target has to fit. */
export function targeted(ssm: Ssm, targets: readonly Target[]): ManagedNode[] {
  return ssm.account.world.nodes.filter((node) =>
    targets.every(({ Key = "", Values = [] }) => {
      if (Key !== "InstanceIds" && Key !== "tag-key" && !Key.startsWith("tag:")) {
        throw new AwsError("InvalidTarget", `The target key ${Key} isn't valid.`);
      }
      return fits(node, Key, Values);
    }),
  );
}

/** The ARN that a permission to send to a node names. */
export function nodeArn({ account }: Ssm, id: string): string {
  const [service, resource] = id.startsWith("mi-") ? ["ssm", "managed-instance"] : ["ec2", "instance"];
  return `arn:aws:${service}:${account.region}:${account.id}:${resource}/${id}`;
}
