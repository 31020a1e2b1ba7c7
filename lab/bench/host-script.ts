import { cpus } from "node:os";
import { readFrames } from "../../src/evidence/frames.ts";
import { runLocal } from "../../src/host/run-local.ts";
import { compileHostScript } from "../../src/runbook/host-script.ts";
import { en } from "../../src/words/en.ts";

/** What the script may take on a machine that has time for it: its slowest step and a part of it, plus what starting and packing costs. */
const allowedMs = (slowestMs: number) => 1.15 * slowestMs + 300;

/** The part of what the other steps take by themselves that may show beside the slowest one; after it, all of it would. */
const BESIDE = 0.6;

const RUNS = 7;
const SLOWEST_MS = 2_000;

/** A log as a host under load writes it, cheap to make: 4,000 lines that compress as proxy logs do. */
const LOG =
  'seq -f "%08g" 1 4000 | sed -E \'s/.*/{"level":"info","ts":17953515&,"msg":"handled request","request":{"uri":"\\/api\\/products\\/&\\/","headers":{"User-Agent":["curl"]}},"duration":0.&,"status":200}/\'';

const step = (id: string, run: string, outputChars = 20_000) => ({ id, run, timeoutS: 8, outputChars, keep: "newest" as const });
const ordinary = ["df -h", "df -i", "uptime", "nproc", "cat /proc/meminfo", "cat /proc/loadavg", "ls -l /etc", "date", "id", "uname -a"];
const steps = [
  step("slowest", `sleep ${SLOWEST_MS / 1000}`),
  step("access-log", LOG, 480_000),
  step("journal", "seq -f 'Nov 22 12:46:25 host python3[121]: line %g of the journal' 1 4000", 260_000),
  ...ordinary.map((run, n) => step(`table-${n}`, run)),
  ...ordinary.map((run, n) => step(`again-${n}`, run)),
];

const script = compileHostScript({ steps, values: {} });
const others = compileHostScript({ steps: steps.slice(1), values: {} });
const totals: number[] = [];
const alone: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const { output, ms } = await runLocal(script, { timeoutMs: 30_000 });
  const frames = readFrames(output);
  if (!frames.whole || frames.steps.size !== steps.length)
    throw new Error(`the output was not read: ${frames.because ? en.because(frames.because) : "a step is missing"}`);
  const slowestMs = Math.max(SLOWEST_MS, ...[...frames.steps.values()].map((frame) => frame.ms));
  totals.push(ms - slowestMs);
  alone.push((await runLocal(others, { timeoutMs: 30_000 })).ms);
  const kept = [...frames.steps.values()].reduce((sum, frame) => sum + Buffer.byteLength(frame.text), 0);
  console.log(`run ${run + 1}: ${ms} ms, slowest step ${slowestMs} ms, ${output.length} characters for ${kept} bytes of text`);
}

const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
const [median, othersMs] = [middle(totals), middle(alone)];
// A busy machine takes longer for everything; it still is to run the other steps beside the slowest one, and not after it.
const most = Math.max(allowedMs(SLOWEST_MS) - SLOWEST_MS, Math.round(BESIDE * othersMs));
console.log(
  `${steps.length} steps on ${cpus().length} CPUs: ${median} ms over the slowest step (median), ${Math.max(...totals)} ms at worst; ` +
    `the other steps take ${othersMs} ms by themselves, and ${most} ms are allowed for the median`,
);
process.exitCode = median <= most ? 0 : 1;
