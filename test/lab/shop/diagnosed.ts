import type { Shop } from "../../../lab/shop/shop.ts";
import { openLibrary, runbookOf } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import { diagnose } from "../../../src/diagnosis/diagnose.ts";
import type { Diagnosis } from "../../../src/diagnosis/diagnosis.ts";
import type { AskHosts, ReadMetrics, RunQuery } from "../../../src/evidence/gather.ts";
import type { RawEvidence } from "../../../src/evidence/read-evidence.ts";
import type { Library, Runbook } from "../../../src/runbook/library.ts";
import { compileHostScript } from "../../../src/runbook/host-script.ts";
import { queryText } from "../../../src/postgres/query.ts";
import { reason } from "../../../src/words/because.ts";
import { en } from "../../../src/words/en.ts";

/**
 * Diagnoses a shop with the product itself: its script on the shop's host, its metrics in Lightsail's shape and, where wanted, its queries at the
 * database (ten seconds of samples).
 */
export async function diagnosed(
  shop: Shop,
  { database }: { database: boolean },
): Promise<{ diagnosis: Diagnosis; raw: RawEvidence; library: Library }> {
  const { library, parsers } = await openLibrary();
  const config = readConfig("gumshoe.yml", JSON.stringify({ environments: { prod: { hosts: ["local"], ...shop.environment } } }));
  const environment = config.environments.get("prod");
  if (!environment) throw new Error("reading the shop's configuration");
  const reach = {
    askHosts: askShop(shop),
    readMetrics: metricsOf(shop),
    runQuery: database ? queryOf(shop) : { unknown: reason("noDatabaseAccess") },
    signal: AbortSignal.timeout(120_000),
  };
  const runbook = patient(runbookOf(library, "web-errors", en));
  return { library, ...(await diagnose({ name: "prod", environment, runbook, library, parsers, reach, clock: () => new Date() })) };
}

/** The same runbook with longer time limits: other tests may keep the machine busy. */
function patient(runbook: Runbook): Runbook {
  return { ...runbook, steps: runbook.steps.map((step) => ({ ...step, timeoutS: step.timeoutS * 4 })) };
}

function queryOf({ monitorUrl }: Shop): RunQuery {
  return async (query, limits) => queryText(monitorUrl, query, limits);
}

function askShop(shop: Shop): AskHosts {
  return async ({ steps, values, timeoutMs, signal }, { asking, onHost }) => {
    asking(["shop"]);
    const { stdout } = await shop.node({ script: compileHostScript({ steps, values }), env: {}, timeoutMs, signal });
    onHost("shop", { output: stdout });
  };
}

/** Three hours of each series that the shop has, as Lightsail's API returns them. */
function metricsOf({ metrics }: Shop): ReadMetrics {
  return async (series) => {
    const [from, to] = [new Date(Date.now() - 3 * 3_600_000), new Date(Date.now() + 60_000)];
    const texts = series.flatMap((source) => {
      const [namespace = "", name = ""] = source.split(".");
      const points = metrics({ namespace, name, dimension: "shop", periodS: 60, from, to });
      const metricData = points.map(({ at, ...point }) => ({ ...point, timestamp: new Date(at).toISOString() }));
      return points.length === 0 ? [] : [[source, JSON.stringify({ metricName: name, metricData })] as const];
    });
    return { kind: "series", texts: new Map(texts) };
  };
}
