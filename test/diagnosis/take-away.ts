import { recorded, type Raw, type RawEvidence } from "../../src/evidence/read-evidence.ts";
import { reason } from "../../src/words/because.ts";

/** A seeded generator of numbers in [0, 1): mulberry32, so that a failing trial can be run again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One way of taking evidence away, and what it is called. */
export type Loss = { name: string; raw: RawEvidence };

/** Each step's result missing in turn, every metric series in turn, and all metrics. */
export function eachFileMissing(raw: RawEvidence): Loss[] {
  const steps = [...new Set([...raw.hosts.values()].flatMap((results) => [...results.keys()]))];
  const losses = steps.map((step) => ({ name: `without ${step}`, raw: mapSteps(raw, (id, result) => (id === step ? undefined : result)) }));
  if (raw.metrics.kind !== "series") return losses;
  const { texts } = raw.metrics;
  const series = [...texts.keys()].map((gone): Loss => {
    const left = new Map([...texts].filter(([name]) => name !== gone));
    return { name: `without ${gone}`, raw: { ...raw, metrics: { kind: "series", texts: left } } };
  });
  return [
    ...losses,
    ...series,
    { name: "without any metrics", raw: { ...raw, metrics: { kind: "unknown", because: reason("noSeries") } } },
  ];
}

/** About 35 % of the lines of one log, or of every text, taken out at random; the rest looks whole. */
export function linesLost(raw: RawEvidence, random: () => number): Loss {
  const only = pickStep(raw, random);
  const thin = (text: string) =>
    text
      .split(/(?<=\n)/)
      .filter(() => random() >= 0.35)
      .join("");
  return { name: `35 % of the lines of ${only ?? "everything"} lost`, raw: mapTexts(raw, only, thin) };
}

/** The last 0–50 % of one text's bytes, or of every text's, cut off. */
export function tailCut(raw: RawEvidence, random: () => number): Loss {
  const only = pickStep(raw, random);
  const cut = (text: string) =>
    Buffer.from(text)
      .subarray(0, Math.floor(Buffer.byteLength(text) * (1 - random() / 2)))
      .toString("utf8");
  return { name: `the end of ${only ?? "everything"} cut`, raw: mapTexts(raw, only, cut) };
}

function pickStep(raw: RawEvidence, random: () => number): string | undefined {
  const steps = [...raw.hosts.values()].flatMap((results) => [...results.keys()]);
  return random() < 0.3 ? undefined : steps[Math.floor(random() * steps.length)];
}

function mapTexts(raw: RawEvidence, only: string | undefined, change: (text: string) => string): RawEvidence {
  const mapped = mapSteps(raw, (id, result) =>
    result.kind === "output" && (only === undefined || only === id) ? recorded(change(result.text)) : result,
  );
  if (only !== undefined || raw.metrics.kind !== "series") return mapped;
  return { ...mapped, metrics: { kind: "series", texts: new Map([...raw.metrics.texts].map(([name, text]) => [name, change(text)])) } };
}

function mapSteps(raw: RawEvidence, change: (id: string, result: Raw) => Raw | undefined): RawEvidence {
  const mapResults = (results: ReadonlyMap<string, Raw>) =>
    new Map(
      [...results]
        .map(([id, result]) => [id, change(id, result)] as const)
        .filter((entry): entry is [string, Raw] => entry[1] !== undefined),
    );
  return { ...raw, hosts: new Map([...raw.hosts].map(([host, results]) => [host, mapResults(results)])), shared: mapResults(raw.shared) };
}
