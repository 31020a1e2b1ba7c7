import type {
  CopyProof,
  HostEnd,
  HostLook,
  HostOrders,
  SeenHost,
  SentOrder,
  SwitchEndpoint,
} from "../../../src/remediation/actions/switch/host.ts";
import { NotDone } from "../../../src/remediation/durable.ts";
import { reason, said } from "../../../src/words/because.ts";
import { say } from "../../../src/words/plan-say.ts";

export const FROM = "db-old.example:5432";
export const TO = "db-new.example:5432";

/** What a host tells that is as it should be. */
export function seenHost(n: number, more: Partial<SeenHost> = {}): SeenHost {
  const line = {
    path: "/etc/shop/shop.env",
    key: "DATABASE_URL",
    number: "3",
    kind: "url",
    names: "old",
    before: `DATABASE_URL=postgres://***@${FROM}/shop`,
    after: `DATABASE_URL=postgres://***@${TO}/shop`,
    hash: "1111",
    hashAfter: "2222",
  };
  return {
    lines: [line],
    files: [{ path: "/etc/shop/shop.env", named: "/etc/shop/shop.env", sha256: "aa", sha256After: "bb", owner: "0:33", mode: "640" }],
    units: [{ name: "web.service", uses: "file", state: "active", path: "/etc/shop/shop.env" }],
    processes: [{ pid: "10", unit: "web.service", how: "environment", name: "gunicorn" }],
    cron: [{ name: "", uses: "file", path: "/etc/cron.d/shop" }],
    others: [],
    addresses: [`10.0.0.${n}`],
    notes: [],
    ...more,
  };
}

type Host = { name: string; at: "old" | "new"; phase: string; asleep: boolean; seen: SeenHost; offline: boolean };

type Verb = string;

type Fault = "fails" | "fails-once" | "refused" | "lost-after" | "lost-before" | "silent";

/** A world that orders are given in. */
type World = { faults: Map<string, Fault>; now: number };

/** How orders reach `act`, which does each at once: as the program does over SSM, with the faults of the world. */
export function ordersIn(world: World, nameOf: (node: string) => string, act: (name: string, verb: Verb) => HostEnd) {
  const ends = new Map<string, HostEnd | "running">();
  const words = new Map<string, SentOrder>();
  const send: HostOrders["send"] = async ({ verb, node, word }) => {
    const name = nameOf(node);
    const place = `${verb} ${name}`;
    const fault = world.faults.get(place);
    if (fault === "refused") throw new NotDone(say("refusedBy", said("no permission")));
    if (fault === "lost-before") {
      world.faults.delete(place);
      throw new Error("reset");
    }
    const sent = { commandId: `${name} c${ends.size + 1}`, sentAt: new Date(world.now).toISOString() };
    words.set(word, sent);
    ends.set(sent.commandId, fault === "silent" ? "running" : act(name, verb));
    if (fault === "lost-after") {
      world.faults.delete(place);
      throw new Error("reset");
    }
    return sent;
  };
  const find: HostOrders["find"] = async ({ word }) => words.get(word);
  const ended: HostOrders["ended"] = async ({ commandId }) => ends.get(commandId) ?? "running";
  return { send, find, ended, now: () => new Date(world.now) };
}

/**
 * Hosts and two databases in memory, with the same rules as the program: `faults` says what fails, by verb and host; `deeds` what really took place, in
 * order. Both databases take writes only where the fence is down and some host has the old address while another has the new one: `split` counts it.
 */
export function farm(count = 3) {
  const hosts = Array.from({ length: count }, (_, n): Host => {
    return { name: `web-${n + 1}`, at: "old", phase: "", asleep: false, seen: seenHost(n + 1), offline: false };
  });
  const world = {
    hosts,
    fenced: true,
    split: false,
    deeds: [] as string[],
    faults: new Map<string, Fault>(),
    clients: [] as string[],
    proof: { id: "move", fingerprint: "f1", holds: true } as CopyProof,
    /** What each host says, when it goes back, was written to the new database. */
    written: new Map<string, string>(),
    now: Date.parse("2026-11-02T03:00:00Z"),
  };
  const judge = () => {
    if (!world.fenced && new Set(hosts.map(({ at }) => at)).size > 1) world.split = true;
  };
  const of = (node: string) => {
    const host = hosts.find(({ name }) => node === `mi-${name}`);
    if (!host) throw new Error(`there is no ${node}`);
    return host;
  };
  const act = (name: string, verb: Verb): HostEnd => {
    const host = of(`mi-${name}`);
    world.deeds.push(`${verb} ${host.name}`);
    const fault = world.faults.get(`${verb} ${host.name}`);
    const written = verb === "back" ? world.written.get(host.name) : undefined;
    const done: HostEnd = { result: "done", says: { phase: host.phase, ...(written === undefined ? {} : { written }) } };
    if (host.offline) return { unreachable: reason("hostOffline") };
    if (verb === "rest" && host.phase !== "staged") return { result: "failed", because: `this plan is ${host.phase} on this host` };
    if (verb === "rest") host.asleep = true;
    if (verb === "switch" && host.phase === "back") return { result: "failed", because: "this plan is back on this host" };
    // A switch that fails has renamed its files already: the worst of what it may leave.
    if (verb === "switch") [host.at, host.asleep, host.phase] = ["new", false, fault === "fails" ? "switching" : "switched"];
    judge();
    if (fault === "fails") return { result: "failed", because: `${verb} went wrong` };
    if (verb === "stage") host.phase = "staged";
    if (verb === "back") [host.at, host.phase] = ["old", "back"];
    if (verb === "unfence") world.fenced = false;
    // Units do not come up without their database.
    if (verb === "wake") host.asleep = world.fenced && host.at === "old";
    judge();
    return done;
  };
  const port: SwitchEndpoint = {
    ...ordersIn(world, (node) => of(node).name, act),
    look: async () =>
      hosts.map(({ name, seen, offline }): HostLook => {
        const on = { host: name, node: `mi-${name}` };
        return offline ? { ...on, unreachable: reason("hostOffline") } : { ...on, seen };
      }),
    clientsOf: async () => world.clients,
    proveCopy: async () => world.proof,
    copyHost: "web-1",
    document: async () => ({ name: "Gumshoe-Repair-switch-endpoint", version: "1", hash: "h" }),
    values: (_plan, sums) => ({ from: FROM, to: TO, sums }),
    ask: async ({ verb, node }) => {
      const host = of(node);
      if (host.offline) return { unreachable: reason("hostOffline") };
      if (world.faults.get(`${verb} ${host.name}`) === "fails") return { result: "failed", because: `${verb} went wrong` };
      return { result: "done", says: { phase: host.phase } };
    },
  };
  const time = { now: () => new Date(world.now), sleep: async (ms: number) => void (world.now += ms) };
  return { world, port, time };
}
