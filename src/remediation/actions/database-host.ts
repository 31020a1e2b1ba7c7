import { becauseOf, said, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import { NotDone, type Landed, type Wait } from "../durable.ts";
import type { Draft, Plan, Refused, Touched } from "../plan.ts";
import type { HostEnd, SentOrder, SwitchDocument } from "./switch/host.ts";
import { refusal } from "./unit.ts";

/** What a host is asked about the database; nothing of it changes anything. */
export type LookingWord = { verb: "sessions" } | { verb: "session" | "table" | "index"; values: Readonly<Record<string, string>> };

/** A look by a host, and what it came to. */
export type DatabaseLook = { host: string; node: string; end: HostEnd };

/** One order to one host; `word` is what its command is known by. */
export type WorkOrder = {
  plan: Pick<Plan, "id" | "incident">;
  document: SwitchDocument;
  node: string;
  values: Readonly<Record<string, string>>;
  word: string;
};

/** What working on a database needs of the one host that does it, whose environment file has the login. */
export type DatabaseHost = {
  /** By the host of that node, or by the one that is chosen for it. */
  look: (planId: string, wanted: LookingWord, signal: AbortSignal, node?: string) => Promise<DatabaseLook>;
  document: (signal: AbortSignal) => Promise<SwitchDocument>;
  /** What the document is given of the login, whatever is done. */
  values: (planId: string) => Readonly<Record<string, string>>;
  /** Sends an order, once. Throws a NotDone where it surely was not taken, and anything else where nobody knows. */
  send: (order: WorkOrder, signal: AbortSignal) => Promise<SentOrder>;
  find: (order: WorkOrder, since: Date, signal: AbortSignal) => Promise<SentOrder | undefined>;
  ended: (sent: SentOrder, node: string, signal: AbortSignal) => Promise<"running" | HostEnd>;
};

/** What a look has found, and by which host. */
export type Told = { host: string; node: string; says: Readonly<Record<string, string>> };

/** What a look says, or why there is none. */
export function toldBy({ host, node, end }: DatabaseLook): Told | Refused {
  if ("says" in end) return { host, node, says: end.says };
  if ("unreachable" in end) return refusal("host-offline", say("hostsNotReached", [host], end.unreachable));
  return refusal("database-not-seen", say("hostSays", host, said(end.because)));
}

/** The same for a plan that is under way. Throws an Unseen where there is none. */
export function surelyTold(look: DatabaseLook): Told["says"] {
  const { end } = look;
  if ("says" in end) return end.says;
  throw new Unseen("unreachable" in end ? end.unreachable : said(end.because));
}

/** What of the host, the login and the document must be the same when the plan runs. */
export function touchedWork({ host, node, says }: Told, { name, version, hash }: SwitchDocument): Touched[] {
  return [
    { kind: "host", name: host, state: { node, login: says["login.user"] ?? "", database: says["login.at"] ?? "" } },
    { kind: "document", name, state: { version, hash: hash ?? "" } },
  ];
}

/** The order that was approved, to the letter. */
export function approvedOrder(plan: Plan): WorkOrder {
  const call = plan.draft.calls.find((each): each is Extract<Draft["calls"][number], { on: "host" }> => each.on === "host");
  const document = plan.draft.touches.find(({ kind }) => kind === "document");
  const [node] = call?.hosts ?? [];
  if (!call || !document || node === undefined) throw new Error("the plan has no order to a host");
  const { version = "", hash = "" } = document.state;
  const approved = { name: call.document, version: String(version), ...(hash === "" ? {} : { hash: String(hash) }) };
  return { plan, document: approved, node, values: call.values, word: `${plan.id} ${plan.action} ${node}` };
}

/** The name of the host that a plan works from. */
export function hostIn({ draft }: Plan): string {
  return draft.touches.find(({ kind }) => kind === "host")?.name ?? "";
}

/** Whether an order was taken: its command is looked for by its word, and `traces` tells where there is none. */
export async function orderLanded(
  port: DatabaseHost,
  order: WorkOrder,
  { begunAt, attempted }: { begunAt: Date; attempted: boolean },
  signal: AbortSignal,
): Promise<Landed<SentOrder | null>> {
  const found = attempted ? await port.find(order, begunAt, signal) : undefined;
  // Both programs look before they act, and do once what they are told twice.
  return found ? { is: "done", result: found } : { is: "not-done" };
}

/** A command has a minute on its host; some more is for its delivery. */
const LIMIT_MS = 4 * 60_000;

/** Waits for the end of an order: what it says, or nothing where that was lost and only a look can tell. Throws a NotDone where the host refused. */
export function orderEnd(port: DatabaseHost, plan: Plan, sent: SentOrder | null, signal: AbortSignal): Wait<Told["says"] | null> {
  const { node } = approvedOrder(plan);
  return {
    look: async () => {
      if (!sent?.commandId) return { is: "done", result: null };
      const end = await port.ended(sent, node, signal).catch((error: unknown): HostEnd => {
        signal.throwIfAborted();
        return { unreachable: becauseOf(error) };
      });
      if (end === "running") return { is: "waiting", status: "running" };
      if ("unreachable" in end) return { is: "done", result: null };
      if ("says" in end) return { is: "done", result: end.says };
      throw new NotDone(say("hostSays", hostIn(plan), said(end.because)));
    },
    everyMs: 2_000,
    limitMs: LIMIT_MS,
    expectedMs: 10_000,
  };
}
