import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { recordedHost } from "../../../lab/recorded-host.ts";
import { readFrames } from "../../../src/evidence/frames.ts";
import { redact } from "../../../src/evidence/redact.ts";
import { runLocal } from "../../../src/host/run-local.ts";
import { compileHostScript } from "../../../src/runbook/host-script.ts";
import { StepsFile, type HostStep } from "../../../src/runbook/schema.ts";

const root = join(import.meta.dirname, "../../..");
const recording = join(root, "test/fixtures/recorded-host");
const recorded = new Map(
  readdirSync(join(recording, "evidence")).map((name) => [
    name.replace(/\.\w+$/, ""),
    readFileSync(join(recording, "evidence", name), "utf8"),
  ]),
);

/** The steps that run on hosts, from the reviewed library itself. */
function hostSteps(): HostStep[] {
  const files = readdirSync(join(root, "runbooks")).filter((name) => /^steps.*\.yml$/.test(name));
  const steps = files.flatMap((name) => StepsFile.parse(parseYaml(readFileSync(join(root, "runbooks", name), "utf8"))).steps);
  return steps.filter((step) => step.on === "host");
}

it("answers the real host script with what was recorded, and with nothing where nothing was", async () => {
  const host = await recordedHost(recording);
  try {
    const steps = hostSteps();
    const run = await runLocal(compileHostScript({ steps, values: host.values, limitChars: 200_000 }), {
      timeoutMs: 25_000,
      path: host.path,
    });
    const frames = readFrames(run.output);
    expect([...frames.steps.keys()]).toEqual(steps.map((step) => step.id));
    for (const [id, frame] of frames.steps) {
      const text = recorded.get(id);
      if (text === undefined) expect([id, frame.exitCode, frame.text]).toEqual([id, 127, ""]);
      else expect([id, frame.exitCode, frame.text]).toEqual([id, 0, redact(text)]);
    }
    expect(frames.steps.get("caddy-access")?.text).toContain("/reset/?token=[redacted]");
  } finally {
    await host.remove();
  }
});

it("is gone when it is removed", async () => {
  const host = await recordedHost(recording);
  const bin = host.path.split(":")[0] ?? "";
  expect(existsSync(join(bin, "journalctl"))).toBe(true);
  await host.remove();
  expect(existsSync(dirname(bin))).toBe(false);
});
