import type { DBSubnetGroup } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import { networkOf } from "../../../network.ts";
import { combination } from "./storage.ts";

type Asked = {
  DBSubnetGroupName?: string | undefined;
  VpcSecurityGroupIds?: string[] | undefined;
  PubliclyAccessible?: boolean | undefined;
};

/** A subnet group as AWS tells it, or RDS's refusal of one that is not there. */
export function subnetGroup(account: Account, name: string): DBSubnetGroup {
  const { dbSubnetGroups, subnets } = networkOf(account);
  const found = dbSubnetGroups.find((group) => group.name === name.toLowerCase());
  if (!found) throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`);
  const ours = subnets.filter(({ SubnetId }) => found.subnetIds.includes(SubnetId));
  return {
    DBSubnetGroupName: found.name,
    DBSubnetGroupDescription: found.description ?? found.name,
    VpcId: ours[0]?.VpcId,
    SubnetGroupStatus: "Complete",
    DBSubnetGroupArn: arnOf(account, "rds", `subgrp:${found.name}`),
    Subnets: ours.map(({ SubnetId, AvailabilityZone }) => ({
      SubnetIdentifier: SubnetId,
      SubnetAvailabilityZone: { Name: AvailabilityZone },
      SubnetStatus: "Active",
    })),
    SupportedNetworkTypes: ["IPV4"],
  };
}

/**
 * Where a new instance is, and who may reach it. Without a subnet group it is in the default VPC, which leads to the internet, and so it is
 * public unless the caller says that it is not.
 */
export function placed(account: Account, { DBSubnetGroupName, VpcSecurityGroupIds, PubliclyAccessible }: Asked) {
  const DBSubnetGroup = subnetGroup(account, DBSubnetGroupName ?? "default");
  const groups = VpcSecurityGroupIds ?? [defaultGroup(account, DBSubnetGroup.VpcId)];
  return {
    DBSubnetGroup,
    VpcSecurityGroups: securityGroups(account, groups, DBSubnetGroup.VpcId),
    PubliclyAccessible: PubliclyAccessible ?? DBSubnetGroupName === undefined,
  };
}

/** Security groups as an instance tells them; each must be there, and in the instance's VPC. */
export function securityGroups(account: Account, ids: readonly string[], vpc: string | undefined) {
  const known = networkOf(account).securityGroups;
  return ids.map((id) => {
    const found = known.find(({ GroupId }) => GroupId === id);
    if (!found) throw new AwsError("InvalidParameterValue", `Invalid security group , groupId= ${id}, groupName=.`);
    if (found.VpcId !== vpc) {
      throw combination(
        "The DB instance and EC2 security group are in different VPCs. " +
          `The DB instance is in ${vpc} and the EC2 security group is in ${found.VpcId}`,
      );
    }
    return { VpcSecurityGroupId: id, Status: "active" };
  });
}

function defaultGroup(account: Account, vpc: string | undefined): string {
  const found = networkOf(account).securityGroups.find(({ GroupName, VpcId }) => GroupName === "default" && VpcId === vpc);
  if (!found) throw new AwsError("InvalidVPCNetworkStateFault", `The VPC ${vpc} has no default security group.`);
  return found.GroupId;
}
