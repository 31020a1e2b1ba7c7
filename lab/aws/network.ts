import type { SecurityGroup, Subnet, Vpc, VpcPeeringConnection } from "@aws-sdk/client-ec2";
import { arnOf, type Account } from "./account.ts";

/** What of the network guarded repairs look at. A list that the world leaves out is as in an account in which nobody has made anything. */
export type Network = {
  vpcs: (Vpc & { VpcId: string })[];
  subnets: (Subnet & { SubnetId: string })[];
  securityGroups: (SecurityGroup & { GroupId: string })[];
  /** Lightsail's own peering is one that another account has asked the default VPC for. */
  peerings: (VpcPeeringConnection & { VpcPeeringConnectionId: string })[];
  /** Subnet groups of RDS, each in one VPC. */
  dbSubnetGroups: { name: string; description?: string; subnetIds: string[] }[];
};

const VPC = "vpc-0d0000000000000a1";
const ZONES = ["a", "b", "c"];

/** The account's network: what the world says, filled up with the default VPC, its subnets and its security group. */
export function networkOf(account: Account): Network {
  const { vpcs, subnets, securityGroups, peerings, dbSubnetGroups } = { ...untouched(account), ...account.world.network };
  return { vpcs, subnets, securityGroups, peerings, dbSubnetGroups };
}

function untouched(account: Account): Network {
  const { id: OwnerId, region } = account;
  const subnets = ZONES.map((zone, index) => {
    const SubnetId = `subnet-0d0000000000000${zone}1`;
    return {
      SubnetId,
      SubnetArn: arnOf(account, "ec2", `subnet/${SubnetId}`),
      VpcId: VPC,
      OwnerId,
      AvailabilityZone: `${region}${zone}`,
      CidrBlock: `172.31.${index * 16}.0/20`,
      State: "available" as const,
      DefaultForAz: true,
      MapPublicIpOnLaunch: true,
      AvailableIpAddressCount: 4_091,
    };
  });
  const GroupId = "sg-0d0000000000000a1";
  const all = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  const inside = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId, UserId: OwnerId }] };
  const group = { GroupId, GroupName: "default", Description: "default VPC security group", VpcId: VPC, OwnerId };
  return {
    vpcs: [{ VpcId: VPC, CidrBlock: "172.31.0.0/16", IsDefault: true, State: "available", OwnerId, InstanceTenancy: "default" }],
    subnets,
    securityGroups: [{ ...group, IpPermissions: [inside], IpPermissionsEgress: [all] }],
    peerings: [],
    dbSubnetGroups: [{ name: "default", description: "default", subnetIds: subnets.map(({ SubnetId }) => SubnetId) }],
  };
}

/** Whether Lightsail's network is joined to the default VPC: an active peering that somebody else has asked it for. */
export function lightsailPeered(account: Account): boolean {
  const { vpcs, peerings } = networkOf(account);
  const ours = vpcs.find(({ IsDefault }) => IsDefault)?.VpcId;
  return peerings.some(
    ({ Status, AccepterVpcInfo, RequesterVpcInfo }) =>
      Status?.Code === "active" && AccepterVpcInfo?.VpcId === ours && RequesterVpcInfo?.OwnerId !== account.id,
  );
}
