import { createHash } from "node:crypto";
import type { Environment } from "../../config/config.ts";
import type { HostAnswer } from "../../evidence/gather.ts";
import type { CopyProof, Endpoint, HostEnd, HostLook, Order, SentOrder, SwitchEndpoint } from "../../remediation/actions/switch/host.ts";
import { NotDone } from "../../remediation/durable.ts";
import { becauseOf, reason, said, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Access } from "../access.ts";
import { findSent, sendOnce } from "../ssm/command.ts";
import { hear } from "../ssm/invocation.ts";
import { findNodes, type Node } from "../ssm/nodes.ts";
import { registeredDocument } from "../ssm/registered.ts";
import { badRepairValue, repairDocument, repairDocumentName, repairTimeoutS, WAIT_S, type RepairScript } from "./documents.ts";
import { answersOf, parametersOf, tagsOf } from "./look.ts";
import { readSeen, readSwitch } from "./read-switch.ts";
import { surely } from "./send.ts";
import type { actingAs } from "./session.ts";

/** What the configuration says of a switch. */
type SwitchSettings = {
  endpoint: Endpoint;
  envFiles: readonly { path: string; key: string }[];
  units: readonly string[];
  health: string;
  copy?: { id: string; host: string } | undefined;
};

type Switching = {
  hosts: Environment["hosts"];
  looks: Access;
  acts: ReturnType<typeof actingAs>;
  settings: SwitchSettings;
  clientsOf?: SwitchEndpoint["clientsOf"];
};

const ABOUT = "gumshoe";

/** Switching hosts that SSM reaches, by registered documents alone: one for looking, and one that changes, each host by itself. */
export function switchesOverSsm(switching: Switching): SwitchEndpoint {
  const { looks, acts, settings } = switching;
  const { copy } = settings;
  return {
    look: async (planId, signal) => lookAtHosts(switching, planId, signal),
    clientsOf: switching.clientsOf ?? (async () => undefined),
    proveCopy: copy && (async (signal) => proofOf(switching, copy, signal)),
    copyHost: copy?.host,
    document: async (signal) => registered(looks, "switch-endpoint", signal),
    values: (_planId, sums) => valuesOf(settings, sums),
    send: async (order, signal) => send(switching, acts(order.plan), order, signal),
    find: async ({ document, word }, since) => {
      const found = await findSent(looks, { document, about: ABOUT, word }, since);
      return found && { commandId: found.commandId, sentAt: found.sentAt.toISOString() };
    },
    ended: async (sent, node, signal) => endedOf(looks, sent, node, signal),
    ask: async ({ plan, verb, node, sums }, signal) => {
      const answers = await lookBy(switching, { ...given(plan.id, verb), ...valuesOf(settings, sums) }, [node], signal);
      return endOf(answers.get(node));
    },
    now: () => looks.clock.now(),
  };
}

/** Several keys of one file go together: the file is written once. */
function valuesOf({ endpoint, envFiles, units, health, copy }: SwitchSettings, sums: string): Record<string, string> {
  const keys = new Map<string, string[]>();
  for (const { path, key } of envFiles) keys.set(path, [...(keys.get(path) ?? []), key]);
  return {
    old: endpoint.from,
    new: endpoint.to,
    sslmode: endpoint.sslmode ?? "",
    files: [...keys].map(([path, of]) => `${path}:${of.join(",")}`).join(" "),
    sums,
    units: units.join(" "),
    health,
    copy: copy?.id ?? "",
    waitS: String(WAIT_S),
  };
}

/** The key of a plan's hashes: the same whenever the plan is made anew, and no other plan's. */
function given(plan: string, verb: string): Record<string, string> {
  return { verb, plan, hashKey: createHash("sha256").update(`gumshoe switch-endpoint ${plan}`).digest("hex") };
}

async function registered(looks: Access, id: RepairScript, signal: AbortSignal) {
  return registeredDocument(looks, repairDocumentName(id), repairDocument(id), signal);
}

