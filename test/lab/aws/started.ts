import { execFile } from "node:child_process";
import { afterEach } from "vitest";
import { startLocalAws, type LocalAws } from "../../../lab/aws/local-aws.ts";
import type { AwsWorld, ManagedNode, MetricPoint, NodeCommand, NodeResult } from "../../../lab/aws/world.ts";
import type { Clock } from "../../../lab/clock.ts";

const running: LocalAws[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.stop()));
});

/** A local AWS with a small world, stopped after the test; `world` says what differs. */
export async function started(world: Partial<AwsWorld> = {}, clock?: Clock): Promise<LocalAws> {
  const aws = await startLocalAws({ world: worldOf(world), ...(clock ? { clock } : {}) });
  running.push(aws);
  return aws;
}

/** A world without waiting times; what is not named is empty. */
export function worldOf(world: Partial<AwsWorld> = {}): AwsWorld {
  const empty = { nodes: [], lightsailDatabases: [], lightsailInstances: [], rdsInstances: [], metrics: () => [] };
  return { ...empty, delaysMs: { delivery: 0, invocationVisible: 0 }, ...world };
}

/** Settings of an SDK client that lead to a local AWS: what a user has in the environment. */
export function clientOf({ endpoint, env }: LocalAws) {
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! };
  return { endpoint, region: env.AWS_REGION!, credentials, maxAttempts: 1 };
}

/** A node that runs scripts with the shell of this machine. */
export function node(differs: Partial<ManagedNode> = {}): ManagedNode {
  const base = { id: "mi-0123456789abcdef0", name: "shop-web-1", tags: { env: "prod" }, ping: "Online" as const };
  return { ...base, agentVersion: "3.3.3050.0", platform: "Ubuntu", run: shell, ...differs };
}

/** Run a script and take what it printed, killed when its signal says so. */
function shell({ script, env, signal }: NodeCommand): Promise<NodeResult> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, signal, maxBuffer: 1e8, killSignal: "SIGKILL" as const };
    execFile("sh", ["-c", script], options, (error, stdout, stderr) => {
      resolve({ exitCode: error ? (typeof error.code === "number" ? error.code : 137) : 0, stdout, stderr });
    });
  });
}

/** A node's script that ends only when it is stopped. */
export const untilStopped = ({ signal }: NodeCommand): Promise<NodeResult> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ exitCode: 137, stdout: "as far as it came\n", stderr: "" }), { once: true });
  });

/** Points once a minute, the given value in every statistic. */
export function minutes(from: Date, values: readonly number[]): MetricPoint[] {
  return values.map((value, index) => {
    const at = from.getTime() + index * 60_000;
    return { at, average: value, maximum: value * 2, minimum: 0, sum: value * 5, sampleCount: 5 };
  });
}

/** What a call that must be refused is refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; message: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error("the call was not refused");
}
