import type { Instance, RelationalDatabase } from "@aws-sdk/client-lightsail";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";

/** An instance as AWS tells it. */
export function tellInstance(account: Account, instance: Instance & { name: string }): Instance {
  return {
    ...common(account, "Instance", instance.name),
    blueprintId: "ubuntu_24_04",
    blueprintName: "Ubuntu",
    bundleId: "small_3_0",
    isStaticIp: true,
    privateIpAddress: "172.26.0.10",
    username: "ubuntu",
    state: { code: 16, name: "running" },
    hardware: { cpuCount: 2, ramSizeInGb: 2, disks: [] },
    ...instance,
  };
}

/** Members that every resource of Lightsail has. */
export function common<Type extends string>(account: Account, resourceType: Type, name: string) {
  return {
    name,
    resourceType,
    arn: arnOf(account, "lightsail", `${resourceType}/${name}`),
    supportCode: `${account.id}/${name}`,
    tags: [],
    createdAt: new Date("2024-03-01T00:00:00Z"),
    location: locationOf(account),
  };
}

/** Where a resource is: the account's region and its first zone. */
export const locationOf = ({ region }: Account) => ({ availabilityZone: `${region}a`, regionName: region as "us-east-1" });

/** The database of this name, or Lightsail's own refusal. */
export function findDatabase({ world }: Account, name: string): RelationalDatabase & { name: string } {
  return world.lightsailDatabases.find((database) => database.name === name) ?? notFound("RelationalDatabase", name);
}

/** The instance of this name, or Lightsail's own refusal. */
export function findInstance({ world }: Account, name: string): Instance & { name: string } {
  return world.lightsailInstances.find((instance) => instance.name === name) ?? notFound("Instance", name);
}

/** Lightsail's refusal of what is not there. */
export function notFound(type: string, name: string): never {
  throw new AwsError("NotFoundException", `The ${type} does not exist: ${name}`, { code: "NotFoundException", docs: "", tip: "" });
}

/** Lightsail's refusal of an input that it understands but does not accept. */
export const badInput = (message: string) =>
  new AwsError("InvalidInputException", message, { code: "InvalidInputException", docs: "", tip: "" });
