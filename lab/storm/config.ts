import type { AwsWorld, ManagedNode } from "../aws/world.ts";
import { ENVIRONMENTS, PLACE, resourcesOf } from "./fleet.ts";

/** What of the settings is the storm's host's own: the queue it comes through, where the store is, and where health is asked for. */
export type StormSetting = { queueUrl: string; folder: string; health: string; channel?: string; environments?: readonly string[] };

/** gumshoe.yml for the environments of a storm: each with a host, a database and alarms of its own, and all of them told in one channel. */
export function stormConfig({ queueUrl, folder, health, channel = "#prod", environments = ENVIRONMENTS }: StormSetting) {
  const environment = (name: string, nth: number) => {
    const { database, instance } = resourcesOf(name);
    return {
      hosts: [nodeId(nth)],
      aws: { region: PLACE.region },
      caddy: { accessLog: "/var/log/caddy/access.log" },
      database: { host: `${database}.internal` },
      metrics: { lightsailDatabase: database, lightsailInstance: instance },
      channel,
      alarms: { account: PLACE.id, region: PLACE.region, names: [`${name}-*`] },
    };
  };
  return {
    slack: { channel },
    health,
    store: { folder },
    intake: { queues: [{ url: queueUrl, region: PLACE.region }] },
    environments: Object.fromEntries(environments.map((name, nth) => [name, environment(name, nth)])),
  };
}

const nodeId = (nth: number) => `mi-${String(nth).padStart(17, "0")}`;

/** The world in which a storm's environments are: one host each, which answers what `run` does, and a database and an instance without metrics. */
export function stormWorld(run: ManagedNode["run"], environments: readonly string[] = ENVIRONMENTS): AwsWorld {
  const names = environments.map(resourcesOf);
  return {
    nodes: names.map(({ instance }, nth) => ({
      id: nodeId(nth),
      name: instance,
      tags: { role: "web" },
      ping: "Online",
      agentVersion: "3.3.2746.0",
      platform: "Debian GNU/Linux",
      run,
    })),
    lightsailDatabases: names.map(({ database: name }) => ({ name })),
    lightsailInstances: names.map(({ instance: name }) => ({ name })),
    rdsInstances: [],
    metrics: () => [],
  };
}
