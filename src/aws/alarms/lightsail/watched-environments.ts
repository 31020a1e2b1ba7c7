import type { Environment } from "../../../config/config.ts";

/** An environment whose Lightsail database or instance is watched. */
export type WatchedEnvironment = {
  environment: string;
  aws: NonNullable<Environment["aws"]>;
  watch: NonNullable<Environment["watch"]>;
  resources: readonly { source: "database" | "instance"; name: string }[];
  /** The account's number, where the configuration says it. */
  account?: string;
};

/** The environments of a configuration that have something to watch at Lightsail, and a way there. */
export function watchedIn(environments: ReadonlyMap<string, Environment>): WatchedEnvironment[] {
  return [...environments].flatMap(([environment, { aws, watch, metrics, alarms }]) => {
    if (!aws || !watch || !metrics || "files" in metrics) return [];
    const named = [
      { source: "database", name: metrics.lightsailDatabase },
      { source: "instance", name: metrics.lightsailInstance },
    ] as const;
    const resources = named.flatMap(({ source, name }) => (name === undefined ? [] : [{ source, name }]));
    if (resources.length === 0) return [];
    return [{ environment, aws, watch, resources, ...(alarms?.account === undefined ? {} : { account: alarms.account }) }];
  });
}
