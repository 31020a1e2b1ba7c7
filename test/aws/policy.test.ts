import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rdsEvents } from "../../src/aws/metrics/rds-events.ts";
import { metricsFromCloud } from "../../src/aws/metrics/cloud.ts";
import { account, askHosts, callsOf, environment, node, register } from "./account.ts";

type Statement = { Action: string | string[]; Resource: string | string[]; Condition?: unknown };
const blocks = [...readFileSync("docs/aws.md", "utf8").matchAll(/<!-- policy: (\w+) -->\n```json\n(.*?)```/gs)];
const policies: Record<string, Statement[]> = Object.fromEntries(
  blocks.map(([, name, json]) => [name, (JSON.parse(json ?? "") as { Statement: Statement[] }).Statement] as const),
);
const actionsOf = (statements: Statement[] = []) => [...new Set(statements.flatMap(({ Action }) => Action))].toSorted();

const ROLE = "arn:aws:iam::111122223333:role/gumshoe-diagnose";
const SERIES = ["lightsail-database.DiskQueueDepth", "lightsail-instance.CPUUtilization", "rds.ReadIOPS"];

test("the policies in the manual allow exactly what is asked of AWS, in the best case and in the worst", async () => {
  const never = async ({ signal }: { signal: AbortSignal }) =>
    new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
      signal.addEventListener("abort", () => resolve({ exitCode: 137, stdout: "", stderr: "" }), { once: true });
    });
  const from = await account({ nodes: ["web-1", "web-2", "web-3", "web-4"].map((name) => node(name, { run: never })) }, { role: ROLE });
  await register();
  const setUp = callsOf(from, "CreateDocument").length;
  const diagnose = actionsOf(policies["diagnose"]);
  from.aws.world.allowed = ({ service, operation, principal }) =>
    (principal.includes("assumed-role") ? diagnose : actionsOf(policies["base"])).includes(`${service}:${operation}`);
  const signal = new AbortController().signal;
  const stop = new AbortController();
  // A lost answer is looked up, and a stopped look cancels.
  from.aws.faults.add({ operation: "SendCommand", kind: "reset-after", times: 1 });
  const asking = askHosts(from, environment("{ tags: { role: web } }"), { signal: stop.signal });
  while (callsOf(from, "ListCommandInvocations").length === 0) await new Promise((wake) => setTimeout(wake, 20));
  stop.abort();
  await expect(asking).rejects.toThrow();
  from.aws.world.nodes.splice(1);
  from.aws.world.nodes[0]!.run = async () => ({ exitCode: 0, stdout: "", stderr: "" });
  await askHosts(from, environment("{ tags: { role: web } }"));
  await metricsFromCloud({ lightsailDatabase: "d", lightsailInstance: "i", rds: "r" }, from.access)(SERIES, signal);
  await rdsEvents(from.access, "r")({ timeoutMs: 5_000, signal });
  const called = from.aws.calls.slice(setUp).map(({ service, operation }) => `${service}:${operation}`);
  expect([...new Set(called)].toSorted()).toEqual([...diagnose, ...actionsOf(policies["base"])].toSorted());
  expect(from.aws.calls.filter(({ error }) => error?.startsWith("AccessDenied"))).toEqual([]);
});

test("commands may be sent only by the registered documents, and only to hosts that are tagged for it", () => {
  const sends = (policies["diagnose"] ?? []).filter(({ Action }) => [Action].flat().includes("ssm:SendCommand"));
  expect(sends.map(({ Resource, Condition }) => [Resource, Condition])).toEqual([
    ["arn:aws:ssm:REGION:ACCOUNT:document/Gumshoe-Diagnose-*", undefined],
    [
      ["arn:aws:ssm:REGION:ACCOUNT:managed-instance/*", "arn:aws:ec2:REGION:ACCOUNT:instance/*"],
      { StringEquals: { "aws:ResourceTag/gumshoe": "enabled" } },
    ],
  ]);
});
