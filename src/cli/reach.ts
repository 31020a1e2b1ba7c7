import type { Environment } from "../config/config.ts";
import type { Reach } from "../evidence/gather.ts";
import { metricsInFolder, noMetrics } from "../evidence/metric-folder.ts";
import { askLocal } from "../host/local-hosts.ts";
import { queryText } from "../postgres/query.ts";
import type { Runbook } from "../runbook/library.ts";
import { reasons } from "../words/reasons-en.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The ways to an environment's hosts, database and metrics, as its configuration says. `env` holds the addresses that stand in no file. */
export function reachOf(environment: Environment, _runbook: Runbook, env: Variables): Omit<Reach, "signal"> {
  const { metrics } = environment;
  return {
    askHosts: askLocal,
    runQuery: queryOf(environment, env),
    readMetrics: metrics && "files" in metrics ? metricsInFolder(metrics.files) : noMetrics,
  };
}

function queryOf({ database }: Environment, env: Variables): Reach["runQuery"] {
  if (database.monitorUrlFrom === undefined) return { unknown: reasons.noDatabaseAccess };
  const url = env[database.monitorUrlFrom];
  if (!url) return { unknown: reasons.variableUnset(database.monitorUrlFrom) };
  return async (query, limits) => queryText(url, query, limits);
}
