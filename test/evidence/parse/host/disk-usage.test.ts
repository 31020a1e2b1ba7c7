import { expect, it } from "vitest";
import { diskUsage } from "../../../../src/evidence/parse/host/disk-usage.ts";
import { hostReading } from "./host-reading.ts";

const facts = (text: string) => diskUsage.parse(text, hostReading("2026-11-22T12:55:00Z"))?.facts;
const du = "4.9G\t/\n4.2G\t/var\n4.0G\t/var/log\n693M\t/usr\n452M\t/usr/lib\n";

it("goes down to the deepest folder that holds at least half", () => {
  expect(facts(du)).toEqual({ largest: "/var/log", largestBytes: 4 * 1024 ** 3 });
});

it("goes on to a file where ls lists the folder", () => {
  const ls =
    "/var/log:\ntotal 4130568\n-rw-r--r--   1 root     root            4229398528 Nov 22 13:01 app debug.log\ndrwxr-xr-x   2 caddy    caddy                 4096 Nov 22 13:01 caddy\n";
  expect(facts(du + ls)).toEqual({ largest: "/var/log/app debug.log", largestBytes: 4229398528 });
});

it("counts bare numbers as KiB, or bytes where they are too large for that", () => {
  expect(facts("5138022\t/\n")).toEqual({ largest: "/", largestBytes: 5138022 * 1024 });
  expect(facts("52613349376\t/\n")).toEqual({ largest: "/", largestBytes: 52613349376 });
});

it("is no reader of an error message", () => {
  expect(facts("du: cannot access '/x': No such file or directory\n")).toBeUndefined();
});
