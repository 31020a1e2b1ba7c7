import type { Environment } from "../../config/config.ts";
import type { HostAnswer } from "../../evidence/gather.ts";
import type { HostEnd, HostOrders, Order, SentOrder } from "../../remediation/actions/switch/host.ts";
import { NotDone } from "../../remediation/durable.ts";
import { becauseOf, reason, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Access } from "../access.ts";
import { findSent, sendOnce } from "../ssm/command.ts";
import { hear } from "../ssm/invocation.ts";
import { registeredDocument } from "../ssm/registered.ts";
import { badRepairValue, repairDocument, repairDocumentName, repairTimeoutS, type RepairScript } from "./documents.ts";
import { answersOf, parametersOf, tagsOf } from "./look.ts";
import { surely } from "./send.ts";
import type { actingAs } from "./session.ts";

/** Hosts over SSM, with the role that looks and the one that acts. */
export type OverSsm = { hosts: Environment["hosts"]; looks: Access; acts: ReturnType<typeof actingAs> };

/** What a program is told: for which plan, what to do, and the checksums of the host's files where it has any. */
type Told = { plan: string; verb: string; sums: string };

/** A program on hosts: the document by which it changes, the one by which it looks, its values, and how its output is read (throws an Unseen). */
export type Program = {
  changes: RepairScript;
  looks: RepairScript;
  values: (told: Told) => Record<string, string>;
  read: (output: string) => HostEnd;
};

const ABOUT = "gumshoe";

/** Orders to hosts that SSM reaches, by the two registered documents of a program. */
export function ordersOverSsm(over: OverSsm, program: Program): HostOrders {
  const { looks, acts } = over;
  return {
    document: async (signal) => registered(looks, program.changes, signal),
    send: async (order, signal) => send({ looks, access: acts(order.plan), program }, order, signal),
    find: async ({ document, word }, since) => {
      const found = await findSent(looks, { document, about: ABOUT, word }, since);
      return found && { commandId: found.commandId, sentAt: found.sentAt.toISOString() };
    },
    ended: async ({ commandId, sentAt }, node, signal) => {
      const ageMs = looks.clock.now().getTime() - new Date(sentAt).getTime();
      const heard = await hear(looks, { commandId, id: node, ageMs, executionTimeoutS: repairTimeoutS(program.changes) }, signal);
      return heard === "running" ? heard : endOf(heard, program.read);
    },
    ask: async ({ plan, verb, node, sums }, signal) => {
      const answers = await lookBy(over, { program, looking: { plan: plan.id, verb, sums }, ids: [node] }, signal);
      return endOf(answers.get(node), program.read);
    },
    now: () => looks.clock.now(),
  };
}

async function registered(looks: Access, id: RepairScript, signal: AbortSignal) {
  return registeredDocument(looks, repairDocumentName(id), repairDocument(id), signal);
}

type Sending = { looks: Access; access: Access; program: Program };

async function send({ looks, access, program }: Sending, order: Order, signal: AbortSignal): Promise<SentOrder> {
  const { plan, document, verb, node, sums, word } = order;
  const values = program.values({ plan: plan.id, verb, sums });
  const bad = badRepairValue(program.changes, values);
  if (bad !== undefined) throw new NotDone(say("refusedBy", reason("valueNotAllowed", bad, "")));
  const wanted = { document, parameters: parametersOf(values), ids: [node], about: ABOUT, word };
  const { commandId } = await surely(sendOnce(access, wanted, signal, looks));
  return { commandId, sentAt: looks.clock.now().toISOString() };
}

/** What a host's answer comes to. */
export function endOf(answer: HostAnswer | undefined, read: Program["read"]): HostEnd {
  if (!answer) return { unreachable: reason("undelivered") };
  if ("unreachable" in answer) return { unreachable: answer.unreachable };
  try {
    return read(answer.output);
  } catch (error) {
    return { unreachable: becauseOf(error) };
  }
}

/** One look at all the hosts named, by a program's document that only reads. */
export async function lookBy(
  { hosts, looks }: Pick<OverSsm, "hosts" | "looks">,
  { program, looking, ids }: { program: Program; looking: Told; ids: readonly string[] },
  signal: AbortSignal,
): Promise<Map<string, HostAnswer>> {
  const script = program.looks;
  const values = program.values(looking);
  const bad = badRepairValue(script, values);
  if (bad !== undefined) throw new Unseen(reason("valueNotAllowed", bad, ""));
  const document = await registered(looks, script, signal);
  return answersOf(looks, { script, document, values, ids, ...tagsOf(hosts) }, signal);
}
