import type { AwsWorld } from "../aws/world.ts";
import type { Installed } from "../shop/database/installed.ts";
import { MASTER } from "../shop/database/products.ts";
import type { Shop, ShopParts } from "../shop/shop.ts";
import type { Databases } from "./databases.ts";

/** Names that the shop has at AWS. */
export const NAMES = { node: "mi-0c2a9f41d7be58360", host: "shop-web-1", database: "shop-db", instance: "shop-web-1" } as const;

/** How long things take at AWS: `watched` lets people see that something is waited for, `brisk` is for tests. */
export type Pace = "watched" | "brisk";

const WATCHED: NonNullable<AwsWorld["delaysMs"]> = {
  lightsailStall: 5_000,
  lightsailSnapshot: 20_000,
  lightsailCreating: 15_000,
  lightsailRebooting: 15_000,
  rdsCreating: 20_000,
  rdsBackingUp: 5_000,
};

const BRISK: NonNullable<AwsWorld["delaysMs"]> = {
  ...Object.fromEntries(Object.keys(WATCHED).map((name) => [name, 300])),
  lightsailStart: 0,
  delivery: 20,
};

/** A security group of the default VPC that lets Lightsail's hosts in. */
const FROM_LIGHTSAIL = "sg-0d0000000000000b2";
const DEFAULT_VPC = "vpc-0d0000000000000a1";

/** A network in which Lightsail is peered with the default VPC, and let in to PostgreSQL. */
const NETWORK: NonNullable<AwsWorld["network"]> = {
  securityGroups: [
    {
      GroupId: FROM_LIGHTSAIL,
      GroupName: "from-lightsail",
      VpcId: DEFAULT_VPC,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{ CidrIp: "172.26.0.0/16" }] }],
    },
  ],
  peerings: [
    {
      VpcPeeringConnectionId: "pcx-lightsail",
      Status: { Code: "active" },
      AccepterVpcInfo: { VpcId: DEFAULT_VPC, OwnerId: "111122223333" },
      RequesterVpcInfo: { VpcId: "vpc-of-lightsail", OwnerId: "999988887777", CidrBlock: "172.26.0.0/16" },
    },
  ],
};

type WorldOf = { shop: Shop; databases: Databases; pace: Pace; installed: Installed | undefined };

/** The shop's account: its host and database, with real servers behind every database that is made. */
export function worldOf({ shop, databases, pace, installed }: WorldOf): AwsWorld {
  const { host: address, port, name } = shop.environment.database;
  const version = installed?.version ?? EMBEDDED;
  return {
    nodes: [
      {
        id: NAMES.node,
        name: NAMES.host,
        tags: { role: "web", "incident-bot": "enabled" },
        ping: "Online",
        agentVersion: "3.3.2746.0",
        platform: "Debian GNU/Linux",
        run: shop.node,
      },
    ],
    lightsailDatabases: [
      {
        name: NAMES.database,
        engineVersion: version,
        relationalDatabaseBlueprintId: `postgres_${version.split(".")[0]}`,
        masterUsername: MASTER,
        masterDatabaseName: name,
        masterEndpoint: { address, port },
      },
    ],
    lightsailInstances: [{ name: NAMES.instance }],
    rdsInstances: [],
    postgresVersions: [version],
    network: NETWORK,
    hooks: databases.hooks,
    metrics: (query) => databases.metrics(query) ?? shop.metrics(query),
    delaysMs: pace === "brisk" ? BRISK : WATCHED,
  };
}

/** The version of the PostgreSQL that comes with npm (package.json). */
const EMBEDDED = "18.4";

/** What gumshoe.yml lets be done at the shop. Alex has something planned; Mina or Noa approves it, both of them what moves data. */
export function repairsOf({ files, app }: ShopParts): object {
  const application = { envFile: files.application, key: "DATABASE_URL" };
  const health = `http://127.0.0.1:${app.ports.app}/api/products/1/`;
  return {
    approvers: ["S0APPROVERS"],
    perDay: 100,
    copy: { host: NAMES.host, administrator: { envFile: files.master, key: "MASTER_URL" }, reader: application, application },
    // A minute is the shortest: in earnest it is ten.
    proof: { goodMinutes: 1, withinMinutes: 10 },
    allow: {
      "snapshot-database": {},
      "reboot-database": {},
      "rehearse-copy": {},
      "move-database": { envFiles: [{ path: application.envFile, key: application.key }], units: ["gunicorn"], health },
      "create-rds-gp3": { subnetGroup: "default", securityGroups: [FROM_LIGHTSAIL] },
    },
  };
}
