import type { AwsWorld } from "../../../../lab/aws/world.ts";

const DEFAULT_VPC = "vpc-0d0000000000000a1";

/** The default VPC's own security group, which lets nobody in from outside. */
export const DEFAULT_GROUP = "sg-0d0000000000000a1";

/** A security group that lets Lightsail's range in. */
export const LIGHTSAIL_GROUP = "sg-0d0000000000000b2";

const subnet = (SubnetId: string, VpcId: string) => ({ SubnetId, VpcId, AvailabilityZone: "us-east-1a" });

/** A network in which Lightsail is peered with the default VPC, and let in on a port; `elsewhere` adds a subnet group in another VPC. */
export function openToLightsail({ port = 5432, elsewhere = false } = {}): NonNullable<AwsWorld["network"]> {
  const lets = [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: "172.26.0.0/16" }] }];
  const peering = (id: string, OwnerId: string, CidrBlock: string) => ({
    VpcPeeringConnectionId: id,
    Status: { Code: "active" as const },
    AccepterVpcInfo: { VpcId: DEFAULT_VPC, OwnerId: "111122223333" },
    RequesterVpcInfo: { VpcId: "vpc-asks", OwnerId, CidrBlock },
  });
  return {
    securityGroups: [
      { GroupId: DEFAULT_GROUP, GroupName: "default", VpcId: DEFAULT_VPC, IpPermissions: [] },
      { GroupId: LIGHTSAIL_GROUP, GroupName: "from-lightsail", VpcId: DEFAULT_VPC, IpPermissions: lets },
    ],
    // One of the account's own VPCs asked for a peering too.
    peerings: [peering("pcx-own", "111122223333", "10.0.0.0/16"), peering("pcx-lightsail", "999988887777", "172.26.0.0/16")],
    ...(elsewhere
      ? {
          subnets: [subnet("subnet-other", "vpc-other")],
          dbSubnetGroups: [{ name: "other", subnetIds: ["subnet-other"] }],
        }
      : {}),
  };
}

/** An RDS instance on gp2 in the default VPC. */
export const ON_GP2 = {
  DBInstanceIdentifier: "shop-db",
  StorageType: "gp2",
  Iops: undefined,
  StorageThroughput: undefined,
  DBSubnetGroup: { DBSubnetGroupName: "default" },
  VpcSecurityGroups: [{ VpcSecurityGroupId: DEFAULT_GROUP }],
  DBParameterGroups: [{ DBParameterGroupName: "default.postgres15" }],
} as unknown as AwsWorld["rdsInstances"][number];
