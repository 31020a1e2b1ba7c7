import { describe, expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import { figuresOf } from "../../src/diagnosis/figures.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import { readEvidence, type Raw, type RawEvidence } from "../../src/evidence/read-evidence.ts";
import { reason } from "../../src/words/because.ts";
import { at, log, ordinary } from "../evidence/parse/web/made-requests.ts";

const { library, parsers } = await openLibrary();
const { raw: founding } = await readCase("lab/cases/lightsail-disk-queue");
const steps = library.runbooks.get("web-errors")!.steps;

const read = (raw: RawEvidence) => figuresOf(raw, readEvidence(raw, steps, parsers));
const output = (text: string): Raw => ({ kind: "output", text, whole: true, exitCode: 0 });

/** The founding case with something else on its host, or on another host besides. */
function changed(step: string, result: Raw, host?: string): RawEvidence {
  const hosts = new Map(
    [...founding.hosts].map(([name, results]) => [name, host === undefined ? new Map(results).set(step, result) : results]),
  );
  const [first = new Map<string, Raw>()] = founding.hosts.values();
  return { ...founding, hosts: host === undefined ? hosts : hosts.set(host, new Map(first).set(step, result)) };
}

test("the founding incident has the figures of its disk, its connects and its requests", () => {
  const { at: when, queue, connects, requests } = read(founding);
  expect(when).toBe(founding.at.getTime());
  expect(queue).toMatchObject({ is: "seen" });
  if (queue.is !== "seen") return;
  expect(queue.what.points).toHaveLength(30);
  expect(queue.what.points.at(-1)!.value).toBeGreaterThan(10);
  expect(connects).toEqual({ is: "seen", what: { attempts: 3, failed: 3 } });
  expect(requests).toMatchObject({ is: "seen", what: { from: founding.at.getTime() - 180_000 } });
});

describe("requests", () => {
  test("are those that arrived in the last three minutes, of all hosts", () => {
    const made = log([...ordinary(600, 0), { agoS: 400, status: 502 }, { agoS: 60, status: 502 }, { agoS: 30, status: 500 }]);
    const raw = { ...changed("caddy-access", output(made)), at };
    expect(read(raw).requests).toEqual({ is: "seen", what: { from: at.getTime() - 180_000, requests: 182, failed: 2 } });
  });
  test("of a host that could not be asked are not seen, whatever the others say", () => {
    const because = reason("hostOffline");
    expect(read(changed("caddy-access", { kind: "unknown", because }, "web-2")).requests).toEqual({ is: "unseen", because });
  });
  test("of a log that nothing was written into are none, which proves nothing", () => {
    expect(read(changed("caddy-access", output("")))).toMatchObject({ requests: { is: "seen", what: { requests: 0, failed: 0 } } });
  });
});

describe("connects", () => {
  test("are as slow as the slowest", () => {
    const lines = [12, 31].map((ms) => `${JSON.stringify({ attempt: 1, ok: true, connect_ms: ms })}\n`).join("");
    expect(read(changed("db-connect", output(lines))).connects).toEqual({ is: "seen", what: { slowestMs: 31, attempts: 2, failed: 0 } });
  });
  test("that were cut short are not seen", () => {
    const cut = `${JSON.stringify({ attempt: 1, ok: true, connect_ms: 12 })}\n{"attempt": 2, "ok": tr`;
    expect(read(changed("db-connect", { ...output(cut), whole: false, because: reason("cutOff") } as Raw)).connects).toMatchObject({
      is: "unseen",
    });
  });
});

describe("the disk queue", () => {
  test("that was not asked for is not measured; one that could not be read is not seen", () => {
    const because = reason("noMetrics");
    expect(read({ ...founding, metrics: { kind: "unknown", because, unasked: true } }).queue).toEqual({ is: "not-measured" });
    expect(read({ ...founding, metrics: { kind: "unknown", because } }).queue).toEqual({ is: "unseen", because });
  });
});
