import {
  DescribeSecurityGroupsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type IpPermission,
  type SecurityGroup,
  type VpcPeeringConnection,
} from "@aws-sdk/client-ec2";
import { IsVpcPeeredCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { DescribeDBSubnetGroupsCommand, RDSClient } from "@aws-sdk/client-rds";
import type { SeenNetwork, Wanted } from "../../../remediation/actions/lightsail-reach.ts";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { AwsFailure } from "../../failures.ts";

const POSTGRESQL = 5432;

/** Looks at what lies between Lightsail's hosts and a database in a subnet group. Rejects where any of it cannot be seen. */
export async function networkFor(looks: Access, { subnetGroup, securityGroups }: Wanted, signal: AbortSignal): Promise<SeenNetwork> {
  const [{ isPeered }, { Vpcs: [vpc] = [] }, group, groups] = await Promise.all([
    ask(looks, looks.open(LightsailClient), new IsVpcPeeredCommand({}), { signal }),
    ask(looks, looks.open(EC2Client), new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }), { signal }),
    subnetGroupOf(looks, subnetGroup, signal),
    Promise.all(securityGroups.map(async (id) => securityGroupOf(looks, id, signal))),
  ]);
  const defaultVpc = vpc?.VpcId;
  return {
    peered: isPeered === true,
    ...(defaultVpc === undefined ? {} : { defaultVpc }),
    peerings: defaultVpc === undefined ? [] : await peeringsOf(looks, defaultVpc, signal),
    ...(group ? { subnetGroup: group } : {}),
    groups: groups.flatMap((each) => (each ? [each] : [])),
  };
}

async function subnetGroupOf(looks: Access, name: string, signal: AbortSignal): Promise<SeenNetwork["subnetGroup"]> {
  const command = new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name });
  const { DBSubnetGroups: [seen] = [] } = await ask(looks, looks.open(RDSClient), command, { signal }).catch(
    unless(/^DBSubnetGroupNotFound/),
  );
  return seen ? { vpc: seen.VpcId ?? "unknown", arn: seen.DBSubnetGroupArn ?? "" } : undefined;
}

/** Each asked for alone, so that one that is not there is known by its name. */
async function securityGroupOf(looks: Access, id: string, signal: AbortSignal): Promise<SeenNetwork["groups"][number] | undefined> {
  const command = new DescribeSecurityGroupsCommand({ GroupIds: [id] });
  const { SecurityGroups: [seen] = [] } = await ask(looks, looks.open(EC2Client), command, { signal }).catch(
    unless(/^InvalidGroup(?:Id)?\.(?:NotFound|Malformed)$/),
  );
  return seen ? { id, vpc: seen.VpcId ?? "unknown", lets: rangesOf(seen) } : undefined;
}

/** Ranges that a group lets in on PostgreSQL's port. What it lets in by prefix lists or other groups is not Lightsail's range. */
function rangesOf({ IpPermissions = [] }: SecurityGroup): string[] {
  return IpPermissions.filter(onPostgresql).flatMap(({ IpRanges = [] }) => IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []));
}

function onPostgresql({ IpProtocol, FromPort, ToPort }: IpPermission): boolean {
  if (IpProtocol === "-1") return true;
  return (IpProtocol === "tcp" || IpProtocol === "6") && (FromPort ?? Infinity) <= POSTGRESQL && (ToPort ?? -1) >= POSTGRESQL;
}

/** Active peerings that another account has asked the default VPC for, as Lightsail does. */
async function peeringsOf(looks: Access, vpc: string, signal: AbortSignal): Promise<SeenNetwork["peerings"]> {
  const found: VpcPeeringConnection[] = [];
  const Filters = [
    { Name: "accepter-vpc-info.vpc-id", Values: [vpc] },
    { Name: "status-code", Values: ["active"] },
  ];
  let NextToken: string | undefined;
  do {
    const command = new DescribeVpcPeeringConnectionsCommand({ Filters, ...(NextToken ? { NextToken } : {}) });
    const page = await ask(looks, looks.open(EC2Client), command, { signal });
    found.push(...(page.VpcPeeringConnections ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found
    .filter(({ RequesterVpcInfo: asks, AccepterVpcInfo: ours }) => asks?.OwnerId !== ours?.OwnerId)
    .map(({ VpcPeeringConnectionId: id = "", RequesterVpcInfo: asks }) => ({ id, range: asks?.CidrBlock ?? "unknown" }));
}

function unless(missing: RegExp) {
  return (error: unknown): Record<string, undefined> => {
    if (error instanceof AwsFailure && missing.test(error.code)) return {};
    throw error;
  };
}
