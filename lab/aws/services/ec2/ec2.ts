import type { EC2, Filter } from "@aws-sdk/client-ec2";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { networkOf, type Network } from "../../network.ts";
import type { Room } from "../../operations.ts";
import { page } from "../../page.ts";
import { fitting, type Values } from "./filters.ts";

/** The network of the world, to look at. EC2 knows no resource-level permission for that. */
export function ec2(account: Account): Room<EC2> {
  const list = <Item>(kind: Kind<Item>, wanted: Wanted) => look(account, kind, wanted);
  return {
    operations: {
      DescribeSecurityGroups: ({ GroupIds: ids, GroupNames: names, ...wanted }) => {
        const { items, ...more } = list(GROUPS, { ...wanted, ids });
        return { SecurityGroups: items.filter(({ GroupName = "" }) => names === undefined || names.includes(GroupName)), ...more };
      },
      DescribeSubnets: ({ SubnetIds: ids, ...wanted }) => {
        const { items, ...more } = list(SUBNETS, { ...wanted, ids });
        return { Subnets: items, ...more };
      },
      DescribeVpcs: ({ VpcIds: ids, ...wanted }) => {
        const { items, ...more } = list(VPCS, { ...wanted, ids });
        return { Vpcs: items, ...more };
      },
      DescribeVpcPeeringConnections: ({ VpcPeeringConnectionIds: ids, ...wanted }) => {
        const { items, ...more } = list(PEERINGS, { ...wanted, ids });
        return { VpcPeeringConnections: items, ...more };
      },
    },
  };
}

type Wanted = {
  ids?: string[] | undefined;
  Filters?: Filter[] | undefined;
  MaxResults?: number | undefined;
  NextToken?: string | undefined;
};

/** What there is of one kind, how each is called, how it is refused when it is not there, and what it can be filtered by. */
type Kind<Item> = {
  of: (network: Network) => Item[];
  id: (item: Item) => string;
  missing: (id: string) => readonly [code: string, message: string];
  values: (item: Item) => Values;
};

const GROUPS: Kind<Network["securityGroups"][number]> = {
  of: ({ securityGroups }) => securityGroups,
  id: ({ GroupId }) => GroupId,
  missing: (id) => ["InvalidGroup.NotFound", `The security group '${id}' does not exist`],
  values: ({ GroupId, GroupName, VpcId, Description, OwnerId, Tags }) => ({
    "group-id": GroupId,
    "group-name": GroupName,
    "vpc-id": VpcId,
    description: Description,
    "owner-id": OwnerId,
    tags: Tags,
  }),
};

const SUBNETS: Kind<Network["subnets"][number]> = {
  of: ({ subnets }) => subnets,
  id: ({ SubnetId }) => SubnetId,
  missing: (id) => ["InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`],
  values: ({ SubnetId, VpcId, AvailabilityZone, CidrBlock, DefaultForAz, State, Tags }) => ({
    "subnet-id": SubnetId,
    "vpc-id": VpcId,
    "availability-zone": AvailabilityZone,
    "cidr-block": CidrBlock,
    "default-for-az": String(DefaultForAz ?? false),
    state: State,
    tags: Tags,
  }),
};

const VPCS: Kind<Network["vpcs"][number]> = {
  of: ({ vpcs }) => vpcs,
  id: ({ VpcId }) => VpcId,
  missing: (id) => ["InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`],
  values: ({ VpcId, CidrBlock, IsDefault, State, OwnerId, Tags }) => ({
    "vpc-id": VpcId,
    cidr: CidrBlock,
    "is-default": String(IsDefault ?? false),
    state: State,
    "owner-id": OwnerId,
    tags: Tags,
  }),
};

const PEERINGS: Kind<Network["peerings"][number]> = {
  of: ({ peerings }) => peerings,
  id: ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId,
  missing: (id) => ["InvalidVpcPeeringConnectionID.NotFound", `The vpcPeeringConnection ID '${id}' does not exist`],
  values: ({ VpcPeeringConnectionId, Status, AccepterVpcInfo: accepter, RequesterVpcInfo: requester, Tags }) => ({
    "vpc-peering-connection-id": VpcPeeringConnectionId,
    "status-code": Status?.Code,
    "accepter-vpc-info.vpc-id": accepter?.VpcId,
    "accepter-vpc-info.owner-id": accepter?.OwnerId,
    "accepter-vpc-info.cidr-block": accepter?.CidrBlock,
    "requester-vpc-info.vpc-id": requester?.VpcId,
    "requester-vpc-info.owner-id": requester?.OwnerId,
    "requester-vpc-info.cidr-block": requester?.CidrBlock,
    tags: Tags,
  }),
};

function look<Item>(account: Account, kind: Kind<Item>, { ids, Filters = [], MaxResults, NextToken }: Wanted) {
  const all = kind.of(networkOf(account));
  const unknown = ids?.find((id) => !all.some((item) => kind.id(item) === id));
  if (unknown !== undefined) throw new AwsError(...kind.missing(unknown));
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 1000)) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const named = all.filter((item) => ids === undefined || ids.includes(kind.id(item)));
  const found = named.filter((item) => fitting(Filters, kind.values(item)));
  const { items, next } = page(found, { token: NextToken, size: MaxResults ?? 1000, error: "InvalidNextToken" });
  return next ? { items, NextToken: next } : { items };
}
