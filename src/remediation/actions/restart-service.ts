import { reason, type Because } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable, type Landed, type Wait } from "../durable.ts";
import { isRefused, type Draft, type Plan, type Refused, type Touched } from "../plan.ts";
import { chosenUnit, onHosts, refusal, touchedUnit, type UnitOnHost, type UnitState } from "./unit.ts";

/** The registered document that restarts a unit: the version that was compared, and AWS's hash of it where that is known. */
type RestartDocument = { name: string; version: string; hash?: string };

/** A command that was sent to one host. */
export type SentRestart = { commandId: string; sentAt: string };

/** What the document came to on a host. */
type Restarted = { before: UnitState; after: UnitState };

/** One restart: `word` is what its command is known by, whoever looks for it. */
export type OneRestart = { plan: Plan; document: RestartDocument; unit: string; node: string; word: string };

/** What restarting a service needs of the hosts. */
export type RestartService = {
  /** The unit on every host of the environment, or on the nodes named. */
  look: (unit: string, signal: AbortSignal, nodes?: readonly string[]) => Promise<readonly UnitOnHost[]>;
  document: (signal: AbortSignal) => Promise<RestartDocument>;
  values: (unit: string) => Readonly<Record<string, string>>;
  /** Sends it, once. Throws a NotDone where it surely was not taken, and anything else where nobody knows. */
  send: (restart: OneRestart, signal: AbortSignal) => Promise<SentRestart>;
  /** The command that was sent by this word since then, if it arrived. */
  find: (restart: OneRestart, since: Date, signal: AbortSignal) => Promise<SentRestart | undefined>;
  ended: (sent: SentRestart, node: string, signal: AbortSignal) => Promise<"running" | Restarted | { unreachable: Because }>;
};

type Restarting = { port: RestartService; everyMs: number };
type OnHost = { name: string; unit: string; node: string; was: Touched["state"]; restart: OneRestart };

const LIMIT_MS = 5 * 60_000;
const EXPECTED_MS = 20_000;

/** A unit that stays up for so long after its restart is said to run. */
const STAYS_UP_MS = 20_000;

/** Restarts a unit on one host after the other, and looks that it runs and stays up before it goes on to the next. `units` may be restarted. */
export function restartService(port: RestartService, units: readonly string[], { everyMs = 15_000 }: { everyMs?: number } = {}): Action {
  return {
    id: "restart-service",
    draft: async (asked) => draftOf(port, units, asked),
    run: async (plan, durable, signal) => run({ port, everyMs }, plan, durable, signal),
  };
}

async function draftOf(port: RestartService, units: readonly string[], { input, signal }: Asked): Promise<Draft | Refused> {
  const unit = chosenUnit(units, input["unit"]);
  if (unit === undefined) return refusal("unit-not-allowed", say("unitNotAllowed", input["unit"] ?? "", units));
  const [all, document] = await Promise.all([port.look(unit, signal), port.document(signal)]);
  const seen = onHosts(all, unit, input);
  if (isRefused(seen)) return seen;
  const hosts = seen.map(({ host }) => host);
  return {
    calls: [{ on: "host", document: document.name, hosts: seen.map(({ node }) => node), values: port.values(unit) }],
    touches: [
      ...seen.map(touchedUnit(unit)),
      { kind: "document", name: document.name, state: { version: document.version, hash: document.hash ?? "" } },
    ],
    says: {
      does: [say("restartsUnit", unit, hosts)],
      risks: [say("requestsBreakOff", unit)],
      takes: [say("restartTakes")],
      costs: [say("costsNothing")],
      undo: [say("cannotBeUndone")],
      unchecked: [],
    },
  };
}

async function run(restarting: Restarting, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const hosts = plan.draft.touches.filter(({ kind }) => kind === "host").map((touched) => onHost(plan, touched));
  for (const host of hosts) await restartOn(restarting, host, durable, signal);
  const names = hosts.map(({ name }) => name);
  return { mends: true, says: [say("unitRuns", hosts[0]?.unit ?? "", names)] };
}

function onHost(plan: Plan, { name, state }: Touched): OnHost {
  const document = plan.draft.touches.find(({ kind }) => kind === "document");
  const { version = "", hash = "" } = document?.state ?? {};
  const [unit, node] = [String(state["unit"]), String(state["node"])];
  const approved = { name: document?.name ?? "", version: String(version), ...(hash === "" ? {} : { hash: String(hash) }) };
  return { name, unit, node, was: state, restart: { plan, document: approved, unit, node, word: `${plan.id} restart-service ${node}` } };
}

