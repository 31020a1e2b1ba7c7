import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import type { Durable } from "../durable.ts";
import { givenBy, saysMove } from "../moves.ts";
import { isRefused, type Draft, type Plan, type Refused } from "../plan.ts";
import { fenceOf, saysFence, saysKept, saysLost, type Fence } from "./copy/fence.ts";
import { copyIdFor, refusedBy, targetOf, type CopyDatabase, type CopyWish } from "./copy/host.ts";
import { waitForCopy } from "./copy/wait.ts";
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
} from "./switch/draft.ts";
import type { Endpoint, SeenOn, SwitchDocument, SwitchEndpoint } from "./switch/host.ts";
import { notesOf } from "./switch/refuse.ts";
import type { Ordering } from "./switch/steps.ts";
import { hostsIn, leadOver, type Story } from "./switch/story.ts";

/**
 * What is moved: from where (to where, a plan of the incident says), which units end and begin again, and the host that copies; `monitor` is the variable
 * with the monitoring role's address.
 */
export type MoveRules = { from: string; sslmode?: string; units: readonly string[]; host: string; monitor?: string; everyMs?: number };

/** The hosts that are switched, and the one that copies, told where to and by which copy. */
export type MoveDatabase = (endpoint: Endpoint, copy: CopyWish) => { switching: SwitchEndpoint; copying: CopyDatabase };

/** How long a copy should take that nobody has rehearsed, and how long it may then; a rehearsed one may take twice its time and half an hour. */
const UNKNOWN_MS = 30 * 60_000;
const UNKNOWN_LIMIT_MS = 4 * 60 * 60_000;
const SLACK_MS = 30 * 60_000;

/**
 * Copies the database for good behind a freeze, and leads the application over: one plan, so that no freeze waits for people. Until all hosts are
 * switched everything goes back where anything fails.
 */
export function moveDatabase(portsFor: MoveDatabase, rules: MoveRules): Action {
  return {
    id: "move-database",
    draft: async (asked) => draftOf(portsFor, rules, asked),
    run: async (plan, durable, signal) => run({ portsFor, rules, plan, durable, signal }),
  };
}

async function draftOf(portsFor: MoveDatabase, rules: MoveRules, asked: Asked): Promise<Draft | Refused> {
  const { planId, signal, made } = asked;
  const target = targetOf(made);
  if (isRefused(target)) return target;
  const { units } = rules;
  const endpoint = endpointOf(rules, target.address);
  const rehearsedS = Number(made["rehearsedS"] ?? 0);
  const wish: CopyWish = {
    id: copyIdFor(planId, "move"),
    mode: "copy",
    source: rules.from,
    target,
    ...(rehearsedS > 0 ? { expectedS: rehearsedS } : {}),
  };
  const { switching, copying } = portsFor(endpoint, wish);
  const [seen, switcher, copier] = await Promise.all([
    hostsToSwitch(switching, { endpoint, units }, asked),
    switching.document(signal),
    copying.document(signal),
  ]);
  if (isRefused(seen)) return seen;
  const on = named(seen, rules.host);
  if (isRefused(on)) return on;
  const checked = await copying.check(on.node, signal);
  const refused = refusedBy(on, checked);
  if (refused) return refused;
  const fence = fenceOf(checked);
  return {
    calls: callsFor(seen, { planId, switching, switcher, copy: { on, copying, document: copier } }),
    touches: [
      ...seen.map(touchedHost),
      touchedAddress(endpoint, units, made),
      { kind: "copy", name: wish.id, state: stateOf(on, wish, fence) },
      touchedDocument("document", switcher),
      touchedDocument("copy document", copier),
    ],
    says: saysOf(seen, { endpoint, units, copy: { id: wish.id, host: on.host }, fence, rehearsedS }),
  };
}

function stateOf({ host, node }: SeenOn, { target, expectedS = 0 }: CopyWish, { aside }: Fence) {
  return { host, node, secret: target.secret, expectedS, ...(aside === undefined ? {} : { aside }) };
}

type Calling = {
  planId: string;
  switching: SwitchEndpoint;
  switcher: SwitchDocument;
  copy: { on: SeenOn; copying: CopyDatabase; document: SwitchDocument };
};

