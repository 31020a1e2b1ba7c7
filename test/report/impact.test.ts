import { expect, test } from "vitest";
import { readCase } from "../../src/evidence/read-case.ts";
import type { Raw, RawEvidence } from "../../src/evidence/read-evidence.ts";
import { storyOf } from "../../src/report/story/story.ts";
import { recordOf, reportingIn, type Told } from "./recorded-incident.ts";

const { raw: founding } = await readCase("lab/cases/lightsail-disk-queue");
const OPENED = new Date("2025-10-03T09:22:10Z");
const LOG = founding.hosts.get("local")!.get("caddy-access") as Raw & { kind: "output" };
const LINES = LOG.text.trimEnd().split("\n");
const END = /"ts":([\d.]+)/;

function withLog(change: Partial<Raw & { kind: "output" }> | undefined, at = founding.at, host = "local"): RawEvidence {
  const steps = new Map(founding.hosts.get("local"));
  if (change) steps.set("caddy-access", { ...LOG, ...change });
  else steps.delete("caddy-access");
  return { ...founding, at, hosts: new Map([[host, steps]]) };
}

function impactOf(looks: readonly RawEvidence[], incident: Told["incident"] = {}) {
  return storyOf(recordOf(OPENED, { looks, incident }), reportingIn("en", new Date("2025-10-03T10:15:00Z"))).impact;
}

test("the same look twice counts each request once", () => {
  const [once, twice] = [impactOf([founding]), impactOf([founding, founding])];
  expect(once).toMatchObject({ requests: 337, failed: 159, exact: true, hosts: 1, ofHosts: 1 });
  expect(twice).toEqual(once);
});

test("two looks that overlap are put together to what one look over all of it counts", () => {
  const half = Math.floor(LINES.length * 0.6);
  const until = new Date(Number(END.exec(LINES[half - 1]!)![1]) * 1000 + 1000);
  const first = withLog({ text: `${LINES.slice(0, half).join("\n")}\n` }, until);
  const second = withLog({ text: `${LINES.slice(half - 40).join("\n")}\n`, lostOldest: true, whole: false });
  expect(impactOf([first, second])).toMatchObject({ requests: 337, failed: 159, exact: true });
});

test("two looks with a gap between them give lower bounds", () => {
  const [third, twoThirds] = [Math.floor(LINES.length * 0.5), Math.floor(LINES.length * 0.85)];
  const until = new Date(Number(END.exec(LINES[third - 1]!)![1]) * 1000 + 1000);
  const first = withLog({ text: `${LINES.slice(0, third).join("\n")}\n` }, until);
  const second = withLog({ text: `${LINES.slice(twoThirds).join("\n")}\n`, lostOldest: true, whole: false });
  const impact = impactOf([first, second])!;
  expect(impact.exact).toBe(false);
  expect(impact.failed).toBeLessThan(159);
});

test("logs that end before the incident was shown to be over give lower bounds", () => {
  expect(impactOf([founding], { state: "recovered", endedAt: new Date("2025-10-03T10:02:10Z") })).toMatchObject({
    failed: 159,
    exact: false,
  });
});

test("two lines that are alike in one log are two requests", () => {
  const failing = LINES.find((line) => line.includes('"status":502'))!;
  const doubled = withLog({ text: `${[...LINES, failing].join("\n")}\n` });
  expect(impactOf([doubled])).toMatchObject({ failed: 160 });
  expect(impactOf([doubled, doubled])).toMatchObject({ failed: 160 });
});

test("a host whose log was not seen makes the others' counts lower bounds", () => {
  const two = { ...founding, hosts: new Map([...founding.hosts, ["mi-2", new Map<string, Raw>()]]) };
  expect(impactOf([two])).toMatchObject({ failed: 159, exact: false, hosts: 1, ofHosts: 2 });
});

test("without an access log nothing is counted, and the reason is told", () => {
  const story = storyOf(recordOf(OPENED, { looks: [withLog(undefined)] }), reportingIn("en", founding.at));
  expect(story.impact).toBeUndefined();
});

test("the last minute, whose requests are not logged yet, is not drawn as one without failures", () => {
  const minutes = impactOf([founding])!.perMinute;
  expect(minutes.at(-1)!.value).toBeGreaterThan(0);
  expect(minutes.reduce((sum, { value }) => sum + value, 0)).toBeLessThanOrEqual(159);
});
