import { say, type PlanSay } from "../../../words/plan-say.ts";
import type { Asked } from "../../action.ts";
import type { Move } from "../../moves.ts";
import { isRefused, type Call, type Draft, type Plan, type Refused } from "../../plan.ts";
import { refusal } from "../unit.ts";
import type { Endpoint, SeenOn, SwitchDocument, SwitchEndpoint } from "./host.ts";
import { allSeen, linesOf, refuseClients, refuseConsumers, refuseLines } from "./refuse.ts";

/** What is to be switched, and which units begin again in which order. */
export type SwitchWish = { endpoint: Endpoint; units: readonly string[] };

/** A host's share of the downtime: its units stop, start and stay up, and the request goes through. */
export const MS_PER_HOST = 45_000;

type Touched = Draft["touches"][number];

/** All hosts, fit to be led over; the refusal where one is not, or somebody would be left behind. */
export async function hostsToSwitch(
  port: SwitchEndpoint,
  { endpoint, units }: SwitchWish,
  { planId, signal }: Pick<Asked, "planId" | "signal">,
): Promise<SeenOn[] | Refused> {
  if (endpoint.from.toLowerCase() === endpoint.to.toLowerCase()) return refusal("same-address", say("sameAddress", endpoint.from));
  const [looks, clients] = await Promise.all([port.look(planId, signal), port.clientsOf(signal)]);
  const seen = allSeen(looks);
  if (isRefused(seen)) return seen;
  return refuseLines(seen, endpoint) ?? refuseConsumers(seen, units) ?? refuseClients(clients ?? [], seen) ?? seen;
}

/** The host of a name or id, of all of them. */
export function named(seen: readonly SeenOn[], wanted: string): SeenOn | Refused {
  const hosts = seen.map(({ host }) => host);
  return seen.find(({ host, node }) => host === wanted || node === wanted) ?? refusal("no-proof", say("hostNotHere", wanted, hosts));
}

/** The calls on one host, as people approve them. */
export function callsOn(
  port: SwitchEndpoint,
  { planId, document, verbs }: { planId: string; document: SwitchDocument; verbs: readonly string[] },
  { node, seen }: SeenOn,
): Call[] {
  const values = port.values(planId, sumsOf(seen));
  return verbs.map((verb) => ({ on: "host", document: document.name, hosts: [node], values: { verb, ...values } }));
}

const sumsOf = ({ files }: SeenOn["seen"]): string => files.map(({ sha256, sha256After }) => `${sha256}:${sha256After}`).join(" ");

/** What must be the same on a host when the plan runs: its files, the real lines by their hashes, and who reads them. */
export function touchedHost({ host, node, seen }: SeenOn): Touched {
  const files = seen.files.map(({ path, owner, mode }) => `${path} ${owner} ${mode}`).join("; ");
  const lines = seen.lines.map(({ path, number, hash, hashAfter }) => `${path}:${number} ${hash} ${hashAfter}`).join("; ");
  const consumers = seen.units.map(({ name }) => name).toSorted();
  return { kind: "host", name: host, state: { node, sums: sumsOf(seen), files, lines, consumers: [...new Set(consumers)].join(" ") } };
}

/** The address that is gone to, and from which; what RDS calls the database there, where a plan of the incident has made it. */
export function touchedAddress({ from, to, sslmode = "" }: Endpoint, units: readonly string[], made: Asked["made"]): Touched {
  const rds = made["address"] === to ? (made["database"] ?? "") : "";
  return { kind: "address", name: to, state: { from, sslmode, units: units.join(" "), rds } };
}

/** What a plan has done that has led all hosts over. */
export function moveOf({ draft }: Plan, { from, to }: Endpoint): Move {
  const rds = draft.touches.find(({ kind }) => kind === "address")?.state["rds"];
  return { left: from, to, ...(typeof rds === "string" && rds !== "" ? { rds } : {}) };
}

/** A document by which hosts are changed. */
export function touchedDocument(kind: string, { name, version, hash = "" }: SwitchDocument): Touched {
  return { kind, name, state: { version, hash } };
}

/** What changes, line by line. */
export function changesOf(seen: readonly SeenOn[], { from, to }: Endpoint): PlanSay[] {
  const hosts = seen.map(({ host }) => host);
  const lines = linesOf(seen).map(({ line, hosts: on }) => say("lineChanges", `${line.path}:${line.number}`, line.before, line.after, on));
  return [say("switchesEndpoint", from, to, hosts), ...lines];
}
