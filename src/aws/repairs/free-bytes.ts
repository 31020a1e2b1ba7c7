import type { Environment } from "../../config/config.ts";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { cloudWatchSeries } from "../metrics/cloudwatch.ts";
import { lightsailPoints } from "../metrics/lightsail.ts";

const METRIC = "FreeStorageSpace";

/** A point comes each minute, some minutes late. */
const BACK_MS = 15 * 60_000;

/** A way to ask how much room the environment's databases have; nothing where gumshoe.yml names none at AWS. Of two databases the fuller one counts. */
export function freeBytesOf({ metrics }: Environment, looks: Access): { freeBytes?: (signal: AbortSignal) => Promise<number> } {
  const named = metrics && !("files" in metrics) ? metrics : {};
  const { rds, lightsailDatabase } = named;
  if (rds === undefined && lightsailDatabase === undefined) return {};
  return {
    freeBytes: async (signal) => {
      const to = looks.clock.now();
      const span = { from: new Date(to.getTime() - BACK_MS), to, signal };
      const free = await Promise.all([
        ...(rds === undefined ? [] : [ofRds(looks, rds, span)]),
        ...(lightsailDatabase === undefined ? [] : [ofLightsail(looks, lightsailDatabase, span)]),
      ]);
      return Math.min(...free);
    },
  };
}

type Span = { from: Date; to: Date; signal: AbortSignal };

async function ofRds(looks: Access, instance: string, span: Span): Promise<number> {
  const [text] = (await cloudWatchSeries(looks, [{ source: "rds", instance, name: METRIC }], span)).values();
  if (text instanceof Unseen) throw text;
  const { Datapoints } = JSON.parse(text ?? '{"Datapoints":[]}') as { Datapoints: { Average?: number }[] };
  return known(Datapoints.at(-1)?.Average);
}

async function ofLightsail(looks: Access, name: string, span: Span): Promise<number> {
  const points = await lightsailPoints(looks, { source: "database", name, metric: METRIC }, { ...span, statistics: ["Average"] });
  return known(points.toSorted((a, b) => (a.timestamp?.getTime() ?? 0) - (b.timestamp?.getTime() ?? 0)).at(-1)?.average);
}

function known(bytes: number | undefined): number {
  if (bytes === undefined) throw new Unseen(reason("noPoints"));
  return bytes;
}