async function restartOn(restarting: Restarting, host: OnHost, durable: Durable, signal: AbortSignal): Promise<void> {
  const { port } = restarting;
  const { name, unit, node, restart } = host;
  const sent = await durable.change<SentRestart | null>(`restart ${name}`, {
    intent: { unit, node, document: restart.document.name, word: restart.word },
    landed: async (before) => landed(port, host, before, signal),
    act: async () => port.send(restart, signal),
  });
  // Without a command (it is known by its traces, or by people's word) only the look tells how it came out.
  const after = sent?.commandId ? await durable.until(`wait ${name}`, waitFor(restarting, host, sent, signal)) : null;
  await durable.until(`verify ${name}`, stayUp(restarting, host, after, signal));
}

/**
 * Whether the unit was restarted by this plan. What was never sent did not take place, unless somebody else was faster; of what may have been, its
 * command is looked for by its word, then the unit for another id; where neither tells, people are asked.
 */
async function landed(
  port: RestartService,
  { name, unit, node, was, restart }: OnHost,
  { begunAt, attempted }: { begunAt: Date; attempted: boolean },
  signal: AbortSignal,
): Promise<Landed<SentRestart | null>> {
  const found = attempted ? await port.find(restart, begunAt, signal) : undefined;
  if (found) return { is: "done", result: found };
  const [seen] = await port.look(unit, signal, [node]);
  if (!seen || "unreachable" in seen) {
    const because = say("hostsNotReached", [name], seen?.unreachable ?? reason("hostUnknown"));
    if (!attempted) throw new NotDone(because);
    return { is: "unclear", because };
  }
  const another = was["invocation"] !== undefined && seen.unit.invocation !== was["invocation"];
  if (!attempted) {
    if (another) throw new NotDone(say("restartedSince"));
    return { is: "not-done" };
  }
  return another ? { is: "done", result: null } : { is: "unclear", because: say("noRestartTold", `${unit} (${name})`) };
}

/** Waits for the command's end, and reads what it came to. */
function waitFor({ port, everyMs }: Restarting, host: OnHost, sent: SentRestart, signal: AbortSignal): Wait<string> {
  const { name, unit, node } = host;
  return {
    look: async () => {
      const ended = await port.ended(sent, node, signal);
      if (ended === "running") return { is: "waiting", status: "restarting" };
      if ("unreachable" in ended) throw new NotDone(say("hostsNotReached", [name], ended.unreachable));
      const { before, after } = ended;
      if (!after.active) throw new NotDone(say("unitDoesNotRun", unit, name, after.state));
      if (after.invocation === before.invocation) throw new NotDone(say("noRestartTold", `${unit} (${name})`));
      return { is: "done", result: after.invocation };
    },
    // A restart takes seconds: it is asked about more often than what takes minutes.
    everyMs: Math.min(everyMs, 3_000),
    limitMs: LIMIT_MS,
    expectedMs: EXPECTED_MS,
  };
}

/** Looks that the unit goes on running, and as what the restart began. */
function stayUp({ port, everyMs }: Restarting, host: OnHost, after: string | null, signal: AbortSignal): Wait<string> {
  const { name, unit, node, was } = host;
  return {
    look: async () => {
      const [seen] = await port.look(unit, signal, [node]);
      if (!seen) throw new Error(`${name} is not among the hosts any more`);
      if ("unreachable" in seen) return { is: "waiting", status: "not reached" };
      const { active, state, invocation, activeForMs = 0 } = seen.unit;
      // systemd's own count of restarts may be of before.
      if ((after !== null && invocation !== after) || state.endsWith("/auto-restart"))
        throw new NotDone(say("unitRestartsInLoop", unit, name));
      if (!active) throw new NotDone(say("unitDoesNotRun", unit, name, state));
      if (after === null && invocation === was["invocation"]) throw new NotDone(say("noRestartTold", `${unit} (${name})`));
      return activeForMs >= STAYS_UP_MS ? { is: "done", result: invocation } : { is: "waiting", status: state };
    },
    everyMs,
    limitMs: LIMIT_MS,
    expectedMs: STAYS_UP_MS + everyMs,
  };
}