/** In their order: all hosts are prepared, their units end, the copy, and then each host is switched. */
function callsFor(seen: readonly SeenOn[], { planId, switching, switcher, copy }: Calling): Draft["calls"] {
  const each = (verb: string) => seen.flatMap((host) => callsOn(switching, { planId, document: switcher, verbs: [verb] }, host));
  const { on, copying, document } = copy;
  return [
    ...each("stage"),
    ...each("rest"),
    { on: "host", document: document.name, hosts: [on.node], values: { verb: "start", ...copying.values } },
    ...each("switch"),
  ];
}

type Saying = { endpoint: Endpoint; units: readonly string[]; copy: { id: string; host: string }; fence: Fence; rehearsedS: number };

function saysOf(seen: readonly SeenOn[], { endpoint, units, copy, fence, rehearsedS }: Saying): Draft["says"] {
  const { from, to } = endpoint;
  const hosts = seen.map((each) => each.host);
  const switchMs = seen.length * MS_PER_HOST;
  const copyMs = rehearsedS > 0 ? rehearsedS * 1000 : null;
  return {
    does: [
      say("endsUnits", units, hosts),
      saysFence(fence, copy.host, endpoint),
      ...changesOf(seen, endpoint),
      say("unitsBeginAgain", units),
    ],
    risks: [
      say("freezesWrites", units, copyMs === null ? null : copyMs + switchMs),
      say("onlyAcknowledged"),
      say("losesNothingInCopy"),
      say("newWritesStay", to),
      ...saysLost(fence, to),
    ],
    takes: [say("moveTakes", copyMs, seen.length, switchMs)],
    costs: [say("costsNothing")],
    undo: [say("moveIsUndone", from), saysKept(fence, from, copy)],
    unchecked: [...(copyMs === null ? [say("notRehearsed")] : []), ...notesOf(seen)],
  };
}

function endpointOf({ from, sslmode }: MoveRules, to: string): Endpoint {
  return { from, to, ...(sslmode === undefined ? {} : { sslmode }) };
}

type Moving = { portsFor: MoveDatabase; rules: MoveRules; plan: Plan; durable: Durable; signal: AbortSignal };

async function run({ portsFor, rules, plan, durable, signal }: Moving): Promise<Done> {
  const { endpoint, wish, host, fence } = approvedIn(plan, rules);
  const { switching: port, copying } = portsFor(endpoint, wish);
  const ordered = { plan, durable, signal, everyMs: rules.everyMs ?? 15_000 };
  const hosts = hostsIn(plan);
  const undoer = hosts.find((each) => each.host === host);
  if (!undoer) throw new Error(`the plan has no host ${host}`);
  const ordering: Ordering = { ...ordered, port: copying, document: "copy document" };
  const expectedMs = wish.expectedS === undefined ? UNKNOWN_MS : wish.expectedS * 1000;
  const limitMs = wish.expectedS === undefined ? UNKNOWN_LIMIT_MS : 2 * expectedMs + SLACK_MS;
  const story: Story = {
    switching: { ...ordered, port, document: "document" },
    hosts,
    endpoint,
    undoer,
    fingerprint: "",
    copying: {
      ordering,
      on: undoer,
      made: async () => waitForCopy(ordering, undoer, { name: "copy", expectedMs, limitMs, endsAtHalt: true }),
    },
  };
  const { elapsedS = 0 } = await leadOver(story);
  const { from, to } = endpoint;
  const names = hosts.map((each) => each.host);
  const move = moveOf(plan, endpoint);
  return {
    says: [
      say("movedTo", from, to, elapsedS * 1000),
      say("endpointSwitched", to, names),
      say("oldStaysFenced", from),
      saysKept(fence, from, { id: wish.id, host }),
      saysMove(move, rules.monitor),
    ],
    mends: true,
    gives: givenBy(move),
  };
}

/** What people approved: the way, the copy and its host, and how the old database is closed. */
function approvedIn({ draft }: Plan, rules: MoveRules): { endpoint: Endpoint; wish: CopyWish; host: string; fence: Fence } {
  const { name: to = "" } = draft.touches.find(({ kind }) => kind === "address") ?? {};
  const { name: id = "", state = {} } = draft.touches.find(({ kind }) => kind === "copy") ?? {};
  const expectedS = Number(state["expectedS"]);
  const target = { address: to, secret: String(state["secret"]) };
  return {
    endpoint: endpointOf(rules, to),
    wish: { id, mode: "copy", source: rules.from, target, ...(expectedS > 0 ? { expectedS } : {}) },
    host: String(state["host"]),
    fence: typeof state["aside"] === "string" ? { aside: state["aside"] } : {},
  };
}
