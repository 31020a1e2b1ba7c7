import { join } from "node:path";
import type { Expected, Fault, Lab } from "./faults/fault.ts";
import { FURTHER, ORDINARY } from "./faults/catalogue.ts";
import { pause, waitUntil } from "./host/shell.ts";
import { type Site, describe, openLab } from "./lab.ts";
import { type Config, agrees, inWords, look, wordsOf } from "./look.ts";

/** What `run.ts` hands over: where to build, which faults to induce, and where their records go. */
export type Order = Site & { faults: readonly string[]; records: string };

/** Points of each metric that are written before the first fault: a baseline. */
const BASELINE_POINTS = 25;
/** Ordinary service before each fault; the incident's beginning is looked for after 60 s of it. */
const ORDINARY_S = 66;

/** How long a machine that other work has too may take to measure a baseline, or to come back to ordinary service. */
const PATIENCE_S = 1_200;

/** So many looks at most for one result, and the pause after one that could not tell. */
const LOOKS = 4;
const AGAIN_S = 20;

const order = JSON.parse(process.argv[2] ?? "") as Order;

const lab = await openLab(order);
for (const line of await describe(lab.machine, lab.database)) console.log(line);
await waitUntil("a baseline is measured", PATIENCE_S, () => lab.metrics.points() >= BASELINE_POINTS);
const looks: boolean[] = [];
for (const fault of [...ORDINARY, ...FURTHER].filter(({ name }) => order.faults.includes(name))) looks.push(...(await tryOut(fault, lab)));
await lab.close();

const failed = looks.filter((right) => !right).length;
console.log(`${looks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** One fault from ordinary service to its end; one result for each look. */
async function tryOut(fault: Fault, { machine, database, traffic, parties }: Lab): Promise<boolean[]> {
  await waitUntil(`${ORDINARY_S} s of ordinary service before ${fault.name}`, PATIENCE_S, () => traffic.ordinaryS() >= ORDINARY_S);
  const mend = await fault.induce({ machine, database, traffic, parties });
  try {
    await pause(fault.holdS);
    const results = [await told({ title: fault.name, expected: fault.expected, config: "gumshoe.yml" }, machine)];
    if (fault.withoutMetrics) {
      const title = `${fault.name}, metrics off`;
      results.push(await told({ title, expected: fault.withoutMetrics, config: "without-metrics.yml" }, machine));
    }
    return results;
  } finally {
    await mend();
  }
}

type Trial = { title: string; expected: Expected; config: Config };

/** Looks, and looks again where a look came too early to tell; a cause that is named wrongly is wrong at once. */
async function told(trial: Trial, machine: Lab["machine"]): Promise<boolean> {
  const { title, expected } = trial;
  const folder = join(order.records, title.replaceAll(/\W+/g, "-"));
  const early = ({ right, untold }: Looked) => !right && untold && expected.verdict !== "inconclusive";
  let looked = await lookOnce(trial, machine, folder);
  for (let nth = 2; nth <= LOOKS && early(looked); nth++) {
    console.log(`      ${title}: not told after ${looked.seconds} s (${looked.got}), looking again`);
    await pause(AGAIN_S);
    looked = await lookOnce(trial, machine, `${folder}-${nth}`);
  }
  const { right, got, seconds } = looked;
  console.log(`${right ? "ok   " : "WRONG"} ${title}: expected ${inWords(expected)}, got ${got}, ${seconds} s`);
  return right;
}

type Looked = { right: boolean; untold: boolean; got: string; seconds: string };

async function lookOnce({ expected, config }: Trial, machine: Lab["machine"], folder: string): Promise<Looked> {
  const began = Date.now();
  const looked = await look(machine, config, folder).then(
    (verdict) => ({ right: agrees(verdict, expected), untold: verdict.verdict === "inconclusive", got: wordsOf(verdict) }),
    (error: unknown) => ({ right: false, untold: false, got: String(error) }),
  );
  return { ...looked, seconds: ((Date.now() - began) / 1000).toFixed(1) };
}
