import type { Environment } from "./config.ts";

/** What alarms an environment takes for its own: of an account and region (any, where not given), by the values of dimensions, then by names. */
export type AlarmReach = {
  account: string | undefined;
  region: string | undefined;
  /** Named in `alarms.values`. */
  values: readonly string[];
  /** Of `metrics` and `hosts`: they belong to it unless another environment names them in `alarms.values`. */
  implied: readonly string[];
  names: readonly string[];
};

/** Which alarms are an environment's; without `alarms.region` its own region's. */
export function alarmReachOf({ alarms, aws, metrics, hosts }: Environment): AlarmReach {
  const sources = metrics && !("files" in metrics) ? Object.values(metrics).filter((name) => name !== undefined) : [];
  const nodes = Array.isArray(hosts) ? hosts.filter((id) => id !== "local") : [];
  return {
    account: alarms?.account,
    region: alarms?.region ?? aws?.region,
    values: alarms?.values ?? [],
    implied: [...new Set([...sources, ...nodes])],
    names: alarms?.names ?? [],
  };
}
