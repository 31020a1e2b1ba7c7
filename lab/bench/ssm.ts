import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { CreateDocumentCommand, SSMClient } from "@aws-sdk/client-ssm";
import { documentName, documentOf, textOf } from "../../src/aws/ssm/document.ts";
import { reachOf } from "../../src/cli/reach.ts";
import { readConfig } from "../../src/config/config.ts";
import { gather, type Progress } from "../../src/evidence/gather.ts";
import type { HostStep } from "../../src/runbook/schema.ts";
import { startLocalAws } from "../aws/local-aws.ts";
import type { ManagedNode } from "../aws/world.ts";

/** What a diagnosis may take over SSM: its slowest step and a part of it, plus what asking, delivering and following cost. */
const allowedMs = (slowestMs: number) => 1.15 * slowestMs + 1_000;

/** Seconds that the slowest step takes, each a few times: most diagnoses end within ten. */
const SLOWEST_S = [1, 2, 4, 8];
const RUNS = 3;

const step = (id: string, run: string): HostStep => ({
  id,
  title: { en: id, ko: id },
  parser: "load",
  on: "host",
  timeoutS: 10,
  outputChars: 20_000,
  keep: "newest",
  needs: [],
  run,
});
const ordinary = ["df -h", "uptime", "cat /proc/meminfo", "ls -l /etc", "id", "uname -a"].map((run, nth) => step(`table-${nth}`, run));

/** What the script itself took on the host, from its start to its last output. */
let scriptMs = 0;

const run: ManagedNode["run"] = async ({ script, env, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", script], {
      env: { PATH: process.env["PATH"], ...env },
      signal,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const began = performance.now();
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (stdout += part));
    child.once("error", reject).once("close", (code) => {
      scriptMs = performance.now() - began;
      resolve({ exitCode: code ?? 137, stdout, stderr: "" });
    });
  });

/** One host, since more would only take each other's CPUs on this machine. */
const node: ManagedNode = {
  id: "mi-0123456789abcdef0",
  name: "web-1",
  tags: { role: "web" },
  ping: "Online",
  agentVersion: "3.3.3572.0",
  platform: "Ubuntu",
  run,
};
const world = { nodes: [node], lightsailDatabases: [], lightsailInstances: [], rdsInstances: [], metrics: () => [] };
const aws = await startLocalAws({ world });
Object.assign(process.env, aws.env);
const environment = readConfig(
  "gumshoe.yml",
  `environments: { prod: { hosts: { tags: { role: web } }, aws: { region: ${aws.env["AWS_REGION"]} }, caddy: { accessLog: /log }, database: { host: db } } }`,
).environments.get("prod");
if (!environment) throw new Error("the configuration names prod");

const left: number[] = [];
for (const slowestS of SLOWEST_S) {
  const over: number[] = [];
  const runbook = { id: `bench-${slowestS}`, steps: [step("slowest", `sleep ${slowestS}`), ...ordinary] };
  const Content = textOf(documentOf(runbook, "a bench"));
  await new SSMClient({}).send(new CreateDocumentCommand({ Name: documentName(runbook.id), DocumentType: "Command", Content }));
  for (let nth = 0; nth < RUNS; nth++) {
    let slowestMs = 0;
    const onProgress = (told: Progress) => {
      if (told.kind === "step" && told.raw.kind === "output") slowestMs = Math.max(slowestMs, told.ms);
    };
    const began = performance.now();
    const reach = { ...reachOf(environment, runbook, {}), onProgress, signal: new AbortController().signal };
    await gather(environment, runbook.steps, reach, () => new Date());
    const ms = Math.round(performance.now() - began);
    if (slowestMs < slowestS * 1000) throw new Error("the host did not answer");
    over.push(ms - allowedMs(slowestMs));
    const script = Math.round(scriptMs);
    console.log(
      `slowest step ${slowestMs} ms, its script ${script} ms, SSM adds ${ms - script} ms: ${ms} of ${Math.round(allowedMs(slowestMs))} ms`,
    );
  }
  // What else the machine does only adds to a run: the best one tells what SSM and its own work take.
  left.push(-Math.min(...over));
}
await aws.stop();
const least = Math.min(...left);
console.log(
  `${cpus().length} CPUs: ${Math.round(least)} ms were left, in the best of ${RUNS} runs for the slowest step for which that was least`,
);
process.exitCode = least >= 0 ? 0 : 1;
