import { say, type PlanSay } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { Stopped } from "../durable.ts";
import { isRefused, type Call, type Draft, type Refused } from "../plan.ts";
import type { Endpoint, SeenOn, SwitchDocument, SwitchEndpoint } from "./switch/host.ts";
import { allSeen, linesOf, notesOf, refuseClients, refuseConsumers, refuseLines } from "./switch/refuse.ts";
import { lookOn, orderOn, proveCopy, type OnHost, type StepEnd, type Switching } from "./switch/steps.ts";
import { refusal } from "./unit.ts";

/** What the configuration says of a switch; the units begin again in this order. */
export type SwitchRules = { endpoint: Endpoint; units: readonly string[]; everyMs?: number };

/** How often a host that did not go back is told to. */
const BACK_ATTEMPTS = 3;

/** A host's share of the downtime: its units stop, start and stay up, and the request goes through. */
const MS_PER_HOST = 45_000;

/**
 * Leads the application on every host from one database to another. All hosts are staged before the first is changed, the old database stays fenced
 * throughout, and whatever fails, all go back. It is opened again only when every host has the old address again.
 */
export function switchEndpoint(port: SwitchEndpoint, rules: SwitchRules): Action {
  return {
    id: "switch-endpoint",
    draft: async (asked) => draftOf(port, rules, asked),
    run: async (plan, durable, signal) => run({ port, plan, durable, signal, everyMs: rules.everyMs ?? 15_000 }, rules),
  };
}

async function draftOf(port: SwitchEndpoint, { endpoint, units }: SwitchRules, { planId, signal }: Asked): Promise<Draft | Refused> {
  if (endpoint.from.toLowerCase() === endpoint.to.toLowerCase()) return refusal("same-address", say("sameAddress", endpoint.from));
  const [looks, clients, proof, document] = await Promise.all([
    port.look(planId, signal),
    port.clientsOf(signal),
    port.proveCopy?.(signal),
    port.document(signal),
  ]);
  const seen = allSeen(looks);
  if (isRefused(seen)) return seen;
  const refused = refuseLines(seen, endpoint) ?? refuseConsumers(seen, units) ?? refuseClients(clients ?? [], seen);
  if (refused) return refused;
  // Where nobody can look for clients, the proof says that behind the fence there is none.
  if (!proof || port.copyHost === undefined) return refusal("no-proof", say("noCopyProof"));
  if (!proof.holds) return refusal("copy-does-not-hold", say("copyDoesNotHold", proof.id, proof.because));
  const undoer = seen.some(({ host, node }) => host === port.copyHost || node === port.copyHost);
  if (!undoer)
    return refusal(
      "no-proof",
      say(
        "hostNotHere",
        port.copyHost,
        seen.map(({ host }) => host),
      ),
    );
  return {
    calls: seen.flatMap((each) => callsOn(port, planId, document, each)),
    touches: [
      ...seen.map(touchedHost),
      { kind: "address", name: endpoint.to, state: { from: endpoint.from, sslmode: endpoint.sslmode ?? "", units: units.join(" ") } },
      { kind: "copy", name: proof.id, state: { fingerprint: proof.fingerprint, host: port.copyHost } },
      { kind: "document", name: document.name, state: { version: document.version, hash: document.hash ?? "" } },
    ],
    says: saysOf(seen, { endpoint, units }),
  };
}

function callsOn(port: SwitchEndpoint, planId: string, document: SwitchDocument, { node, seen }: SeenOn): Call[] {
  const values = port.values(planId, sumsOf(seen));
  return ["stage", "switch"].map((verb) => ({ on: "host", document: document.name, hosts: [node], values: { verb, ...values } }));
}

const sumsOf = ({ files }: SeenOn["seen"]): string => files.map(({ sha256, sha256After }) => `${sha256}:${sha256After}`).join(" ");

/** What must be the same on a host when the plan runs: its files, the real lines by their hashes, and who reads them. */
function touchedHost({ host, node, seen }: SeenOn): Draft["touches"][number] {
  const files = seen.files.map(({ path, owner, mode }) => `${path} ${owner} ${mode}`).join("; ");
  const lines = seen.lines.map(({ path, number, hash, hashAfter }) => `${path}:${number} ${hash} ${hashAfter}`).join("; ");
  const consumers = seen.units.map(({ name }) => name).toSorted();
  return { kind: "host", name: host, state: { node, sums: sumsOf(seen), files, lines, consumers: [...new Set(consumers)].join(" ") } };
}

