import { said } from "../../../words/because.ts";
import { say, type PlanSay } from "../../../words/plan-say.ts";
import type { Refused } from "../../plan.ts";
import { refusal } from "../unit.ts";
import type { Endpoint, HostLook, SeenHost, SeenLine, SeenOn } from "./host.ts";

/** All hosts, each of them seen; the refusal where one was not: a host that comes back later would still have the old address. */
export function allSeen(looks: readonly HostLook[]): SeenOn[] | Refused {
  const away = looks.filter((each) => "unreachable" in each);
  const [first] = away;
  const names = away.map(({ host }) => host);
  if (first) return refusal("host-offline", say("hostsNotReached", names, first.unreachable));
  const seen = looks.filter((each): each is SeenOn => "seen" in each);
  return seen.length > 0 ? seen : refusal("no-hosts", say("hostsNotOverSsm"));
}

/** Why the lines cannot be changed: one that is not sure, that names another database, that is not the same on all hosts, or that lacks the port. */
export function refuseLines(hosts: readonly SeenOn[], { from, to }: Endpoint): Refused | undefined {
  for (const { host, seen } of hosts)
    for (const line of seen.lines) {
      const where = `${line.path} (${host})`;
      if (line.odd !== undefined) return refusal("odd-line", say("lineIsOdd", line.key, where, said(line.odd)));
      if (line.names !== "old") return refusal("other-address", say("lineNamesAnother", line.key, where, from));
    }
  const different = linesOf(hosts).find(({ hosts: have }) => have.length < hosts.length);
  if (different) return refusal("lines-differ", say("linesDiffer", different.line.key, different.line.path, different.hosts));
  if (portOf(from) !== portOf(to))
    for (const { host, seen } of hosts) {
      const kinds = seen.lines.map(({ kind }) => kind);
      if (kinds.includes("host") && !kinds.includes("port")) return refusal("no-port-key", say("portIsNowhere", host, portOf(to)));
    }
  return undefined;
}

const portOf = (address: string): string => address.slice(address.lastIndexOf(":") + 1);

/** The lines that change, each once with the hosts that have it: the same file, key and real content. */
export function linesOf(hosts: readonly SeenOn[]): { line: SeenLine; hosts: string[] }[] {
  const lines = new Map<string, { line: SeenLine; hosts: string[] }>();
  for (const { host, seen } of hosts)
    for (const line of seen.lines) {
      const same = `${line.path}\n${line.key}\n${line.hash}\n${line.hashAfter}`;
      const known = lines.get(same) ?? { line, hosts: [] };
      lines.set(same, { line, hosts: [...known.hosts, host] });
    }
  return [...lines.values()];
}

/** The first consumer that the switch would leave behind: it would go on with the old address, or with none. */
export function refuseConsumers(hosts: readonly SeenOn[], units: readonly string[]): Refused | undefined {
  for (const { host, seen } of hosts) {
    const left = leftBehind(seen, units.map(bare));
    if (left) return refusal("unknown-consumer", say("consumerIsLeft", left, host));
  }
  return undefined;
}

const bare = (unit: string): string => unit.replace(/\.service$/, "");

function leftBehind({ units, processes, cron }: SeenHost, known: readonly string[]): string | undefined {
  // What is configured reads a given file and is restarted; what names the address itself would keep it.
  const unit = units.find(({ name, uses, state }) => uses !== "file" || (!known.includes(bare(name)) && isUp(state)));
  if (unit) return unit.path === undefined ? unit.name : `${unit.name} (${unit.path})`;
  const process = processes.find(({ unit: of, how }) => !known.includes(bare(of)) || how === "command");
  if (process) return process.unit || `${process.name} (${process.pid})`;
  return cron.find(({ uses }) => uses !== "file")?.path;
}

/** What does not run, and reads a given file, has the new address once it is begun. */
function isUp(state = "active"): boolean {
  return !["inactive", "failed"].includes(state);
}

/** Clients of the old database that are on none of the hosts. */
export function refuseClients(clients: readonly string[], hosts: readonly SeenOn[]): Refused | undefined {
  const known = new Set(hosts.flatMap(({ seen }) => seen.addresses));
  const unknown = [...new Set(clients)].filter((address) => !known.has(address));
  return unknown.length > 0 ? refusal("unknown-client", say("clientIsUnknown", unknown.toSorted())) : undefined;
}

/** What people must know of files that name the old address and that nothing is known to use. */
export function notesOf(hosts: readonly SeenOn[]): PlanSay[] {
  return hosts.flatMap(({ host, seen }) => [
    ...(seen.others.length > 0 ? [say("filesNameOld", host, seen.others)] : []),
    ...seen.notes.map((note) => say("hostNotes", host, said(note))),
  ]);
}
