import { expect, it } from "vitest";
import { changes } from "../../../../src/evidence/parse/host/changes.ts";
import { hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T13:10:00Z", "2026-11-22T13:00:00Z");
const facts = (text: string) => changes.parse(text, reading)?.facts;

it("tells the newest change before the incident, of whatever kind", () => {
  const text = [
    "== packages ==",
    "2026-11-19 06:00:01 upgrade libc6:amd64 2.36-9 2.36-10",
    "2026-11-22 12:00:01 upgrade caddy:amd64 2.6.2 2.7.1",
    "2026-11-22 12:00:02 status installed caddy:amd64 2.7.1",
    "== units ==",
    "Nov 22 12:58:20 h systemd[1]: Started gunicorn.service - shop.",
    "Nov 22 12:58:19 h systemd[1]: Stopped gunicorn.service - shop.",
    "Nov 22 12:59:00 h systemd[1]: Started apt-daily.service - Daily apt download.",
    "Nov 22 13:05:00 h systemd[1]: Started gunicorn.service - shop.",
    "== files ==",
    "2026-11-22T12:55:00.1234567890+0000 /srv/shop/settings.py",
    "",
  ].join("\n");
  const parsed = changes.parse(text, reading);
  expect(parsed?.facts).toEqual({
    packagesChanged: 1,
    packageChanged: "upgrade caddy 2.6.2 → 2.7.1",
    unitRestarts: 2,
    unitRestarted: "started gunicorn",
    filesChanged: 1,
    fileChanged: "/srv/shop/settings.py",
    lastChangeAtMs: Date.parse("2026-11-22T13:05:00Z"),
    lastChange: "started gunicorn",
    changedBeforeS: 100,
    changeBefore: "started gunicorn",
  });
  expect(parsed?.moments?.map(({ what }) => what)).toEqual(["changed", "changed", "changed", "changed"]);
  expect(parsed?.whole).toBe(true);
});

it("leaves out what a missing section would tell, and counts none where an empty one stands", () => {
  expect(facts("== files ==\n")).toEqual({ filesChanged: 0 });
});

it.each([
  ["         system boot  2026-11-22 12:59", true],
  ["         system boot  Nov 22 12:59", true],
  ["2026-11-22 12:59:10", true],
  [" 0 91fd9765aa5449ab86e184932a18b235 Sun 2026-11-22 12:59:10 UTC—Sun 2026-11-22 13:07:07 UTC", true],
  ["         system boot  2026-11-22 09:10", false],
])("reads the host's start from %j", (line, rebooted) => {
  expect(facts(`== boots ==\n${line}\n`)).toMatchObject({ rebootedInWindow: rebooted });
});

it("reads apt's history and dnf's log", () => {
  expect(
    facts(
      "== packages ==\nStart-Date: 2026-11-22  12:00:01\nCommandline: apt upgrade\nUpgrade: caddy:amd64 (2.6.2, 2.7.1), curl:amd64 (7.88, 7.89)\nEnd-Date: 2026-11-22  12:00:09\n",
    ),
  ).toMatchObject({
    packagesChanged: 2,
    packageChanged: "upgrade curl 7.88 → 7.89",
    changedBeforeS: 3599,
  });
  expect(facts("== packages ==\n2026-11-22T12:00:01+0000 SUBDEBUG Upgraded: caddy-2.7.1-1.el9.x86_64\n")).toMatchObject({
    packagesChanged: 1,
    packageChanged: "upgraded caddy-2.7.1-1.el9.x86_64",
  });
});

it("is no reader of a text without sections", () => {
  expect(facts("2026-11-22 12:00:01 upgrade caddy:amd64 2.6.2 2.7.1\n")).toBeUndefined();
});
