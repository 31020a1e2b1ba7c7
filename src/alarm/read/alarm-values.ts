import { z } from "zod";
import { ChildArn } from "./alarm-arn.ts";
import { firstOf, MOST, textOf } from "./bounded.ts";

const Finite = z.number().catch(Number.NaN);
const Numbers = z.array(Finite).optional().catch(undefined);

/** `reasonData`: a JSON text of its own, whose parts depend on the kind of alarm. None of them is needed. */
const ReasonData = z.object({
  recentDatapoints: Numbers,
  recentLowerThresholds: Numbers,
  recentUpperThresholds: Numbers,
  threshold: z.number().optional().catch(undefined),
  unit: textOf(MOST.word).optional().catch(undefined),
  triggeringAlarms: firstOf(z.object({ arn: ChildArn }), MOST.children)
    .optional()
    .catch(undefined),
});

/** What a change's reason says in numbers, as far as it says it. */
export type Said = { value?: number; threshold?: number; comparison?: string; unit?: string; children?: readonly string[] };

/** Reads a change's reason and the data that came with it. */
export function readReason(reason: string, reasonData: string | undefined): Said {
  const data = dataOf(reasonData);
  const value = data.recentDatapoints?.findLast(Number.isFinite) ?? newestPoint(reason);
  const threshold = data.threshold ?? crossed(value, data) ?? thresholdIn(reason);
  const comparison = comparisonIn(reason);
  const children = data.triggeringAlarms?.flatMap(({ arn }) => arn ?? []);
  return {
    ...(value !== undefined && { value }),
    ...(threshold !== undefined && { threshold }),
    ...(comparison !== undefined && { comparison }),
    ...(data.unit && { unit: data.unit }),
    ...(children && { children }),
  };
}

function dataOf(text: string | undefined): z.infer<typeof ReasonData> {
  try {
    return ReasonData.safeParse(JSON.parse(text ?? "{}")).data ?? {};
  } catch {
    return {};
  }
}

/** Of an anomaly alarm: the edge of the band that the value is beyond, else the upper one. */
function crossed(
  value: number | undefined,
  { recentLowerThresholds, recentUpperThresholds }: z.infer<typeof ReasonData>,
): number | undefined {
  const lower = recentLowerThresholds?.findLast(Number.isFinite);
  const upper = recentUpperThresholds?.findLast(Number.isFinite);
  return value !== undefined && lower !== undefined && value < lower ? lower : upper;
}

/** `[31.2 (23/11/26 02:41:00), 5.0 (…)]`: the value with the latest stamp (day/month/year). */
function newestPoint(reason: string): number | undefined {
  const points = [...reason.matchAll(/(?<![\w.])(-?\d{1,20}(?:\.\d{1,20})?(?:E-?\d{1,3})?) \((\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)\)/g)];
  const stamped = points.map(([, value, day, month, year, time]) => ({ value: Number(value), at: `${year}${month}${day} ${time}` }));
  const newest = stamped.reduce<(typeof stamped)[number] | undefined>((best, one) => (best && best.at >= one.at ? best : one), undefined);
  return newest && Number.isFinite(newest.value) ? newest.value : undefined;
}

function thresholdIn(reason: string): number | undefined {
  const found = /the threshold \((-?\d{1,20}(?:\.\d{1,20})?(?:E-?\d{1,3})?)\)/.exec(reason)?.[1];
  return found !== undefined && Number.isFinite(Number(found)) ? Number(found) : undefined;
}

/** In the words of ComparisonOperator, from "was not less than or equal to the threshold". */
function comparisonIn(reason: string): string | undefined {
  const [, than, orEqual] = /(?:was|were) (?:not )?(greater|less) than( or equal to)? the threshold/.exec(reason) ?? [];
  if (than === undefined) return undefined;
  return `${than === "greater" ? "Greater" : "Less"}Than${orEqual === undefined ? "" : "OrEqualTo"}Threshold`;
}
