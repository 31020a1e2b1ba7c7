import { expect, it } from "vitest";
import { cpuCount } from "../../../../src/evidence/parse/host/cpu-count.ts";
import { cpuPressure } from "../../../../src/evidence/parse/host/cpu-pressure.ts";
import { mpstat } from "../../../../src/evidence/parse/host/mpstat.ts";
import { vmstat } from "../../../../src/evidence/parse/host/vmstat.ts";
import { hostReading } from "./host-reading.ts";
import { reason } from "../../../../src/words/because.ts";

const reading = hostReading("2026-11-22T13:37:48Z");
const header =
  "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n";
const sinceBoot = " 3  1      0 13382952  97980 9968064    0    0  2276  8617  741 2464 32 13 40 14  1\n";

it("takes the median of vmstat's samples and leaves out the average since boot", () => {
  const samples =
    " 1  2      0 13382952  97980 9968064    4    8  4304     0  706 1558 12 17  4 61  6\n 5  0      0 13382952  97980 9968064    0    0  7448 32500  555  883  2  7 48 39  4\n";
  expect(vmstat.parse(header + sinceBoot + samples, reading)).toEqual({
    facts: { runQueue: 3, blocked: 1, user: 7, system: 12, idle: 26, wait: 50, steal: 5, busy: 24, swapIn: 2, swapOut: 4, samples: 2 },
    whole: true,
  });
});

it("does not take the average since boot for the present", () => {
  expect(vmstat.parse(header + sinceBoot, reading)).toEqual({
    facts: { samples: 0 },
    whole: false,
    because: reason("onlySinceBoot"),
  });
});

it("reads newer vmstat's guest column and a table without a header", () => {
  const guest = header.replace("st\n", "st gu\n") + sinceBoot.replace("\n", " 0\n") + " 1  2 0 1 1 1 0 0 1 1 1 1 12 17  4 61  6 0\n";
  expect(vmstat.parse(guest, reading)?.facts).toMatchObject({ steal: 6, idle: 4 });
  expect(vmstat.parse(`${sinceBoot} 1  2 0 1 1 1 0 0 1 1 1 1 12 17  4 61  6\n`, reading)).toMatchObject({
    facts: { idle: 4, busy: 35 },
    whole: false,
  });
});

it("reads mpstat's average over all processors, or the samples where it is cut off", () => {
  const columns = "     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n";
  const text = `Linux 6.1.0 (h) \t11/22/26 \t_x86_64_\t(2 CPU)\n\n13:37:29${columns}13:37:30     all   75.86    1.00   22.66    0.00    0.00    0.99    0.49    0.00    0.00    0.00\n13:37:30       0   75.25    0.00   23.76    0.00    0.00    0.00    0.99    0.00    0.00    0.00\n`;
  expect(mpstat.parse(text, reading)?.facts).toEqual({ idle: 0, steal: 0.49, iowait: 0, user: 76.86 });
  const average = `\nAverage:${columns}Average:     all   79.60    0.00   19.65    0.00    0.00    0.50    0.25    0.00    0.00    7.00\n`;
  expect(mpstat.parse(text + average, reading)?.facts).toEqual({ idle: 7, steal: 0.25, iowait: 0, user: 79.6 });
  expect(mpstat.parse(text.replaceAll("13:37:30 ", "01:37:30 PM "), reading)?.facts).toMatchObject({ user: 76.86 });
  expect(mpstat.parse("sh: 1: mpstat: not found\n", reading)).toBeUndefined();
});

it("reads the processor's pressure and leaves out a figure that was cut", () => {
  const text = "some avg10=95.39 avg60=93.11 avg300=71.81 total=1558359962\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
  expect(cpuPressure.parse(text, reading)).toEqual({ facts: { some10: 95.39, some60: 93.11, some300: 71.81 }, whole: true });
  expect(cpuPressure.parse(text.slice(0, 28), reading)).toEqual({ facts: { some10: 95.39 }, whole: false });
});

it("counts processors, and not those of a number that was cut", () => {
  expect(cpuCount.parse("16\n", reading)).toEqual({ facts: { cpus: 16 }, whole: true });
  expect(cpuCount.parse("1", reading)).toBeUndefined();
  expect(cpuCount.parse("nproc: not found\n", reading)).toBeUndefined();
});
