import { becauseOf, said } from "../../../words/because.ts";
import { say, type PlanSay } from "../../../words/plan-say.ts";
import { NotDone, type Durable, type Landed, type Wait } from "../../durable.ts";
import type { Plan } from "../../plan.ts";
import type { ChangingVerb, CopyProof, HostEnd, HostOrders, Looking, Order, SentOrder, SwitchDocument, SwitchEndpoint } from "./host.ts";

/**
 * What a step came to. A step that failed is a result as well, and remembered: a copy that takes over then goes back, too, and never tries the way
 * forward again. `written` is what a host that goes back says was written to the new database meanwhile, in the program's own words.
 */
export type StepEnd = { ok: true; written?: string } | { failed: PlanSay };

/** What orders of one plan share: the hosts' program, and which of the approved documents it is (`document`, a kind of what the plan touches). */
export type Ordering = { port: HostOrders; document: string; plan: Plan; durable: Durable; signal: AbortSignal; everyMs: number };

/** What the steps of a switch share. */
export type Switching = Ordering & { port: SwitchEndpoint };

/** A host as it was approved. */
export type OnHost = { host: string; node: string; sums: string };

/** The document allows ten minutes (`SWITCH_S`); some more are for its delivery. */
const LIMIT_MS = 12 * 60_000;
const EXPECTED_MS = 60_000;

/** How often the copy is asked without an answer before that counts as none. */
const MOST_BLIND_PROOFS = 5;

/** What leads back: a halt keeps people's changes from beginning, and never leaves an application between two databases. */
const TAKES_BACK: ReadonlySet<ChangingVerb> = new Set<ChangingVerb>(["stop", "back", "unfence", "wake"]);

/** Has a host do something, once, and waits for what it came to. `name` is the step's own. */
export async function orderOn(ordering: Ordering, verb: ChangingVerb, on: OnHost, name = `${verb} ${on.host}`): Promise<StepEnd> {
  const { port, durable, signal } = ordering;
  const order = orderFor(ordering, verb, on, name);
  const sent = await durable.change<SentOrder | { failed: PlanSay } | null>(name, {
    intent: { node: on.node, verb, document: order.document.name, word: order.word },
    evenHalted: TAKES_BACK.has(verb),
    landed: async (before) => landed(ordering, order, before),
    act: async () => port.send(order, signal).catch(refused),
  });
  if (sent && "failed" in sent) return sent;
  // What was sent is followed to its end, also through a halt. Without a command (it is known by its traces, or by people's word) only a look tells how it came out.
  const look = sent?.commandId ? async () => port.ended(sent, on.node, signal) : async () => tracesOf(ordering, verb, on);
  return durable.until(`${name}: end`, { ...waitFor(ordering, on, look), evenHalted: true });
}

function orderFor({ plan, document }: Ordering, verb: ChangingVerb, { node, sums }: OnHost, name: string): Order {
  const again = /\(\d+\)$/.exec(name)?.[0] ?? "";
  return { plan, document: approvedDocument(plan, document), verb, node, sums, word: `${plan.id} ${verb}${again} ${node}` };
}

function approvedDocument({ draft }: Plan, which: string): SwitchDocument {
  const document = draft.touches.find(({ kind }) => kind === which);
  const { version = "", hash = "" } = document?.state ?? {};
  return { name: document?.name ?? "", version: String(version), ...(hash === "" ? {} : { hash: String(hash) }) };
}

/** What was refused is known: it is this step's end. */
function refused(error: unknown): { failed: PlanSay } {
  if (error instanceof NotDone) return { failed: error.because };
  throw error;
}

/**
 * Whether an order was taken: its command is looked for by its word. Where there is none, the program itself may be asked to do it again: each of its
 * verbs looks before it acts, and does once what it is told twice.
 */
async function landed(
  { port, signal }: Ordering,
  order: Order,
  { begunAt, attempted }: { begunAt: Date; attempted: boolean },
): Promise<Landed<SentOrder | null>> {
  if (!attempted) return { is: "not-done" };
  const found = await port.find(order, begunAt, signal);
  if (found) return { is: "done", result: found };
  return { is: "not-done" };
}

