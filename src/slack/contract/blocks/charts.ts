import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { block } from "./texts.ts";

const Label = z.string().min(1).max(LIMITS.chart.label);
const AxisLabel = z.string().min(1).max(LIMITS.chart.axisLabel).optional();

const Series = z.strictObject({
  name: z.string().min(1).max(LIMITS.chart.seriesName),
  data: z
    .array(z.strictObject({ label: Label, value: z.number() }))
    .min(1)
    .max(LIMITS.chart.points),
});

type Axes = { series: { name: string; data: { label: string }[] }[]; axis_config: { categories: string[] } };

const namesAreUnique = ({ series }: Axes) => new Set(series.map(({ name }) => name)).size === series.length;
const categoriesAreUnique = ({ axis_config: { categories } }: Axes) => new Set(categories).size === categories.length;
const labelsFit = ({ series, axis_config: { categories } }: Axes) =>
  series.every(({ data }) => data.length === categories.length && data.every(({ label }, at) => label === categories[at]));

const overAxes = <Type extends string>(type: Type) =>
  z
    .strictObject({
      type: z.literal(type),
      series: z.array(Series).min(1).max(LIMITS.chart.series),
      axis_config: z.strictObject({
        categories: z.array(Label).min(1).max(LIMITS.chart.points),
        x_label: AxisLabel,
        y_label: AxisLabel,
      }),
    })
    .refine(namesAreUnique, "series names must be unique")
    .refine(categoriesAreUnique, "categories must be unique")
    .refine(labelsFit, "every series needs one value for each category, under the category's own label");

const Pie = z.strictObject({
  type: z.literal("pie"),
  segments: z
    .array(z.strictObject({ label: Label, value: z.number().positive() }))
    .min(1)
    .max(LIMITS.chart.segments),
});

/** A `data_visualization`: a line, bar, area or pie chart that Slack draws. */
export const DataVisualization = z.strictObject({
  ...block("data_visualization"),
  title: z.string().min(1).max(LIMITS.chart.title),
  chart: z.discriminatedUnion("type", [overAxes("line"), overAxes("bar"), overAxes("area"), Pie]),
});
