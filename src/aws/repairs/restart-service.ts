import type { Environment } from "../../config/config.ts";
import type { HostAnswer } from "../../evidence/gather.ts";
import type { OneRestart, RestartService, SentRestart } from "../../remediation/actions/restart-service.ts";
import type { UnitOnHost } from "../../remediation/actions/unit.ts";
import { NotDone } from "../../remediation/durable.ts";
import { becauseOf, reason, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Access } from "../access.ts";
import { findSent, sendOnce } from "../ssm/command.ts";
import { hear } from "../ssm/invocation.ts";
import { findNodes, type Node } from "../ssm/nodes.ts";
import { registeredDocument } from "../ssm/registered.ts";
import { badRepairValue, repairDocument, repairDocumentName, repairTimeoutS, WAIT_S } from "./documents.ts";
import { answersOf, parametersOf, tagsOf } from "./look.ts";
import { readUnit } from "./read-unit.ts";
import { surely } from "./send.ts";
import type { actingAs } from "./session.ts";

/** The hosts of an environment, the way by which they are looked at, and the way by which an approved plan changes them. */
type Hosts = { hosts: Environment["hosts"]; looks: Access; acts: ReturnType<typeof actingAs> };

const ABOUT = "gumshoe";

/** Restarting services on hosts that SSM reaches, by registered documents alone. */
export function restartsOverSsm({ hosts, looks, acts }: Hosts): RestartService {
  return {
    look: async (unit, signal, nodes) => lookAtUnit({ hosts, looks }, { unit, signal, nodes }),
    document: async (signal) => registeredDocument(looks, repairDocumentName("restart-service"), repairDocument("restart-service"), signal),
    values: valuesOf,
    send: async (restart, signal) => send(acts(restart.plan), looks, restart, signal),
    find: async ({ document, word }, since) => {
      const found = await findSent(looks, { document, about: ABOUT, word }, since);
      return found && { commandId: found.commandId, sentAt: found.sentAt.toISOString() };
    },
    ended: async ({ commandId, sentAt }, node, signal) => {
      const ageMs = looks.clock.now().getTime() - new Date(sentAt).getTime();
      const seen = { commandId, id: node, ageMs, executionTimeoutS: repairTimeoutS("restart-service") };
      const heard = await hear(looks, seen, signal);
      if (heard === "running" || "unreachable" in heard) return heard;
      const { before, after } = readUnit(heard.output);
      if (!before || !after) return { unreachable: reason("cutOff") };
      return { before, after };
    },
  };
}

function valuesOf(unit: string): Record<string, string> {
  return { unit, waitS: String(WAIT_S) };
}

async function send(access: Access, looks: Access, { document, unit, node, word }: OneRestart, signal: AbortSignal): Promise<SentRestart> {
  const values = valuesOf(unit);
  const bad = badRepairValue("restart-service", values);
  if (bad !== undefined) throw new NotDone(say("refusedBy", reason("valueNotAllowed", bad, values[bad] ?? "")));
  const { commandId } = await surely(
    sendOnce(access, { document, parameters: parametersOf(values), ids: [node], about: ABOUT, word }, signal, looks),
  );
  return { commandId, sentAt: looks.clock.now().toISOString() };
}

type Look = { unit: string; signal: AbortSignal; nodes: readonly string[] | undefined };

/** One read-only command for all hosts that can take it; what it finds on each, or why that is not known. */
async function lookAtUnit({ hosts, looks }: Omit<Hosts, "acts">, { unit, signal, nodes }: Look): Promise<UnitOnHost[]> {
  const bad = badRepairValue("look-service", { unit });
  if (bad !== undefined) throw new Unseen(reason("valueNotAllowed", bad, unit));
  const [all, document] = await Promise.all([
    findNodes(looks, hosts, { parameters: true, signal }),
    registeredDocument(looks, repairDocumentName("look-service"), repairDocument("look-service"), signal),
  ]);
  const meant = all.filter(({ id }) => nodes === undefined || nodes.includes(id));
  const fit = meant.filter(({ unfit: because }) => because === undefined).map(({ id }) => id);
  const answers =
    fit.length === 0
      ? new Map<string, HostAnswer>()
      : await answersOf(looks, { script: "look-service", document, values: { unit }, ids: fit, ...tagsOf(hosts) }, signal);
  return meant.map((node) => seenOn(node, answers.get(node.id)));
}

function seenOn({ id: node, label: host, unfit }: Node, answer: HostAnswer | undefined): UnitOnHost {
  if (unfit) return { host, node, unreachable: unfit };
  if (!answer) return { host, node, unreachable: reason("undelivered") };
  if ("unreachable" in answer) return { host, node, unreachable: answer.unreachable };
  try {
    const { now: unit } = readUnit(answer.output);
    return unit ? { host, node, unit } : { host, node, unreachable: reason("cutOff") };
  } catch (error) {
    return { host, node, unreachable: becauseOf(error) };
  }
}
