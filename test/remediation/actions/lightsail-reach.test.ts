import { expect, test } from "vitest";
import { contains, reachOf, type SeenNetwork } from "../../../src/remediation/actions/lightsail-reach.ts";
import { isRefused } from "../../../src/remediation/plan.ts";
import { words } from "./carry-out.ts";

const WANTED = { subnetGroup: "shop", securityGroups: ["sg-1", "sg-2"] };
const OPEN: SeenNetwork = {
  peered: true,
  defaultVpc: "vpc-1",
  peerings: [{ id: "pcx-1", range: "172.26.0.0/16" }],
  subnetGroup: { vpc: "vpc-1", arn: "arn:aws:rds:us-east-1:1:subgrp:shop" },
  groups: [
    { id: "sg-1", vpc: "vpc-1", lets: [] },
    { id: "sg-2", vpc: "vpc-1", lets: ["10.0.0.0/8", "172.16.0.0/12"] },
  ],
};

const told = (more: Partial<SeenNetwork>) => {
  const reach = reachOf({ ...OPEN, ...more }, WANTED);
  return isRefused(reach) ? `${reach.refused}: ${words(reach.because)}` : reach;
};

test("an open way is told with what must be the same when the plan runs", () => {
  expect(told({})).toEqual({
    subnetGroupArn: "arn:aws:rds:us-east-1:1:subgrp:shop",
    touches: {
      kind: "network",
      name: "shop",
      state: { vpc: "vpc-1", peering: "pcx-1", range: "172.26.0.0/16", securityGroups: "sg-1 sg-2" },
    },
  });
});

test.each<[Partial<SeenNetwork>, string]>([
  [{ peered: false }, "not-peered: Lightsail's network is not peered with the default VPC here"],
  [{ peerings: [] }, "peering-unclear: Lightsail says that its network is peered, and the default VPC shows no active peering"],
  [
    {
      peerings: [
        { id: "pcx-1", range: "10.1.0.0/16" },
        { id: "pcx-2", range: "10.2.0.0/16" },
      ],
    },
    "peering-unclear: the default VPC has several peerings with other accounts, and which one is Lightsail's cannot be told: pcx-1, pcx-2",
  ],
  [
    { subnetGroup: { vpc: "vpc-9", arn: "" } },
    "subnet-group-elsewhere: the subnet group shop is in vpc-9, and Lightsail reaches only the default VPC vpc-1",
  ],
  [{ groups: OPEN.groups.slice(0, 1) }, "no-security-group: there is no security group sg-2: make it in the default VPC"],
  [
    { groups: [OPEN.groups[0]!, { id: "sg-2", vpc: "vpc-9", lets: ["0.0.0.0/0"] }] },
    "security-group-elsewhere: the security group sg-2 is in vpc-9, not in the default VPC vpc-1",
  ],
  [
    { groups: [OPEN.groups[0]!, { id: "sg-2", vpc: "vpc-1", lets: ["172.26.0.0/17", "10.0.0.0/8"] }] },
    "security-groups-shut: no rule of sg-1, sg-2 lets Lightsail in: add an inbound rule for TCP 5432 from 172.26.0.0/16, the range of the peering",
  ],
])("what is missing on the way refuses by its name, with what to do (%j)", (more, sentence) => {
  expect(told(more)).toContain(sentence);
});

test("without a default VPC, or without the subnet group, nothing can be reached", () => {
  const { defaultVpc: _vpc, ...noVpc } = OPEN;
  const { subnetGroup: _group, ...noGroup } = OPEN;
  for (const [network, guard] of [
    [noVpc, "no-default-vpc"],
    [noGroup, "no-subnet-group"],
  ] as const)
    expect(reachOf(network, WANTED)).toMatchObject({ refused: guard });
});

test("of several peerings Lightsail's is known by its range", () => {
  const several = [{ id: "pcx-9", range: "10.1.0.0/16" }, OPEN.peerings[0]!];
  expect(told({ peerings: several })).toMatchObject({ touches: { state: { peering: "pcx-1" } } });
});

test.each([
  ["0.0.0.0/0", "172.26.0.0/16", true],
  ["172.26.0.0/16", "172.26.0.0/16", true],
  ["172.26.0.0/17", "172.26.0.0/16", false],
  ["172.27.0.0/16", "172.26.0.0/16", false],
  ["192.168.0.0/16", "192.168.255.0/24", true],
  ["172.26.0.0", "172.26.0.0/16", false],
  ["::/0", "172.26.0.0/16", false],
  ["172.26.0.0/16", "unknown", false],
  ["300.0.0.0/0", "172.26.0.0/16", false],
])("%s contains %s: %s", (outer, inner, is) => {
  expect(contains(outer, inner)).toBe(is);
});
