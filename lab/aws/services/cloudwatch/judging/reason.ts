import type { MetricAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import type { State } from "../alarms/kept.ts";

/** What was evaluated: the points that were there, the newest first. */
export type Evaluated = {
  state: StateValue;
  points: readonly { at: number; value: number; breaches: boolean }[];
  periods: number;
  toAlarm: number;
  queryDate: string | undefined;
  startDate: string | undefined;
  periodS: number;
};

const THAN: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanOrEqualToThreshold: "less than or equal to",
  LessThanThreshold: "less than",
};

type Band = { lower: number; upper: number };

/** A state with the reason that CloudWatch words for it, and its data. */
export function reasonOf(alarm: MetricAlarm, band: Band | undefined, evaluated: Evaluated): State {
  const { state, points, periods, queryDate, startDate, periodS } = evaluated;
  const limits = band
    ? { recentLowerThresholds: points.map(() => band.lower), recentUpperThresholds: points.map(() => band.upper) }
    : { threshold: alarm.Threshold };
  const data = {
    version: "1.0",
    queryDate,
    startDate,
    ...(alarm.Metrics ? {} : { statistic: alarm.Statistic }),
    period: periodS,
    recentDatapoints: points.map(({ value }) => value).toReversed(),
    ...limits,
  };
  const lacking = `Insufficient Data: ${periods} datapoint${periods === 1 ? " was" : "s were"} unknown.`;
  const reason =
    points.length === 0 ? (state === "INSUFFICIENT_DATA" ? lacking : missingReason(evaluated)) : crossed(alarm, band, evaluated);
  return { StateValue: state, StateReason: reason, StateReasonData: JSON.stringify(data) };
}

const missingReason = ({ state, periods }: Evaluated) =>
  `Threshold Crossed: no datapoints were received for ${periods} period${periods === 1 ? "" : "s"} and ${periods} missing datapoint${periods === 1 ? " was" : "s were"} treated as [${state === "ALARM" ? "Breaching" : "NonBreaching"}].`;

function crossed(alarm: MetricAlarm, band: Band | undefined, { state, points, periods, toAlarm }: Evaluated): string {
  const alarming = state === "ALARM";
  const told = points.filter(({ breaches }) => breaches === alarming);
  const values = (told.length > 0 ? told : points).map(({ at, value }) => `${decimal(value)} (${when(at)})`).join(", ");
  const count = alarming ? toAlarm : periods - toAlarm + 1;
  const turn = `(minimum ${count} datapoint${count === 1 ? "" : "s"} for ${alarming ? "OK -> ALARM" : "ALARM -> OK"} transition).`;
  const were = told.length === 1 ? "was" : "were";
  const not = alarming ? "" : "not ";
  const begin = `${told.length} out of the last ${points.length} datapoints [${values}] ${were} ${not}`;
  if (band) {
    const limits = `less than the lower thresholds [${decimal(band.lower)}] or ${not}greater than the upper thresholds [${decimal(band.upper)}]`;
    return `Thresholds Crossed: ${begin}${limits} ${turn}`;
  }
  return `Threshold Crossed: ${begin}${THAN[alarm.ComparisonOperator ?? ""]} the threshold (${decimal(alarm.Threshold ?? 0)}) ${turn}`;
}

/** Numbers as Java prints doubles: whole ones with `.0`. */
const decimal = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

/** `02/10/19 16:59:00` */
function when(at: number): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
