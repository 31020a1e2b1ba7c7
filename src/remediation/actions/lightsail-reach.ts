import { say } from "../../words/plan-say.ts";
import type { Refused, Touched } from "../plan.ts";

/** A peering of the default VPC with another account: the range that asks for it. */
type Peering = { id: string; range: string };

/** A security group, and the ranges that it lets in on PostgreSQL's port. */
type Group = { id: string; vpc: string; lets: readonly string[] };

/** What lies between Lightsail's hosts and a new database, as it was just seen; what is not there is left out. */
export type SeenNetwork = {
  peered: boolean;
  defaultVpc?: string;
  peerings: readonly Peering[];
  subnetGroup?: { vpc: string; arn: string };
  groups: readonly Group[];
};

/** Where the new database is to lie, as gumshoe.yml names it. */
export type Wanted = { subnetGroup: string; securityGroups: readonly string[] };

/** The way is open: the ARN of the subnet group, and what must be the same when the plan runs. */
export type Reach = { subnetGroupArn: string; touches: Touched };

/** Lightsail's own range, by which its peering is known among several (AWS's documentation names no other). */
const LIGHTSAIL_RANGE = "172.26.0.0/16";

/** Whether hosts at Lightsail would reach a database there; the first thing that is missing refuses, by its name. */
export function reachOf(network: SeenNetwork, { subnetGroup: name, securityGroups }: Wanted): Reach | Refused {
  const { peered, defaultVpc, subnetGroup, groups } = network;
  if (defaultVpc === undefined) return { refused: "no-default-vpc", because: say("noDefaultVpc") };
  if (!peered) return { refused: "not-peered", because: say("notPeered") };
  const peering = lightsailOf(network.peerings);
  if (!peering)
    return {
      refused: "peering-unclear",
      because: say(
        "peeringUnclear",
        network.peerings.map(({ id }) => id),
      ),
    };
  if (!subnetGroup) return { refused: "no-subnet-group", because: say("subnetGroupMissing", name) };
  if (subnetGroup.vpc !== defaultVpc)
    return { refused: "subnet-group-elsewhere", because: say("subnetGroupElsewhere", name, subnetGroup.vpc, defaultVpc) };
  const shut = notLetIn(groups, { securityGroups, defaultVpc, range: peering.range });
  if (shut) return shut;
  const state = { vpc: defaultVpc, peering: peering.id, range: peering.range, securityGroups: securityGroups.join(" ") };
  return { subnetGroupArn: subnetGroup.arn, touches: { kind: "network", name, state } };
}

function lightsailOf(peerings: readonly Peering[]): Peering | undefined {
  if (peerings.length === 1) return peerings[0];
  const own = peerings.filter(({ range }) => range === LIGHTSAIL_RANGE);
  return own.length === 1 ? own[0] : undefined;
}

type Door = { securityGroups: readonly string[]; defaultVpc: string; range: string };

function notLetIn(groups: readonly Group[], { securityGroups, defaultVpc, range }: Door): Refused | undefined {
  const missing = securityGroups.find((wanted) => !groups.some(({ id }) => id === wanted));
  if (missing !== undefined) return { refused: "no-security-group", because: say("securityGroupMissing", missing) };
  const elsewhere = groups.find(({ vpc }) => vpc !== defaultVpc);
  if (elsewhere)
    return { refused: "security-group-elsewhere", because: say("securityGroupElsewhere", elsewhere.id, elsewhere.vpc, defaultVpc) };
  if (groups.some(({ lets }) => lets.some((each) => contains(each, range)))) return undefined;
  return { refused: "security-groups-shut", because: say("securityGroupsShut", securityGroups, range) };
}

/** Whether a range of IPv4 addresses contains another one whole. */
export function contains(outer: string, inner: string): boolean {
  const [out, within] = [rangeOf(outer), rangeOf(inner)];
  if (!out || !within || within.bits < out.bits) return false;
  const size = 2 ** (32 - out.bits);
  return Math.floor(out.from / size) === Math.floor(within.from / size);
}

function rangeOf(text: string): { from: number; bits: number } | undefined {
  const [, a, b, c, d, bits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text) ?? [];
  const parts = [a, b, c, d].map(Number);
  if (bits === undefined || Number(bits) > 32 || parts.some((part) => !(part <= 255))) return undefined;
  return { from: parts.reduce((sum, part) => sum * 256 + part, 0), bits: Number(bits) };
}
