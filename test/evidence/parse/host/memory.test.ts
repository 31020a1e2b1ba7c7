import { expect, it } from "vitest";
import { memory } from "../../../../src/evidence/parse/host/memory.ts";
import { hostReading } from "./host-reading.ts";

const header = "               total        used        free      shared  buff/cache   available\n";
const parse = (text: string) => memory.parse(text, hostReading("2026-11-22T12:55:00Z"));

it("reads free -m", () => {
  const text = `${header}Mem:            1916         842         215           4         859         913\nSwap:           1023         512         511\n`;
  expect(parse(text)).toEqual({
    facts: { totalMb: 1916, usedMb: 842, availableMb: 913, availableShare: 0.477, swapTotalMb: 1023, swapUsedMb: 512, swapUsedShare: 0.5 },
    whole: true,
  });
});

it("finds the unit by the size: KiB, bytes, and suffixes", () => {
  const row = (cells: string) => parse(`${header}Mem: ${cells}\nSwap: 0 0 0\n`)?.facts;
  expect(row("1961984 862208 220160 4096 879616 934912")).toMatchObject({ totalMb: 1916, availableMb: 913, swapUsedShare: 0 });
  expect(row("2009071616 882900992 225443840 4194304 900726784 957349888")).toMatchObject({ totalMb: 1916, usedMb: 842 });
  expect(row("1.9Gi 842Mi 215Mi 4.0Mi 859Mi 913Mi")).toMatchObject({ totalMb: 1946, availableMb: 913 });
});

it("adds buffers and cache to the free memory where an old free has no available column", () => {
  const text =
    "             total       used       free     shared    buffers     cached\nMem:          1916       1800        116          4        100        600\n-/+ buffers/cache:       1100        816\nSwap:         1023          0       1023\n";
  expect(parse(text)?.facts).toMatchObject({ availableMb: 816, swapTotalMb: 1023, swapUsedMb: 0 });
});

it("leaves out what a cut line may have falsified", () => {
  const cut = parse(`${header}Mem:            1916         842         215           4         859         91`);
  expect(cut).toBeUndefined();
  const noSwap = parse(`${header}Mem:            1916         842         215           4         859         913\nSwap:           10`);
  expect(noSwap).toMatchObject({ whole: false, facts: { availableMb: 913 } });
  expect(noSwap?.facts).not.toHaveProperty("swapTotalMb");
});

it("is no reader of an error message", () => {
  expect(parse("sh: 1: free: not found\n")).toBeUndefined();
});
