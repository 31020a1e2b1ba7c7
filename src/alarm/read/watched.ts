import { z } from "zod";
import type { AlarmKind, Watched } from "../alarm.ts";
import { bounded, firstOf, MOST, textOf } from "./bounded.ts";

/** The name of a metric or of a namespace. */
export const Name = textOf(MOST.name);
const Dimension = textOf(1024);

/** EventBridge has dimensions as a map, SNS as a list of `{ name, value }`. */
export const Dimensions = z
  .union(
    [
      z.array(z.object({ name: z.string(), value: z.string() })).transform((all) => all.map(({ name, value }) => [name, value] as const)),
      z.record(z.string(), z.string()).transform(Object.entries<string>),
    ],
    "neither a map nor a list of { name, value }",
  )
  .transform((all) => all.slice(0, MOST.dimensions).map(([name, value]) => [bounded(name, MOST.value), Dimension.parse(value)] as const))
  .transform((all): Readonly<Record<string, string>> => Object.fromEntries(all));

/** One line of an alarm's metrics as EventBridge writes it: a metric, or an expression on others. */
export const EventMetric = z.object({
  expression: z.string().nullish(),
  metricStat: z.object({ metric: z.object({ namespace: Name, name: Name, dimensions: Dimensions.nullish() }) }).nullish(),
});

/** The same as SNS writes it, whose names begin with capitals, save those of dimensions. */
export const SnsMetric = z
  .object({
    Expression: z.string().nullish(),
    MetricStat: z.object({ Metric: z.object({ Namespace: Name, MetricName: Name, Dimensions: Dimensions.nullish() }) }).nullish(),
  })
  .transform(({ Expression, MetricStat }): z.infer<typeof EventMetric> => {
    if (!MetricStat) return { expression: Expression };
    const { Namespace, MetricName, Dimensions: dimensions } = MetricStat.Metric;
    return { expression: Expression, metricStat: { metric: { namespace: Namespace, name: MetricName, dimensions } } };
  });

/** A list of an alarm's metrics, as far as they are kept. */
export const metricsOf = <T extends z.ZodType<z.infer<typeof EventMetric>>>(one: T) => firstOf(one, MOST.watched);

/** What is watched, and which kind of alarm watches so. */
export function watchedBy(metrics: readonly z.infer<typeof EventMetric>[]): { kind: AlarmKind; watched: readonly Watched[] } {
  const watched = metrics.flatMap(({ metricStat }) => {
    if (!metricStat) return [];
    const { namespace, name, dimensions } = metricStat.metric;
    return [{ namespace, metric: name, dimensions: dimensions ?? {} }];
  });
  const expressions = metrics.flatMap(({ expression }) => expression ?? []);
  if (expressions.some((expression) => expression.includes("ANOMALY_DETECTION_BAND"))) return { kind: "anomaly", watched };
  return { kind: expressions.length > 0 || watched.length > 1 ? "math" : "metric", watched };
}