async function send({ looks, settings }: Switching, access: Access, order: Order, signal: AbortSignal): Promise<SentOrder> {
  const { plan, document, verb, node, sums, word } = order;
  const values = { ...given(plan.id, verb), ...valuesOf(settings, sums) };
  const bad = badRepairValue("switch-endpoint", values);
  if (bad !== undefined) throw new NotDone(say("refusedBy", reason("valueNotAllowed", bad, "")));
  const wanted = { document, parameters: parametersOf(values), ids: [node], about: ABOUT, word };
  const { commandId } = await surely(sendOnce(access, wanted, signal, looks));
  return { commandId, sentAt: looks.clock.now().toISOString() };
}

async function endedOf(looks: Access, { commandId, sentAt }: SentOrder, node: string, signal: AbortSignal): Promise<"running" | HostEnd> {
  const ageMs = looks.clock.now().getTime() - new Date(sentAt).getTime();
  const heard = await hear(looks, { commandId, id: node, ageMs, executionTimeoutS: repairTimeoutS("switch-endpoint") }, signal);
  return heard === "running" ? heard : endOf(heard);
}

function endOf(answer: HostAnswer | undefined): HostEnd {
  if (!answer) return { unreachable: reason("undelivered") };
  if ("unreachable" in answer) return { unreachable: answer.unreachable };
  try {
    return readSwitch(answer.output);
  } catch (error) {
    return { unreachable: becauseOf(error) };
  }
}

async function lookBy({ hosts, looks }: Switching, values: Record<string, string>, ids: readonly string[], signal: AbortSignal) {
  const bad = badRepairValue("look-endpoint", values);
  if (bad !== undefined) throw new Unseen(reason("valueNotAllowed", bad, ""));
  const document = await registered(looks, "look-endpoint", signal);
  return answersOf(looks, { script: "look-endpoint", document, values, ids, ...tagsOf(hosts) }, signal);
}

async function lookAtHosts(switching: Switching, planId: string, signal: AbortSignal): Promise<HostLook[]> {
  const { hosts, looks, settings } = switching;
  const all = await findNodes(looks, hosts, { parameters: true, signal });
  const fit = all.filter(({ unfit }) => unfit === undefined).map(({ id }) => id);
  const values = { ...given(planId, "look"), ...valuesOf(settings, "") };
  const answers = fit.length === 0 ? new Map<string, HostAnswer>() : await lookBy(switching, values, fit, signal);
  return all.map((node) => seenOn(node, answers.get(node.id)));
}

function seenOn({ id: node, label: host, unfit }: Node, answer: HostAnswer | undefined): HostLook {
  if (unfit) return { host, node, unreachable: unfit };
  if (!answer) return { host, node, unreachable: reason("undelivered") };
  if ("unreachable" in answer) return { host, node, unreachable: answer.unreachable };
  try {
    return { host, node, seen: readSeen(answer.output) };
  } catch (error) {
    return { host, node, unreachable: becauseOf(error) };
  }
}

/** The copy is asked on its own host: that it is whole, that its fence is up, and that nothing was written since. */
async function proofOf(switching: Switching, { id, host }: { id: string; host: string }, signal: AbortSignal): Promise<CopyProof> {
  const { hosts, looks, settings } = switching;
  const all = await findNodes(looks, hosts, { parameters: true, signal });
  const node = all.find((each) => each.id === host || each.label === host);
  if (!node) return { id, holds: false, because: reason("hostUnknown") };
  if (node.unfit) return { id, holds: false, because: node.unfit };
  const asked = async (verb: string) => {
    const values = { ...given(`copy-${id}`, verb), ...valuesOf(settings, "") };
    return endOf((await lookBy(switching, values, [node.id], signal)).get(node.id));
  };
  const state = await asked("fence");
  if (!("says" in state)) return { id, holds: false, because: whyNot(state) };
  const { "copy.usable": usable, "copy.fence": fence, "copy.fingerprint": fingerprint = "" } = state.says;
  if (usable !== "yes" || fence !== "proven") return { id, holds: false, because: said(`usable=${usable ?? ""} fence=${fence ?? ""}`) };
  const proof = await asked("prove");
  return "says" in proof ? { id, fingerprint, holds: true } : { id, holds: false, because: whyNot(proof) };
}

function whyNot(end: HostEnd) {
  if ("unreachable" in end) return end.unreachable;
  return "because" in end ? said(end.because) : reason("cutOff");
}
