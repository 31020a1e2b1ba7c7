import { recorded, type RawEvidence } from "../../src/evidence/read-evidence.ts";
import type { Case } from "../../src/evidence/read-case.ts";

/** A text, what to do with the recorded one, or nothing at all: what a step printed instead. */
type Instead = string | ((text: string) => string) | undefined;

/** A case's evidence with some steps' texts changed or, given `undefined`, taken away. */
export function changed({ raw }: Pick<Case, "raw">, steps: Readonly<Record<string, Instead>>): RawEvidence {
  const results = new Map([...raw.hosts.values()][0]);
  for (const [id, instead] of Object.entries(steps)) {
    const was = results.get(id);
    const text = typeof instead === "function" ? instead(was?.kind === "output" ? was.text : "") : instead;
    if (text === undefined) results.delete(id);
    else results.set(id, recorded(text));
  }
  return { ...raw, hosts: new Map([["local", results]]), shared: results };
}

/** The same with the points of some metrics since `sinceMs` set to a value (`rds.…` series only); `undefined` takes a series away. */
export function measured(raw: RawEvidence, sinceMs: number, values: Readonly<Record<string, number | undefined>>): RawEvidence {
  if (raw.metrics.kind !== "series") return raw;
  const texts = new Map(raw.metrics.texts);
  for (const [metric, value] of Object.entries(values)) {
    const text = texts.get(`rds.${metric}`);
    if (value === undefined || text === undefined) texts.delete(`rds.${metric}`);
    else texts.set(`rds.${metric}`, JSON.stringify(withValue(JSON.parse(text) as Datapoints, sinceMs, value)));
  }
  return { ...raw, metrics: { kind: "series", texts } };
}

type Datapoints = { Datapoints: { Timestamp: string; Average: number; Maximum: number }[] };

function withValue(series: Datapoints, sinceMs: number, value: number): Datapoints {
  const points = series.Datapoints.map((point) =>
    Date.parse(point.Timestamp) < sinceMs ? point : { ...point, Average: value, Maximum: value },
  );
  return { ...series, Datapoints: points };
}

/** What a step of a case printed; empty where it is missing. */
export function textOf({ raw }: Pick<Case, "raw">, step: string): string {
  const result = [...raw.hosts.values()][0]?.get(step);
  return result?.kind === "output" ? result.text : "";
}
