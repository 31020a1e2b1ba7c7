import { expect, it } from "vitest";
import { memoryCgroup } from "../../../../src/evidence/parse/host/memory-cgroup.ts";
import { hostReading } from "./host-reading.ts";

const parse = (text: string) => memoryCgroup.parse(text, hostReading("2026-11-22T12:55:00Z"));

it("reads cgroup v1's bare limit and oom_control", () => {
  expect(parse("220200960\noom_kill_disable 0\nunder_oom 0\noom_kill 18\n")).toEqual({
    facts: { limitBytes: 220200960, oomKillsEver: 18 },
    whole: true,
  });
});

it("reads cgroup v2's files, named in any of the usual ways", () => {
  const facts = { limitBytes: 1000, usedBytes: 900, usedShare: 0.9, oomKillsEver: 2 };
  expect(parse("memory.max 1000\nmemory.current 900\nlow 0\nhigh 0\nmax 12\noom 2\noom_kill 2\noom_group_kill 0\n")?.facts).toEqual(facts);
  const titled =
    "==> /sys/fs/cgroup/system.slice/x.service/memory.max <==\n1000\n\n==> /sys/fs/cgroup/system.slice/x.service/memory.current <==\n900\n\n==> /sys/fs/cgroup/system.slice/x.service/memory.events <==\nmax 12\noom_kill 2\n";
  expect(parse(titled)?.facts).toEqual(facts);
  expect(parse("memory.max:1000\nmemory.current:900\nmemory.events:oom_kill 2\n")?.facts).toEqual(facts);
});

it("says nothing of a limit where there is none", () => {
  expect(parse("memory.max max\nmemory.current 900\noom_kill 0\n")?.facts).toEqual({ usedBytes: 900, oomKillsEver: 0 });
  expect(parse("9223372036854771712\n900\noom_kill 0\n")?.facts).toEqual({ usedBytes: 900, oomKillsEver: 0 });
});

it("is no reader of an error message", () => {
  expect(parse("cat: /sys/fs/cgroup/memory.max: No such file or directory\n")).toBeUndefined();
});
