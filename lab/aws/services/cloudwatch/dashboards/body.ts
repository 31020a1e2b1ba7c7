import type { DashboardValidationMessage } from "@aws-sdk/client-cloudwatch";

/** What makes a dashboard's body refused, and what it is taken with all the same. */
export type BodyFaults = { errors: DashboardValidationMessage[]; warnings: DashboardValidationMessage[] };

/** Metrics that a graph, and that a dashboard can have. */
const METRICS = { widget: 500, dashboard: 2_500 };

const TYPES = ["metric", "text", "alarm", "log", "explorer"];
const MEMBERS = ["type", "x", "y", "width", "height", "properties"];

type Known = Readonly<Record<string, unknown>>;

/** Look through a dashboard's body as CloudWatch does: places are named as in `/widgets/0/properties/region`. */
export function faultsIn(body: string): BodyFaults {
  const faults: BodyFaults = { errors: [], warnings: [] };
  const refuse = (DataPath: string, Message: string) => void faults.errors.push({ DataPath, Message });
  const read = parsed(body);
  if (read === undefined) {
    refuse("", "The dashboard body is not a JSON object");
    return faults;
  }
  if (!Array.isArray(read.widgets)) {
    refuse("/widgets", "Should have the property: widgets, a list");
    return faults;
  }
  const widgets = read.widgets as Known[];
  for (const [index, widget] of widgets.entries()) {
    const at = `/widgets/${index}`;
    checkPlace(widget, at, refuse);
    checkContent(widget, at, refuse);
    for (const member of Object.keys(widget).filter((each) => !MEMBERS.includes(each))) {
      faults.warnings.push({ DataPath: `${at}/${member}`, Message: `Should NOT have additional properties: ${member}` });
    }
  }
  const all = widgets.reduce((sum, widget) => sum + metricsOf(widget).length, 0);
  if (all > METRICS.dashboard) refuse("/widgets", `A dashboard can have at most ${METRICS.dashboard} metrics, and this one has ${all}`);
  return faults;
}

function parsed(body: string): Known | undefined {
  try {
    const read: unknown = JSON.parse(body);
    return read !== null && typeof read === "object" && !Array.isArray(read) ? (read as Known) : undefined;
  } catch {
    return undefined;
  }
}

type Refuse = (at: string, message: string) => void;

/** The grid is 24 wide. */
function checkPlace(widget: Known, at: string, refuse: Refuse): void {
  const limits = { x: [0, 23], y: [0, Infinity], width: [1, 24], height: [1, 1000] } as const;
  for (const [member, [least, most]] of Object.entries(limits)) {
    const value = widget[member];
    if (value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)) continue;
    refuse(`${at}/${member}`, `Should be a whole number from ${least}${most === Infinity ? "" : ` to ${most}`}`);
  }
}

function checkContent({ type, properties }: Known, at: string, refuse: Refuse): void {
  if (!TYPES.includes(type as string)) return refuse(`${at}/type`, `Should be one of ${TYPES.join(", ")}`);
  if (properties === null || typeof properties !== "object") return refuse(`${at}/properties`, "Should have the property: properties");
  const { metrics, annotations, region, markdown, alarms } = properties as Known;
  if (type === "text" && typeof markdown !== "string") refuse(`${at}/properties/markdown`, "Should have the property: markdown");
  if (type === "alarm" && !Array.isArray(alarms)) refuse(`${at}/properties/alarms`, "Should have the property: alarms");
  if (type !== "metric") return;
  if (typeof region !== "string") refuse(`${at}/properties/region`, "Should have the property: region");
  if (!Array.isArray(metrics) && annotations === undefined) refuse(`${at}/properties/metrics`, "Should have the property: metrics");
  const count = metricsOf({ properties }).length;
  if (count > METRICS.widget) refuse(`${at}/properties/metrics`, `Should NOT have more than ${METRICS.widget} items`);
  metricsOf({ properties }).forEach((metric, index) => {
    if (!isMetric(metric))
      refuse(`${at}/properties/metrics/${index}`, "Should be a namespace, a name and pairs of a dimension, or an expression");
  });
}

const metricsOf = ({ properties }: Known): unknown[] => {
  const metrics = (properties as Known | undefined)?.metrics;
  return Array.isArray(metrics) ? metrics : [];
};

/** `["AWS/RDS", "DiskQueueDepth", "DBInstanceIdentifier", "shop", { stat: "Maximum" }]`, or `[{ expression: "m1 * 2" }]`. */
function isMetric(metric: unknown): boolean {
  if (!Array.isArray(metric)) return false;
  const last = metric.at(-1) as unknown;
  const options = last !== null && typeof last === "object" ? (last as Known) : undefined;
  const parts = options ? metric.slice(0, -1) : metric;
  if (parts.length === 0) return typeof options?.expression === "string";
  return parts.length >= 2 && parts.length % 2 === 0 && parts.every((part) => typeof part === "string");
}
