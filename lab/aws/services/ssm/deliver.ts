import type { ManagedNode, NodeResult } from "../../world.ts";
import { scriptOf, type Script } from "./parameters.ts";
import type { Command, Invocation, Plugin, Ssm } from "./ssm-state.ts";
import { amount, end, errorsOf } from "./status.ts";

/** An agent executes at most so many commands at once (CommandWorkersLimit of the agent). */
const AT_ONCE = 5;

/** How often an agent that is away or busy is tried again. */
const RETRY_MS = 500;

/** What is killed has this long to hand its output over. */
const GRACE_MS = 5_000;

/** The exit code of what the agent killed; it takes a script that ends so by itself for killed too. */
const KILLED = 137;

const DELIVERY_MS = 100;

/** Characters kept of each output: one more than the longest answer has, so that it still is cut. */
const KEPT = 24_001;

/**
 * Carry a command out: as many nodes at once as MaxConcurrency says, and no further ones once more than MaxErrors have failed. Never rejects;
 * how it goes is in the invocations.
 */
export async function carryOut(ssm: Ssm, command: Command): Promise<void> {
  const waiting = [...command.invocations];
  const total = waiting.length;
  const next = async () => {
    for (let invocation = waiting.shift(); invocation; invocation = waiting.shift()) {
      if (errorsOf(command) > amount(command.maxErrors, total)) end(invocation, "Terminated");
      else await carryOutOn(ssm, command, invocation);
    }
  };
  const atOnce = Math.min(total, Math.max(1, amount(command.maxConcurrency, total)));
  await Promise.all(Array.from({ length: atOnce }, next));
}

async function carryOutOn(ssm: Ssm, command: Command, invocation: Invocation): Promise<void> {
  const { node } = invocation;
  const arrived = await deliver(ssm, command, invocation);
  if (arrived !== "InProgress") return end(invocation, arrived);
  invocation.detail = "InProgress";
  try {
    end(invocation, await runSteps(ssm, command, invocation));
  } finally {
    ssm.busy.set(node.id, (ssm.busy.get(node.id) ?? 1) - 1);
  }
}

/** Run one step after the other; a failure ends them only where the document says so, and the first one is how it all ended. */
async function runSteps(ssm: Ssm, { content, values }: Command, invocation: Invocation): Promise<Plugin["detail"]> {
  const { node, plugins, cancel } = invocation;
  for (const [index, step] of content.steps.entries()) {
    if (cancel.signal.aborted) return "Cancelled";
    const plugin = plugins[index]!;
    await runStep(ssm, invocation, plugin, { ...step, script: scriptOf(step, values, content.parameters, node.agentVersion) });
    if (plugin.detail === "Success" || !step.inputs.onFailure) continue;
    return step.inputs.onFailure === "successAndExit" ? "Success" : plugin.detail;
  }
  return plugins.find(({ detail }) => detail !== "Success")?.detail ?? "Success";
}

/** Wait until the agent takes the command; `InProgress` says that it has, and that it counts among those the node runs. */
async function deliver(ssm: Ssm, { expiresAt }: Command, { node, cancel }: Invocation): Promise<Plugin["detail"]> {
  const { clock, world, closing } = ssm.account;
  const signal = AbortSignal.any([cancel.signal, closing]);
  await clock.sleep(world.delaysMs?.delivery ?? DELIVERY_MS, signal);
  if (node.ping === "Inactive") return "Undeliverable";
  while (!signal.aborted) {
    const leftMs = expiresAt.getTime() - clock.now().getTime();
    if (leftMs <= 0) return "DeliveryTimedOut";
    const busy = ssm.busy.get(node.id) ?? 0;
    if (node.ping === "Online" && node.delivers !== false && busy < AT_ONCE) {
      ssm.busy.set(node.id, busy + 1);
      return "InProgress";
    }
    await clock.sleep(Math.min(RETRY_MS, leftMs), signal);
  }
  return "Cancelled";
}

type Runnable = Command["content"]["steps"][number] & { script: Script };

async function runStep(ssm: Ssm, { node, cancel }: Invocation, plugin: Plugin, step: Runnable): Promise<void> {
  const { clock } = ssm.account;
  plugin.detail = "InProgress";
  plugin.startedAt = clock.now();
  const [name, platform] = step.precondition?.StringEquals ?? [];
  let outcome: Outcome;
  if (name !== undefined && !(name.includes("platformType") && platform === "Linux")) {
    outcome = { detail: "Success", exitCode: 0, stdout: "Step execution skipped due to unsatisfied preconditions", stderr: "" };
  } else if (step.action !== "aws:runShellScript") {
    outcome = { detail: "Failed", exitCode: 1, stdout: "", stderr: `Plugin with name ${step.action} is not supported by the local AWS` };
  } else {
    outcome = await run(ssm, node, step.script, cancel.signal);
  }
  const { detail, exitCode, stdout, stderr } = outcome;
  // Whatever is asked later, no more than this can be told of an output.
  const kept = { stdout: stdout.slice(0, KEPT), stderr: stderr.slice(0, KEPT) };
  Object.assign(plugin, { detail, responseCode: exitCode, ...kept, endedAt: clock.now() } satisfies Partial<Plugin>);
}

type Outcome = NodeResult & { detail: Plugin["detail"] };

/** Run a script as the agent does: stopped at its execution time-out or when it is cancelled, its output kept as far as it came. */
async function run(ssm: Ssm, node: ManagedNode, { script, env, timeoutS }: Script, cancel: AbortSignal): Promise<Outcome> {
  const { clock, closing } = ssm.account;
  const [late, over] = [new AbortController(), new AbortController()];
  const timeoutMs = timeoutS * 1000;
  const timer = clock.sleep(timeoutMs, AbortSignal.any([over.signal, closing])).then(() => {
    if (!over.signal.aborted) late.abort();
  });
  const signal = AbortSignal.any([late.signal, cancel, closing]);
  const killed: NodeResult = { exitCode: KILLED, stdout: "", stderr: "" };
  const unanswered = new Promise<NodeResult>((resolve) => {
    const giveUp = () => void clock.sleep(GRACE_MS, over.signal).then(() => resolve(killed));
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
  const ran = (async () => node.run({ script, env, timeoutMs, signal }))();
  const broken = (error: Error): NodeResult => ({ exitCode: 1, stdout: "", stderr: error.message });
  const result = await Promise.race([ran.catch(broken), unanswered]);
  over.abort();
  await timer;
  if ((cancel.aborted || closing.aborted) && result.exitCode !== 0) return { ...result, exitCode: KILLED, detail: "Cancelled" };
  if (late.signal.aborted || result.exitCode === KILLED) return { ...result, exitCode: KILLED, detail: "ExecutionTimedOut" };
  if (result.exitCode === 0) return { ...result, detail: "Success" };
  const complaint = result.stderr === "" || result.stderr.endsWith("\n") ? result.stderr : `${result.stderr}\n`;
  return { ...result, stderr: `${complaint}failed to run commands: exit status ${result.exitCode}`, detail: "Failed" };
}
