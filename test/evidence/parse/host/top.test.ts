import { expect, it } from "vitest";
import { top } from "../../../../src/evidence/parse/host/top.ts";
import { hostFixture, hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T13:37:48Z");
const screen = (idle: string, rows: string) =>
  `top - 13:37:22 up  1:13,  0 user,  load average: 1.00, 1.00, 1.00\nTasks:  84 total,   3 running,  81 sleeping,   0 stopped,   0 zombie\n%Cpu(s): ${idle}\nMiB Mem :    470.0 total\n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n${rows}`;
const row = (pid: number, user: string, state: string, cpu: string, command: string) =>
  `${pid} ${user} 20 0 13876 9012 6304 ${state} ${cpu} 0.1 0:00.65 ${command}\n`;
const half = "40.0 us, 10.0 sy,  0.0 ni, 50.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st ";
const facts = (text: string) => top.parse(text, reading)?.facts;

it("reads the last iteration, and tells root's Python swarm from the application's Python by the user", () => {
  expect(top.parse(hostFixture("top-hog.txt"), reading)).toMatchObject({
    whole: true,
    facts: {
      iterations: 2,
      idle: 0,
      tasksRunning: 40,
      topOther: "python3",
      topOtherCount: 36,
      runningOther: 36,
      otherCpu: 67.3,
      unclearCpu: 0,
    },
  });
});

it("believes no idle share of a single iteration, nor one whose parts do not add up", () => {
  expect(facts(screen(half, row(9, "deploy", "R", "5.0", "gunicorn")))).not.toHaveProperty("idle");
  const twice = screen(half, row(9, "deploy", "R", "5.0", "gunicorn"));
  expect(facts(twice + twice)).toMatchObject({ idle: 50, appCpu: 5 });
  expect(facts(twice + twice.replaceAll("50.0 id", " 5.0 id"))).not.toHaveProperty("idle");
});

it("counts no Python as the application's where a gunicorn is called so", () => {
  const rows = row(9, "www", "S", "5.0", "gunicorn") + row(10, "batch", "R", "90.0", "python3");
  expect(facts(screen(half, rows))).toMatchObject({ appCpu: 5, otherCpu: 90, topOther: "python3", unclearCpu: 0 });
});

it("calls Python unclear where several users, or root alone, run it", () => {
  const two = row(9, "www", "S", "5.0", "python3") + row(10, "batch", "R", "90.0", "python3");
  expect(facts(screen(half, two))).toMatchObject({ appCpu: 0, otherCpu: 0, unclearCpu: 95 });
  expect(facts(screen(half, row(9, "root", "R", "90.0", "python3")))).toMatchObject({ otherCpu: 0, unclearCpu: 90 });
});

it("counts neither top itself nor kernel threads", () => {
  const rows =
    row(9, "root", "R", "23.5", "top") + "28 root 20 0 0 0 0 R 40.0 0.0 0:01.10 kcompactd0\n" + row(10, "root", "R", "60.0", "ffmpeg");
  expect(facts(screen(half, rows))).toMatchObject({ otherCpu: 60, topOther: "ffmpeg", runningOther: 1 });
});

it("does not take the first iteration, or Python of a cut table, for what the last would have shown", () => {
  const first = screen(half, row(10, "root", "R", "60.0", "ffmpeg"));
  expect(top.parse(first + screen(half, "").slice(0, 120), reading)).toEqual({ facts: { iterations: 2 }, whole: false });
  const rows =
    row(9, "www", "S", "5.0", "python3") +
    row(8, "www", "S", "5.0", "python3") +
    row(10, "root", "R", "90.0", "python3") +
    row(11, "root", "R", "60.0", "ffmpeg");
  expect(top.parse(first + screen(half, `${rows}12 ro`), reading)?.facts).toEqual({
    otherCpu: 60,
    topOther: "ffmpeg",
    topOtherCount: 1,
    topOtherCpu: 60,
    runningOther: 1,
    idle: 50,
    tasksRunning: 3,
    iterations: 2,
  });
});

it("is no reader of an error message", () => {
  expect(facts("TERM environment variable not set.\n")).toBeUndefined();
});
