import type { DiskQueueChart } from "../../../report/disk-queue-chart.ts";
import { plain, timeOfDay } from "../../../words/numbers.ts";
import type { Words } from "../../../words/en.ts";
import { LIMITS } from "../../contract/limits.ts";
import type { DataVisualization, OurBlock } from "../message.ts";
import { line, rich } from "../rich.ts";
import { cut, oneLine } from "../texts.ts";

/** The chart of the disk queue, the step with the first failed request, or with the change, marked by its label; and in words what the line shows. */
export function chartBlocks(chart: DiskQueueChart, timezone: string, words: Words): OurBlock[] {
  const { chart: said } = words.slack;
  const labels = labelsOf(chart, timezone, words);
  const data = chart.steps.map(({ value }, nth) => ({ label: labels[nth] ?? String(nth), value }));
  const drawn: DataVisualization = {
    type: "data_visualization",
    title: cut(said.title, LIMITS.chart.title),
    chart: {
      type: "line",
      series: [{ name: cut(said.series, LIMITS.chart.seriesName), data }],
      axis_config: {
        categories: labels,
        x_label: cut(said.time(timezone), LIMITS.chart.axisLabel),
        y_label: cut(said.value, LIMITS.chart.axisLabel),
      },
    },
  };
  return [drawn, rich(line(inWords(chart, timezone, words)))];
}

/** The time of each step, to the minute; where two would be the same, as over midnight, with the day. */
function labelsOf({ steps, failing, changed }: DiskQueueChart, timezone: string, words: Words): string[] {
  const times = steps.map(({ at }) => minuteOf(at, timezone));
  const days = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, month: "2-digit", day: "2-digit" });
  const labels = new Set(times).size === times.length ? times : steps.map(({ at }, nth) => `${days.format(at)} ${times[nth]}`);
  return labels.map((label, nth) => {
    const marked = failing?.nth === nth ? `${label} ${oneLine(words.slack.chart.first(failing.status))}` : label;
    return (changed?.nth === nth ? `${label} ${words.proof.changed}` : marked).slice(0, LIMITS.chart.label);
  });
}

function inWords({ steps, failing, changed }: DiskQueueChart, timezone: string, words: Words): string {
  const { chart: said } = words.slack;
  const [first, last] = [steps[0], steps.at(-1)];
  const peak = steps.reduce<(typeof steps)[number] | undefined>(
    (best, step) => (best && best.value >= step.value ? best : step),
    undefined,
  );
  if (!first || !last || !peak) return "";
  const at = (step: { at: number }) => minuteOf(step.at, timezone);
  if (changed) {
    const [before, after] = [changed.before, changed.after].map((value) => (value === undefined ? undefined : plain(value)));
    return words.proof.chart(before ?? plain(first.value), at(changed), after);
  }
  const course = said.says(plain(first.value), at(first), plain(peak.value), at(peak), plain(last.value), at(last));
  return failing ? `${course} ${said.began(failing.status, at(failing))}` : course;
}

function minuteOf(at: number, timezone: string): string {
  return timeOfDay(at, timezone).slice(0, 5);
}
