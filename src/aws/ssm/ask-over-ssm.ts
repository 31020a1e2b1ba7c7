import type { Environment } from "../../config/config.ts";
import type { Asked, AskHosts, Sent as Told, Tell } from "../../evidence/gather.ts";
import { compileHostScript, type Values } from "../../runbook/host-script.ts";
import type { Step } from "../../runbook/schema.ts";
import { becauseOf, reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { cancel, sendOnce, type Order, type Sent } from "./command.ts";
import { badValue, documentName, documentOf, executionTimeoutS, hostStepsOf, RUN_SHELL_SCRIPT } from "./document.ts";
import { follow } from "./follow.ts";
import { findNodes, type Node } from "./nodes.ts";
import { registeredDocument } from "./registered.ts";

type Runbook = { id: string; steps: readonly Step[] };
type Ordered = Pick<Order, "document" | "parameters"> & { executionTimeoutS: number };

/**
 * Asks the hosts of an environment through SSM's Run Command: one command for all that are online, followed until each has answered. Hosts that
 * cannot take it are told at once and not sent to; a document that does not do what the runbook says stops everything before anything is sent.
 * Where it gives up, or is stopped, it asks SSM to cancel.
 */
export function askOverSsm(environment: Environment, runbook: Runbook, access: Access): AskHosts {
  const name = environment.aws?.document ?? documentName(runbook.id);
  const parameters = name !== RUN_SHELL_SCRIPT;
  return async (asked, tell) => {
    const { signal } = asked;
    const ordering = parameters ? orderDocument(access, name, runbook, asked) : orderScript(asked);
    // Looked at below; until then its failure must not count as one that nobody took care of.
    ordering.catch(() => {});
    const nodes = await findNodes(access, environment.hosts, { parameters, signal }).catch((error: unknown) =>
      idsOf(environment, error, signal),
    );
    tell.asking(nodes.map(({ label }) => label));
    for (const { label, unfit } of nodes) if (unfit) tell.onHost(label, { unreachable: unfit });
    const fit = nodes.filter(({ unfit }) => unfit === undefined);
    if (fit.length === 0) return;
    try {
      const ordered = await ordering;
      const tags = Array.isArray(environment.hosts) ? {} : { tags: environment.hosts.tags };
      const order: Order = { ...ordered, ids: fit.map(({ id }) => id), ...tags, about: `gumshoe ${runbook.id}` };
      await run(access, { order, executionTimeoutS: ordered.executionTimeoutS, nodes: fit }, asked, tell);
    } catch (error) {
      signal.throwIfAborted();
      for (const { label } of fit) tell.onHost(label, { unreachable: becauseOf(error) });
    }
  };
}

/** Hosts that the configuration names stand for themselves, also where SSM does not tell of them; by tags nobody can be named. */
function idsOf({ hosts }: Environment, error: unknown, signal: AbortSignal): Node[] {
  if (signal.aborted || !Array.isArray(hosts)) throw error;
  return hosts.map((id) => ({ id, label: id, unfit: becauseOf(error) }));
}

async function orderDocument(access: Access, name: string, runbook: Runbook, { values, signal }: Asked): Promise<Ordered> {
  const bad = badValue(values);
  if (bad !== undefined) throw new Unseen(reason("valueNotAllowed", bad, values[bad] ?? ""));
  const document = await registeredDocument(access, name, documentOf(runbook, ""), signal);
  return { document, parameters: parametersOf(values), executionTimeoutS: executionTimeoutS(hostStepsOf(runbook.steps)) };
}

async function orderScript({ steps, values }: Asked): Promise<Ordered> {
  const limitS = executionTimeoutS(steps);
  const parameters = { commands: compileHostScript({ steps, values }).split("\n"), executionTimeout: [String(limitS)] };
  return { document: { name: RUN_SHELL_SCRIPT }, parameters, executionTimeoutS: limitS };
}

function parametersOf(values: Values): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

type Running = { order: Order; executionTimeoutS: number; nodes: readonly Node[] };

/** Sends the command and follows it; whoever has not answered at the end is told why, once SSM was asked to cancel. */
async function run(
  access: Access,
  { order, executionTimeoutS: limitS, nodes }: Running,
  { steps, signal }: Asked,
  tell: Tell,
): Promise<void> {
  const sent = await sendOnce(access, order, signal);
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  tell.onSent?.(toldOf(order, sent, [...labels.values()]));
  const followed = {
    commandId: sent.commandId,
    ids: order.ids,
    sentAt: sent.sentAt,
    slowestMs: Math.max(...steps.map((step) => step.timeoutS)) * 1000,
    executionTimeoutS: limitS,
  };
  const onEnd: Parameters<typeof follow>[2]["onEnd"] = (id, answer) => tell.onHost(labels.get(id) ?? id, answer);
  const { left, because } = await follow(access, followed, { onEnd, signal });
  if (left.size === 0) return;
  const taken = await cancel(access, sent.commandId);
  tell.onCancelled?.({ commandId: sent.commandId, taken });
  signal.throwIfAborted();
  const unreachable = taken ? reason("several", [because, reason("cancelled")]) : because;
  for (const id of left) tell.onHost(labels.get(id) ?? id, { unreachable });
}

function toldOf({ document }: Order, { commandId, comment, ...sent }: Sent, hosts: readonly string[]): Told {
  const version = document.version ?? sent.version;
  const { name, hash } = document;
  return { commandId, document: name, ...(version ? { version } : {}), ...(hash ? { hash } : {}), comment, hosts };
}
