import type { DatabaseHost, LookingWord } from "../../../src/remediation/actions/database-host.ts";
import type { HostEnd } from "../../../src/remediation/actions/switch/host.ts";
import { reason } from "../../../src/words/because.ts";

type Says = Record<string, string>;

/** One host as far as an action sees it: what it says to each look, one after the other, and what its orders came to. */
export function databaseHost(
  looks: Partial<Record<LookingWord["verb"], readonly (HostEnd | Says)[]>>,
  ends: readonly (HostEnd | Says)[] = [{}],
) {
  const asked: LookingWord[] = [];
  const sent: Readonly<Record<string, string>>[] = [];
  const lost = { next: false, found: true };
  const left = new Map(Object.entries(looks).map(([verb, all]) => [verb, [...all]]));
  const ended = [...ends];
  const endOf = (each: HostEnd | Says | undefined): HostEnd => {
    if (each === undefined) return { unreachable: reason("undelivered") };
    return "result" in each || "unreachable" in each ? (each as HostEnd) : { result: "done", says: each };
  };
  const port: DatabaseHost = {
    look: async (_planId, wanted) => {
      asked.push(wanted);
      const all = left.get(wanted.verb) ?? [];
      return { host: "web-1", node: "mi-1", end: endOf(all.length > 1 ? all.shift() : all[0]) };
    },
    document: async () => ({ name: "Gumshoe-Repair-x", version: "1", hash: "h" }),
    values: (plan) => ({ plan, envFile: "/etc/shop/shop.env", urlKey: "DATABASE_URL" }),
    send: async ({ values }) => {
      sent.push(values);
      if (lost.next) {
        lost.next = false;
        throw new Error("the answer was lost");
      }
      return { commandId: "c1", sentAt: "2026-11-02T03:00:00.000Z" };
    },
    find: async () => (lost.found && sent.length > 0 ? { commandId: "c1", sentAt: "2026-11-02T03:00:00.000Z" } : undefined),
    ended: async () => endOf(ended.length > 1 ? ended.shift() : ended[0]),
  };
  return { port, asked, sent, lost };
}

/** What a host says of one blocking session; `more` is what differs. */
export function blocker(more: Says = {}): Says {
  const session = {
    pid: "4711",
    waiters: "7",
    user: "shop",
    application: "import",
    client: "10.0.0.9",
    database: "shop",
    state: "idle in transaction",
    kind: "client backend",
    began: "2026-11-02T02:00:00.000001Z",
    xact: "2026-11-02T02:30:00.000002Z",
    forS: "1800",
    may: "yes",
    statement: "update stock set n = ?",
    ...more,
  };
  const told = Object.entries(session).map(([name, value]) => [`session.1.${name}`, value]);
  return { "login.user": "shop", "login.at": "db:5432/shop", waiting: "7", "session.count": "1", ...(Object.fromEntries(told) as Says) };
}

/** What a host says of a table that can have an index; `more` is what differs. */
export function table(more: Says = {}): Says {
  const seen = {
    found: "yes",
    schema: "public",
    name: "orders",
    kind: "r",
    partition: "f",
    persistence: "p",
    may: "t",
    bytes: "2000000000",
    rows: "10000000",
    missing: "",
    index: "gumshoe_orders_customer_id_0123456789",
    equal: "",
    state: "none",
    building: "f",
    indexBytes: "400000000",
    oldestS: "90",
    standby: "f",
    ...more,
  };
  const told = Object.entries(seen).map(([name, value]) => [`table.${name}`, value]);
  return { "login.user": "shop", "login.at": "db:5432/shop", ...(Object.fromEntries(told) as Says) };
}
