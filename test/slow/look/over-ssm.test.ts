import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import { recordedHost, type RecordedHost } from "../../../lab/recorded-host.ts";
import { reachOf } from "../../../src/cli/reach.ts";
import { render } from "../../../src/cli/replay.ts";
import { openLibrary, runbookOf } from "../../../src/cli/shipped.ts";
import { plainPaint } from "../../../src/cli/terminal.ts";
import { readConfig } from "../../../src/config/config.ts";
import { diagnose } from "../../../src/diagnosis/diagnose.ts";
import type { Progress } from "../../../src/evidence/gather.ts";
import { en } from "../../../src/words/en.ts";
import { account, callsOf, node, register, runHere } from "../../aws/account.ts";

const founding = resolve("lab/cases/lightsail-disk-queue");
const at = new Date("2025-10-03T09:40:40Z");
const opened = await openLibrary();
const runbook = runbookOf(opened.library, "web-errors", en);
const document = { id: runbook.id, steps: runbook.steps.filter((step) => step.on === "host") };

// A recording is printed once: each test has a host of its own.
let dir = "";
let host: RecordedHost;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "gumshoe-aws-"));
  host = await recordedHost(founding);
});
afterEach(async () => {
  await host.remove();
  await rm(dir, { recursive: true, force: true });
});

/** A node that answers as the founding incident's host did. */
const founded = (name: string, more: Partial<ManagedNode> = {}) =>
  node(name, { run: async (command) => runHere({ ...command, env: { ...command.env, PATH: host.path } }), ...more });

const configFor = (metrics = `{ files: ${founding}/metrics }`) => `environments:
  prod:
    hosts: { tags: { role: web } }
    aws: { region: us-east-1 }
    caddy: { accessLog: ${host.values.caddyLog} }
    database: { host: db.shop.internal, user: shop, name: shop, monitorUrlFrom: DB_URL }
    metrics: ${metrics}
`;

/** The diagnosis as people read it, of the time when the case was recorded. */
async function diagnosed(
  config: string,
  env: Record<string, string> = {},
): Promise<{ text: string; verdict: string; unseen: Record<string, string> }> {
  const environment = readConfig("gumshoe.yml", config).environments.get("prod");
  if (!environment) throw new Error("the configuration names prod");
  const clock = () => at;
  const unseen: Record<string, string> = {};
  const onProgress = (told: Progress) => {
    if (told.kind === "step" && told.raw.kind === "unknown") unseen[told.step] = en.because(told.raw.because);
  };
  const reach = { ...reachOf(environment, runbook, env, clock), onProgress, signal: new AbortController().signal };
  const { diagnosis } = await diagnose({ ...opened, name: "prod", environment, runbook, reach, clock });
  // Lines are wrapped for the terminal; a sentence is looked for as one.
  const text = render(diagnosis, opened.library, { json: false, words: en, paint: plainPaint }).replace(/\s+/g, " ");
  return { text, verdict: diagnosis.verdict.verdict, unseen };
}

test("gumshoe diagnose over SSM names the founding incident's cause, and says what it sent", async () => {
  const from = await account({ nodes: [founded("web-1"), node("web-2", { ping: "ConnectionLost" })] });
  await register(document);
  const config = join(dir, "gumshoe.yml");
  await writeFile(config, configFor());
  const args = [resolve("src/gumshoe.js"), "diagnose", "prod", "--config", config, "--now", at.toISOString(), "--json"];
  const { code, out, err } = await new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, args, { env: { ...process.env } }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(JSON.parse(out)).toMatchObject({ verdict: "root-cause", rootCauses: ["db-disk-saturated"] });
  expect(err).toMatch(/sent Gumshoe-Diagnose-web-errors, version 1, as command [0-9a-f-]{36}\n/);
  expect(err).toMatch(/web-2: not seen: its SSM agent is offline, last heard 60 min ago\n/);
  expect(callsOf(from, "SendCommand")).toHaveLength(1);
});

test.each<[string, Partial<ManagedNode>, string]>([
  ["an agent that is offline", { ping: "Inactive" }, "its SSM agent is offline"],
  ["an agent that is too old", { agentVersion: "3.0.0.0" }, "its SSM agent is too old (3.0.0.0)"],
  [
    "output that SSM cut",
    {
      run: async (command) => {
        const ran = await runHere({ ...command, env: { ...command.env, PATH: host.path } });
        return { ...ran, stdout: `${"a login message\n".repeat(900)}${ran.stdout}` };
      },
    },
    "the output was cut at",
  ],
  [
    "a script that fails",
    { run: async () => ({ exitCode: 1, stdout: "", stderr: "no space left on device\n" }) },
    "exit code 1: no space left on device",
  ],
])("%s ends in a diagnosis that says so, and calls nothing healthy", async (_, more, words) => {
  await account({ nodes: [founded("web-1", more)] });
  await register(document);
  const { text, verdict } = await diagnosed(configFor());
  expect(text).toContain(words);
  expect(verdict).not.toBe("healthy");
});

test("without a document, and without metrics that answer, the diagnosis says both, and what follows from it", async () => {
  const from = await account({ nodes: [founded("web-1")] });
  from.aws.faults.add({ service: "lightsail", kind: "access-denied" });
  const { text, verdict } = await diagnosed(configFor("{ lightsailDatabase: shop-db }"));
  expect(verdict).toBe("inconclusive");
  expect(text).toContain("there is no SSM document Gumshoe-Diagnose-web-errors; create it from what `gumshoe ssm-document` prints");
  expect(text).toContain("the role lacks lightsail:GetRelationalDatabaseMetricData");
  expect(text).toContain("Could not be told");
  expect(callsOf(from, "SendCommand")).toEqual([]);
});

test("a database that cannot be reached from here is a finding of its own", async () => {
  await account({ nodes: [founded("web-1")] });
  await register(document);
  const { text, unseen } = await diagnosed(configFor(), { DB_URL: "postgres://watch@127.0.0.1:1/shop" });
  const words = 'connection to server at "127.0.0.1", port 1 failed: connect ECONNREFUSED 127.0.0.1:1';
  expect(unseen).toMatchObject({ "db-probe": words, "db-activity": words, "db-counts": words });
  expect(text).toContain("A lock in the database holds requests up: would need db-activity (not seen)");
});
