import { say, type PlanSay } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { givenBy, saysMove } from "../moves.ts";
import { isRefused, type Draft, type Refused } from "../plan.ts";
import {
  callsOn,
  changesOf,
  hostsToSwitch,
  moveOf,
  MS_PER_HOST,
  named,
  touchedAddress,
  touchedDocument,
  touchedHost,
  type SwitchWish,
} from "./switch/draft.ts";
import { saysKept } from "./copy/fence.ts";
import type { SeenOn, SwitchEndpoint } from "./switch/host.ts";
import { notesOf } from "./switch/refuse.ts";
import type { Switching } from "./switch/steps.ts";
import { hostsIn, leadOver } from "./switch/story.ts";
import { refusal } from "./unit.ts";

/** What the configuration says of a switch; the units begin again in this order. `monitor` is the variable with the monitoring role's address. */
export type SwitchRules = SwitchWish & { monitor?: string; everyMs?: number };

/**
 * Leads the application on every host from one database to another. All hosts are staged before the first is changed, the old database stays fenced
 * throughout, and whatever fails, all go back. It is opened again only when every host has the old address again.
 */
export function switchEndpoint(port: SwitchEndpoint, rules: SwitchRules): Action {
  return {
    id: "switch-endpoint",
    draft: async (asked) => draftOf(port, rules, asked),
    run: async (plan, durable, signal) =>
      run({ port, document: "document", plan, durable, signal, everyMs: rules.everyMs ?? 15_000 }, rules),
  };
}

async function draftOf(port: SwitchEndpoint, { endpoint, units }: SwitchRules, asked: Asked): Promise<Draft | Refused> {
  const { planId, signal, made } = asked;
  const [seen, proof, document] = await Promise.all([
    hostsToSwitch(port, { endpoint, units }, asked),
    port.proveCopy?.(signal),
    port.document(signal),
  ]);
  if (isRefused(seen)) return seen;
  // Where nobody can look for clients, the proof says that behind the fence there is none.
  if (!proof || port.copyHost === undefined) return refusal("no-proof", say("noCopyProof"));
  if (!proof.holds) return refusal("copy-does-not-hold", say("copyDoesNotHold", proof.id, proof.because));
  const undoer = named(seen, port.copyHost);
  if (isRefused(undoer)) return undoer;
  return {
    calls: seen.flatMap((each) => callsOn(port, { planId, document, verbs: ["stage", "switch"] }, each)),
    touches: [
      ...seen.map(touchedHost),
      touchedAddress(endpoint, units, made),
      { kind: "copy", name: proof.id, state: { fingerprint: proof.fingerprint, host: port.copyHost, ...asideIn(proof) } },
      touchedDocument("document", document),
    ],
    says: saysOf(seen, { endpoint, units }, asideSays(endpoint.from, proof.id, { host: port.copyHost, ...asideIn(proof) })),
  };
}

const asideIn = ({ aside }: { aside?: string }) => (aside === undefined ? {} : { aside });

/** Of an old database that has another name now: how it is called, and how it comes back. */
function asideSays(from: string, id: string, state: Draft["touches"][number]["state"]): PlanSay[] {
  const { aside, host } = state;
  return typeof aside === "string" ? [saysKept({ aside }, from, { id, host: String(host) })] : [];
}

function saysOf(seen: readonly SeenOn[], { endpoint, units }: SwitchRules, kept: readonly PlanSay[]): Draft["says"] {
  return {
    does: [...changesOf(seen, endpoint), say("unitsBeginAgain", units)],
    risks: [say("switchDowntime", units), say("newWritesStay", endpoint.to)],
    takes: [say("switchTakes", seen.length, seen.length * MS_PER_HOST)],
    costs: [say("costsNothing")],
    undo: [say("switchIsUndone"), say("oldStaysFenced", endpoint.from), ...kept],
    unchecked: notesOf(seen),
  };
}

async function run(switching: Switching, { endpoint, monitor }: SwitchRules): Promise<Done> {
  const hosts = hostsIn(switching.plan);
  const copy = switching.plan.draft.touches.find(({ kind }) => kind === "copy");
  const undoer = hosts.find(({ host, node }) => host === copy?.state["host"] || node === copy?.state["host"]);
  await leadOver({ switching, hosts, endpoint, undoer, fingerprint: String(copy?.state["fingerprint"]) });
  const names = hosts.map(({ host }) => host);
  const move = moveOf(switching.plan, endpoint);
  const kept = copy === undefined ? [] : asideSays(endpoint.from, copy.name, copy.state);
  return {
    says: [say("endpointSwitched", endpoint.to, names), say("oldStaysFenced", endpoint.from), ...kept, saysMove(move, monitor)],
    mends: true,
    gives: givenBy(move),
  };
}
