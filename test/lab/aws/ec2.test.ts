import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import { clientOf, refusal, started } from "./started.ts";

const VPC = "vpc-0d0000000000000a1";

async function account(world: Partial<AwsWorld> = {}) {
  const aws = await started(world);
  const ec2 = new EC2Client(clientOf(aws));
  return {
    aws,
    ec2,
    groups: async (input: object = {}) => (await ec2.send(new DescribeSecurityGroupsCommand(input))).SecurityGroups,
    vpcs: async (input: object = {}) => (await ec2.send(new DescribeVpcsCommand(input))).Vpcs,
    subnets: (input: object = {}) => ec2.send(new DescribeSubnetsCommand(input)),
    peerings: async (input: object = {}) => (await ec2.send(new DescribeVpcPeeringConnectionsCommand(input))).VpcPeeringConnections,
  };
}

test("an account in which nobody has made anything has a default VPC, its subnets and its security group", async () => {
  const { groups, vpcs, subnets, peerings } = await account();
  expect(await vpcs({ Filters: [{ Name: "is-default", Values: ["true"] }] })).toMatchObject([
    { VpcId: VPC, CidrBlock: "172.31.0.0/16", IsDefault: true, State: "available" },
  ]);
  expect((await subnets()).Subnets?.map(({ AvailabilityZone, CidrBlock }) => [AvailabilityZone, CidrBlock])).toEqual([
    ["us-east-1a", "172.31.0.0/20"],
    ["us-east-1b", "172.31.16.0/20"],
    ["us-east-1c", "172.31.32.0/20"],
  ]);
  expect(await groups()).toMatchObject([
    { GroupName: "default", VpcId: VPC, IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "sg-0d0000000000000a1" }] }] },
  ]);
  expect(await peerings()).toEqual([]);
});

test("security groups say whom they let in, and are found by id, by name and by filters", async () => {
  const postgres = {
    GroupId: "sg-0123456789abcdef0",
    GroupName: "postgres",
    Description: "PostgreSQL from <Lightsail> & home",
    VpcId: VPC,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{ CidrIp: "172.26.0.0/16", Description: "Lightsail" }] }],
    Tags: [{ Key: "managed-by", Value: "incident-bot" }],
  };
  const { groups } = await account({
    network: { securityGroups: [postgres, { GroupId: "sg-0other", GroupName: "web", VpcId: "vpc-0other" }] },
  });
  expect(await groups({ GroupIds: ["sg-0123456789abcdef0"] })).toEqual([postgres]);
  const found = async (Name: string, ...Values: string[]) =>
    (await groups({ Filters: [{ Name, Values }] }))?.map(({ GroupName }) => GroupName);
  expect(await found("vpc-id", VPC)).toEqual(["postgres"]);
  expect(await found("group-name", "w?b", "x")).toEqual(["web"]);
  expect(await found("tag:managed-by", "incident-*")).toEqual(["postgres"]);
  expect(await found("tag-key", "managed-by")).toEqual(["postgres"]);
  expect((await groups({ GroupNames: ["web"] }))?.map(({ GroupId }) => GroupId)).toEqual(["sg-0other"]);
});

test("Lightsail's peering is told with both its sides", async () => {
  const peering = {
    VpcPeeringConnectionId: "pcx-0123456789abcdef0",
    Status: { Code: "active" as const, Message: "Active" },
    AccepterVpcInfo: { VpcId: VPC, OwnerId: "111122223333", CidrBlock: "172.31.0.0/16" },
    RequesterVpcInfo: { VpcId: "vpc-0lightsail", OwnerId: "999988887777", CidrBlock: "172.26.0.0/16" },
  };
  const { peerings } = await account({ network: { peerings: [peering] } });
  expect(await peerings({ Filters: [{ Name: "accepter-vpc-info.vpc-id", Values: [VPC] }] })).toEqual([peering]);
  expect(await peerings({ Filters: [{ Name: "status-code", Values: ["deleted"] }] })).toEqual([]);
});

test("subnets come in pages", async () => {
  const many = Array.from({ length: 7 }, (_, index) => ({ SubnetId: `subnet-0${index}`, VpcId: VPC }));
  const { subnets } = await account({ network: { subnets: many } });
  const first = await subnets({ MaxResults: 5 });
  expect(first.Subnets).toHaveLength(5);
  expect((await subnets({ MaxResults: 5, NextToken: first.NextToken })).Subnets).toHaveLength(2);
});

test("EC2 refuses in its own way: what is not there, a filter it has not, and a key that nobody has", async () => {
  const { aws, groups, vpcs, subnets, peerings, ec2 } = await account();
  expect(await refusal(groups({ GroupIds: ["sg-0nothing"] }))).toEqual({
    name: "InvalidGroup.NotFound",
    status: 400,
    message: "The security group 'sg-0nothing' does not exist",
  });
  expect((await refusal(vpcs({ VpcIds: ["vpc-0nothing"] }))).name).toBe("InvalidVpcID.NotFound");
  expect((await refusal(subnets({ SubnetIds: ["subnet-0nothing"] }))).name).toBe("InvalidSubnetID.NotFound");
  expect((await refusal(peerings({ VpcPeeringConnectionIds: ["pcx-0nothing"] }))).name).toBe("InvalidVpcPeeringConnectionID.NotFound");
  expect((await refusal(vpcs({ Filters: [{ Name: "colour", Values: ["red"] }] }))).message).toBe("The filter 'colour' is invalid");
  expect((await refusal(subnets({ MaxResults: 4 }))).name).toBe("InvalidParameterValue");
  const wrong = new EC2Client({ ...clientOf(aws), credentials: { accessKeyId: aws.env.AWS_ACCESS_KEY_ID!, secretAccessKey: "wrong" } });
  expect(await refusal(wrong.send(new DescribeVpcsCommand({})))).toMatchObject({ name: "AuthFailure", status: 401 });
  aws.faults.add({ service: "ec2", times: 1, kind: "throttle" });
  expect(await refusal(vpcs())).toMatchObject({ name: "RequestLimitExceeded", status: 503 });
  expect((await refusal(ec2.send(new DescribeInstancesCommand({})))).name).toBe("InvalidAction");
});

test("a look at the network that is not allowed is an unauthorized operation", async () => {
  const { vpcs } = await account({ allowed: () => false });
  expect(await refusal(vpcs())).toMatchObject({
    name: "UnauthorizedOperation",
    status: 403,
    message: expect.stringContaining("is not authorized to perform: ec2:DescribeVpcs"),
  });
});
