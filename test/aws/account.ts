import { spawn } from "node:child_process";
import { setImmediate as turn } from "node:timers/promises";
import { CreateDocumentCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, vi } from "vitest";
import type { Clock, VirtualClock } from "../../lab/clock.ts";
import { startLocalAws, type LocalAws } from "../../lab/aws/local-aws.ts";
import type { AwsWorld, ManagedNode, NodeResult } from "../../lab/aws/world.ts";
import { openAccess, type Access } from "../../src/aws/access.ts";
import { askOverSsm } from "../../src/aws/ssm/ask-over-ssm.ts";
import { documentName, documentOf, textOf } from "../../src/aws/ssm/document.ts";
import { readConfig, type Environment } from "../../src/config/config.ts";
import type { HostAnswer, Sent } from "../../src/evidence/gather.ts";
import type { HostStep } from "../../src/runbook/schema.ts";
import { tellBecause } from "../../src/words/because.ts";
import { reasonsEn } from "../../src/words/reasons-en.ts";

/** An account of the lab, the way to it as the product has it, and the settings that lead there, until the test has ended. */
export type Account = { aws: LocalAws; access: Access };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0)) await stop();
});

/** Nothing of this machine's own settings may play a part. */
const ALONE = { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };

/** Starts an account; whoever asks with `access` waits by the same clock, and gives a call up after `requestMs`. */
export async function account(
  world: Partial<AwsWorld>,
  { clock, requestMs = 10_000, role }: { clock?: Clock; requestMs?: number; role?: string } = {},
): Promise<Account> {
  const aws = await startLocalAws({
    world: { nodes: [], lightsailDatabases: [], lightsailInstances: [], rdsInstances: [], metrics: () => [], ...world },
    ...(clock ? { clock } : {}),
  });
  stops.push(aws.stop);
  for (const [name, value] of Object.entries({ ...ALONE, ...aws.env })) vi.stubEnv(name, value);
  const limitsMs = { connect: 2_000, request: requestMs };
  const region = aws.env["AWS_REGION"] ?? "";
  return { aws, access: openAccess({ region, ...(role ? { role } : {}) }, { limitsMs, ...(clock ? { clock } : {}) }) };
}

/** How often an operation was asked for. */
export const callsOf = ({ aws }: Account, operation: string) => aws.calls.filter((call) => call.operation === operation);

/** Moves the clock on until something has come about; the calls between are real ones, and take their real time. */
export async function meanwhile<Result>(clock: VirtualClock, asking: Promise<Result>): Promise<Result> {
  let done = false;
  const note = () => void (done = true);
  asking.then(note, note);
  while (!done) {
    await clock.advance(100);
    await turn();
  }
  return asking;
}

let nodes = 0;

/** A node that runs what it is sent with this machine's shell, unless `run` says otherwise. */
export function node(name: string, more: Partial<ManagedNode> = {}): ManagedNode {
  const id = `mi-${String(nodes++).padStart(17, "0")}`;
  return { id, name, tags: { role: "web" }, ping: "Online", agentVersion: "3.3.3572.0", platform: "Ubuntu", run: runHere, ...more };
}

/** Runs a script as an agent does: an environment of its own with what the document adds, ended by the signal. */
export const runHere: ManagedNode["run"] = async ({ script, env, signal }) =>
  new Promise<NodeResult>((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", script], {
      env: { PATH: "/usr/bin:/bin", ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const told = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (part: string) => (told.stdout += part));
    child.stderr.setEncoding("utf8").on("data", (part: string) => (told.stderr += part));
    const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", kill);
      resolve({ exitCode: code ?? 137, ...told });
    });
  });

/** Host steps by id with their text; each may take 5 s. */
export function steps(texts: Record<string, string>): HostStep[] {
  return Object.entries(texts).map(([id, run]) => ({
    id,
    title: { en: id, ko: id },
    parser: "load",
    on: "host",
    timeoutS: 5,
    outputChars: 4_000,
    keep: "newest",
    needs: [],
    run,
  }));
}

/** The runbook that most tests ask by. */
export const runbook = { id: "short", steps: steps({ well: "echo fine", unit: 'echo "unit $GUNICORN_UNIT"' }) };

/** An environment with these hosts, as a configuration has it. */
export function environment(hosts: string, more: { document?: string; metrics?: string } = {}): Environment {
  const document = more.document ? `, document: ${more.document}` : "";
  const text = `environments:
  prod:
    hosts: ${hosts}
    aws: { region: us-east-1${document} }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.internal }
${more.metrics ? `    metrics: ${more.metrics}\n` : ""}`;
  return readConfig("gumshoe.yml", text).environments.get("prod") as Environment;
}

/** Registers the document of a runbook, as an operator does. */
export async function register(of: { id: string; steps: readonly HostStep[] } = runbook, name = documentName(of.id)): Promise<void> {
  await new SSMClient({}).send(
    new CreateDocumentCommand({ Name: name, DocumentType: "Command", Content: textOf(documentOf(of, "for a test")) }),
  );
}

/** What came of an asking: each host's answer or the words of why there is none, and what was told on the way. */
export type Came = {
  asked: readonly string[];
  answers: Map<string, HostAnswer>;
  said: Record<string, string>;
  sent: Sent[];
  cancelled: boolean[];
};

type How = {
  of?: typeof runbook;
  values?: Record<string, string>;
  signal?: AbortSignal;
  onSent?: () => void;
  onHost?: (host: string) => void;
};

/** Asks an environment's hosts by a runbook through the account. */
export async function askHosts(
  from: Account,
  where: Environment,
  { of = runbook, values, signal, onSent, onHost }: How = {},
): Promise<Came> {
  const came: Came = { asked: [], answers: new Map(), said: {}, sent: [], cancelled: [] };
  await askOverSsm(
    where,
    of,
    from.access,
  )(
    {
      steps: of.steps,
      values: { gunicornUnit: "shop", caddyLog: "/var/log/caddy/access.log", ...values },
      timeoutMs: 20_000,
      signal: signal ?? new AbortController().signal,
    },
    {
      asking: (hosts) => (came.asked = hosts),
      onHost: (host, answer) => {
        came.answers.set(host, answer);
        onHost?.(host);
        if ("unreachable" in answer) came.said[host] = tellBecause(reasonsEn, answer.unreachable);
      },
      onSent: (sent) => {
        came.sent.push(sent);
        onSent?.();
      },
      onCancelled: ({ taken }) => came.cancelled.push(taken),
    },
  );
  return came;
}