function saysOf(seen: readonly SeenOn[], { endpoint, units }: SwitchRules): Draft["says"] {
  const hosts = seen.map(({ host }) => host);
  const lines = linesOf(seen).map(({ line, hosts: on }) => say("lineChanges", `${line.path}:${line.number}`, line.before, line.after, on));
  return {
    does: [say("switchesEndpoint", endpoint.from, endpoint.to, hosts), ...lines, say("unitsBeginAgain", units)],
    risks: [say("switchDowntime", units), say("newWritesStay", endpoint.to)],
    takes: [say("switchTakes", hosts.length, hosts.length * MS_PER_HOST)],
    costs: [say("costsNothing")],
    undo: [say("switchIsUndone"), say("oldStaysFenced", endpoint.from)],
    unchecked: notesOf(seen),
  };
}

async function run(switching: Switching, rules: SwitchRules): Promise<Done> {
  const hosts = switching.plan.draft.touches
    .filter(({ kind }) => kind === "host")
    .map(({ name, state }) => ({ host: name, node: String(state["node"]), sums: String(state["sums"]) }));
  const failed = await forward(switching, hosts);
  if (!failed) return { says: [say("endpointSwitched", rules.endpoint.to, names(hosts)), say("oldStaysFenced", rules.endpoint.from)] };
  const stands = await backAgain(switching, hosts, rules);
  throw new Stopped("failed", failed.step, say("switchFailed", failed.because, stands));
}

type Failed = { step: string; because: PlanSay };

const names = (hosts: readonly OnHost[]): string[] => hosts.map(({ host }) => host);

/** All staged, the fence proven, then one host after the other, then a look at all; the first failure ends it. */
async function forward(switching: Switching, hosts: readonly OnHost[]): Promise<Failed | undefined> {
  const copy = switching.plan.draft.touches.find(({ kind }) => kind === "copy");
  const steps: [string, () => Promise<StepEnd>][] = [
    ...hosts.map((on): [string, () => Promise<StepEnd>] => [`stage ${on.host}`, async () => orderOn(switching, "stage", on)]),
    ["prove", async () => proveCopy(switching, String(copy?.state["fingerprint"]))],
    ...hosts.map((on): [string, () => Promise<StepEnd>] => [`switch ${on.host}`, async () => orderOn(switching, "switch", on)]),
    ...hosts.map((on): [string, () => Promise<StepEnd>] => [
      `check ${on.host}`,
      async () => lookOn(switching, "check", on, `check ${on.host}`),
    ]),
  ];
  for (const [step, take] of steps) {
    const end = await take();
    if ("failed" in end) return { step, because: end.failed };
  }
  return undefined;
}

/**
 * Every host goes back, the last one first: also those that were only staged, so that an order that is delivered late finds nothing to switch. The old
 * database is opened only when all are back; until then no host can write there.
 */
async function backAgain(switching: Switching, hosts: readonly OnHost[], { endpoint }: SwitchRules): Promise<PlanSay> {
  const left: string[] = [];
  for (const on of hosts.toReversed()) if (!(await backOn(switching, on))) left.push(on.host);
  if (left.length > 0) return say("hostsAreLeft", left, endpoint.from);
  const copy = switching.plan.draft.touches.find(({ kind }) => kind === "copy");
  const undoer = hosts.find(({ host, node }) => host === copy?.state["host"] || node === copy?.state["host"]);
  const open = undoer ? await orderOn(switching, "unfence", undoer, "unfence") : { failed: say("noCopyProof") };
  if ("failed" in open) return say("allBackStillFenced", endpoint.from);
  const asleep: string[] = [];
  for (const on of hosts) if ("failed" in (await orderOn(switching, "wake", on))) asleep.push(on.host);
  return asleep.length > 0 ? say("allBackSomeDown", endpoint.from, asleep) : say("allBack", endpoint.from, names(hosts));
}

async function backOn(switching: Switching, on: OnHost): Promise<boolean> {
  for (let attempt = 1; attempt <= BACK_ATTEMPTS; attempt++) {
    const name = attempt === 1 ? `back ${on.host}` : `back ${on.host} (${attempt})`;
    if ("ok" in (await orderOn(switching, "back", on, name))) return true;
  }
  return false;
}