/** The phase that each verb of a switch leaves a host in. */
const PHASES: Readonly<Partial<Record<ChangingVerb, string>>> = {
  stage: "staged",
  rest: "staged",
  switch: "switched",
  back: "back",
  wake: "back",
};

/** After people have said that a step took place: what the host says that stands. */
async function tracesOf({ port, plan, signal }: Ordering, verb: ChangingVerb, { node, sums }: OnHost): Promise<HostEnd> {
  if (verb === "unfence") return { result: "failed", because: "nobody knows whether the old database is open again" };
  const end = await port.ask({ plan, verb: "status", node, sums }, signal);
  // Of a copy its own status is waited for next, whatever it says.
  const wanted = PHASES[verb];
  if (!("result" in end) || end.result === "failed" || wanted === undefined || end.says["phase"] === wanted) return end;
  return { result: "failed", because: `the host says: ${end.says["phase"] ?? ""}` };
}

/** A look that waits, and whose end is a result in any case: as long as nothing is heard, it has not ended; after its time, it has failed. */
function waitFor({ everyMs, signal }: Ordering, { host }: OnHost, look: () => Promise<"running" | HostEnd>): Wait<StepEnd> {
  return {
    look: async (waitedMs) => {
      const late = waitedMs > LIMIT_MS;
      const end = await look().catch((error: unknown) => {
        signal.throwIfAborted();
        return { lost: becauseOf(error) };
      });
      if (end === "running")
        return late ? { is: "done", result: { failed: say("tookTooLong", LIMIT_MS) } } : { is: "waiting", status: "running" };
      if ("lost" in end) {
        if (late) return { is: "done", result: { failed: say("hostsNotReached", [host], end.lost) } };
        return { is: "waiting", status: "not reached" };
      }
      return { is: "done", result: endOf(host, end) };
    },
    everyMs: Math.min(everyMs, 3_000),
    limitMs: 2 * LIMIT_MS,
    expectedMs: EXPECTED_MS,
  };
}

function endOf(host: string, end: HostEnd): StepEnd {
  if ("unreachable" in end) return { failed: say("hostsNotReached", [host], end.unreachable) };
  if (end.result !== "done") return { failed: say("hostSays", host, said(end.because)) };
  const { written } = end.says;
  return written === undefined ? { ok: true } : { ok: true, written };
}

/** Looks at a host once its plan is under way; what it finds is remembered as it is. */
export async function lookOn(ordering: Ordering, verb: Looking["verb"], on: OnHost, name: string): Promise<StepEnd> {
  const { port, plan, durable, signal } = ordering;
  const look = async () => port.ask({ plan, verb, node: on.node, sums: on.sums }, signal);
  return durable.until(name, waitFor(ordering, on, look));
}

/** Asks the copy whether it still holds, and writes down the answer. */
export async function proveCopy({ port, durable, signal, everyMs }: Switching, approved: string): Promise<StepEnd> {
  let blind = 0;
  return durable.until<StepEnd>("prove", {
    look: async () => {
      const proof = await port.proveCopy?.(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return { lost: becauseOf(error) };
      });
      if (!proof) return { is: "done", result: { failed: say("noCopyProof") } };
      if ("lost" in proof) {
        // What cannot be asked is no proof, and the way back is still to be gone.
        if (++blind < MOST_BLIND_PROOFS) return { is: "waiting", status: "not reached" };
        return { is: "done", result: { failed: say("notSeen", "copy", proof.lost) } };
      }
      return { is: "done", result: proofEnd(proof, approved) };
    },
    everyMs,
    limitMs: LIMIT_MS,
    expectedMs: EXPECTED_MS,
  });
}

function proofEnd(proof: CopyProof, approved: string): StepEnd {
  if (!proof.holds) return { failed: say("copyDoesNotHold", proof.id, proof.because) };
  return proof.fingerprint === approved ? { ok: true } : { failed: say("copyIsAnother", proof.id) };
}
