import { accessTo, type Access } from "../aws/access.ts";
import { isLocal, type Environment } from "../config/config.ts";
import { documentScript, RUN_SHELL_SCRIPT } from "../aws/ssm/document.ts";
import { scriptFor, type AskHosts, type Reach, type ReadMetrics, type TakeLook } from "../evidence/gather.ts";
import { metricsInFolder, noMetrics } from "../evidence/metric-folder.ts";
import { askLocal } from "../host/local-hosts.ts";
import { clientAddresses } from "../postgres/clients.ts";
import { probeText } from "../postgres/probe.ts";
import { queryText } from "../postgres/query.ts";
import { partsOf, type Present } from "../remediation/moves.ts";
import type { Runbook } from "../runbook/library.ts";
import { reason, Unseen, type Because } from "../words/because.ts";

type Variables = Readonly<Record<string, string | undefined>>;
type Now = () => Date;
/** What a runbook looks at, whatever it concludes. */
type Looks = Pick<Runbook, "id" | "steps">;

/**
 * The ways to an environment's hosts, database and metrics, as its configuration and its repairs say. `env` holds the addresses that stand in no file; `now` is
 * the time that metrics and events are read up to.
 */
export function reachOf(environment: Present, runbook: Looks, env: Variables, now: Now = () => new Date()): Omit<Reach, "signal"> {
  const url = databaseUrl(environment, env);
  return {
    askHosts: isLocal(environment.hosts) ? askLocal : overSsm(environment, runbook),
    runQuery: typeof url === "string" ? async (query, limits) => queryText(url, query, limits) : url,
    readMetrics: metricsOf(environment, now),
    looks: looksOf(environment, url, now),
  };
}

/** The script that runs on each host of an environment: the registered document's, or the one that its values stand in. */
export function scriptOf(environment: Environment, runbook: Looks): string {
  const byDocument = !isLocal(environment.hosts) && environment.aws?.document !== RUN_SHELL_SCRIPT;
  return byDocument ? documentScript(runbook) : scriptFor(runbook.steps, environment);
}

// The clients of AWS are loaded when they are first needed: all of them take half a second, which a look at the own host can do without.

function overSsm(environment: Environment, runbook: Looks): AskHosts {
  return async (asked, tell) => {
    const { askOverSsm } = await import("../aws/ssm/ask-over-ssm.ts");
    await askOverSsm(environment, runbook, accessOf(environment))(asked, tell);
  };
}

function metricsOf(environment: Environment, now: Now): ReadMetrics {
  const { metrics } = environment;
  if (!metrics) return noMetrics;
  if ("files" in metrics) return metricsInFolder(metrics.files);
  return async (series, signal) => {
    const { metricsFromCloud } = await import("../aws/metrics/cloud.ts");
    return metricsFromCloud(metrics, accessOf(environment), now)(series, signal);
  };
}

function looksOf(environment: Environment, url: string | { unknown: Because }, now: Now): ReadonlyMap<string, TakeLook> {
  const { metrics } = environment;
  const looks = new Map<string, TakeLook>([["db-probe", probeOf(url)]]);
  const instance = metrics && !("files" in metrics) ? metrics.rds : undefined;
  if (instance !== undefined)
    looks.set("rds-events", async (limits) => {
      const { rdsEvents } = await import("../aws/metrics/rds-events.ts");
      return rdsEvents(accessOf(environment), instance, now)(limits);
    });
  return looks;
}

function probeOf(url: string | { unknown: Because }): TakeLook {
  return async (limits) => {
    if (typeof url !== "string") throw new Unseen(url.unknown);
    return probeText(url, limits);
  };
}

/** What cannot be seen in so long refuses the plan that asks for it. */
const CLIENTS_MS = 15_000;

/** The addresses of the clients that an environment's database has now; nothing where no monitoring role is configured. */
export function clientsIn(environment: Present, env: Variables): ((signal: AbortSignal) => Promise<string[] | undefined>) | undefined {
  if (environment.database.monitorUrlFrom === undefined) return undefined;
  const url = databaseUrl(environment, env);
  return async (signal) => {
    if (typeof url !== "string") throw new Unseen(url.unknown);
    return clientAddresses(url, { timeoutMs: CLIENTS_MS, signal });
  };
}

function databaseUrl({ database, moved }: Present, env: Variables): string | { unknown: Because } {
  if (database.monitorUrlFrom === undefined) return { unknown: reason("noDatabaseAccess") };
  const url = env[database.monitorUrlFrom] || { unknown: reason("variableUnset", database.monitorUrlFrom) };
  return moved && typeof url === "string" ? ledTo(url, moved.to, database.monitorUrlFrom) : url;
}

/** The same login at the database to which a repair has led the application. */
function ledTo(text: string, to: string, variable: string): string | { unknown: Because } {
  const [host, port] = partsOf(to);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A host among the parameters would win over the address.
  if (!url?.host || url.searchParams.has("host") || url.searchParams.has("port")) return { unknown: reason("notLedOver", variable, to) };
  url.hostname = host;
  url.port = String(port);
  return url.href;
}

function accessOf({ aws }: Environment): Access {
  if (!aws) throw new Error("an environment with hosts or metrics at AWS says so under `aws`: readConfig sees to it");
  return accessTo(aws);
}
