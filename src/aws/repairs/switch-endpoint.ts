import { createHash } from "node:crypto";
import type { Environment } from "../../config/config.ts";
import type { HostAnswer } from "../../evidence/gather.ts";
import type { CopyProof, Endpoint, HostEnd, HostLook, SwitchEndpoint } from "../../remediation/actions/switch/host.ts";
import { becauseOf, reason, said } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { findNodes, type Node } from "../ssm/nodes.ts";
import { WAIT_S } from "./documents.ts";
import { endOf, lookBy, ordersOverSsm, type Program } from "./host-orders.ts";
import { readSeen, readSwitch } from "./read-switch.ts";
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

/** Switching hosts that SSM reaches, by registered documents alone: one for looking, and one that changes, each host by itself. */
export function switchesOverSsm(switching: Switching): SwitchEndpoint {
  const { settings } = switching;
  const { copy } = settings;
  return {
    ...ordersOverSsm(switching, programOf(settings)),
    look: async (planId, signal) => lookAtHosts(switching, planId, signal),
    clientsOf: switching.clientsOf ?? (async () => undefined),
    proveCopy: copy && (async (signal) => proofOf(switching, copy, signal)),
    copyHost: copy?.host,
    values: (_planId, sums) => valuesOf(settings, sums),
  };
}

function programOf(settings: SwitchSettings): Program {
  return {
    changes: "switch-endpoint",
    looks: "look-endpoint",
    values: ({ plan, verb, sums }) => ({ ...given(plan, verb), ...valuesOf(settings, sums) }),
    read: readSwitch,
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

async function lookAtHosts(switching: Switching, planId: string, signal: AbortSignal): Promise<HostLook[]> {
  const { hosts, looks, settings } = switching;
  const all = await findNodes(looks, hosts, { parameters: true, signal });
  const fit = all.filter(({ unfit }) => unfit === undefined).map(({ id }) => id);
  const looking = { plan: planId, verb: "look", sums: "" };
  const answers =
    fit.length === 0 ? new Map<string, HostAnswer>() : await lookBy(switching, { program: programOf(settings), looking, ids: fit }, signal);
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
    const looking = { plan: `copy-${id}`, verb, sums: "" };
    const answers = await lookBy(switching, { program: programOf(settings), looking, ids: [node.id] }, signal);
    return endOf(answers.get(node.id), readSwitch);
  };
  const state = await asked("fence");
  if (!("says" in state)) return { id, holds: false, because: whyNot(state) };
  const { "copy.usable": usable, "copy.fence": fence, "copy.fingerprint": fingerprint = "", "copy.aside": aside = "" } = state.says;
  if (usable !== "yes" || fence !== "proven") return { id, holds: false, because: said(`usable=${usable ?? ""} fence=${fence ?? ""}`) };
  const proof = await asked("prove");
  return "says" in proof
    ? { id, fingerprint, holds: true, ...(aside === "" ? {} : { aside }) }
    : { id, holds: false, because: whyNot(proof) };
}

function whyNot(end: HostEnd) {
  if ("unreachable" in end) return end.unreachable;
  return "because" in end ? said(end.because) : reason("cutOff");
}
