import { inIncident, inWindow, type Window } from "../../../incident/window.ts";
import type { Facts, FactValue } from "../../../runbook/facts.ts";
import type { Moment, MomentKind } from "../../finding.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { GUNICORN_FACTS } from "./gunicorn-facts.ts";
import { failureOf } from "./failure-kinds.ts";
import { failureFacts } from "./gunicorn-failures.ts";
import { type Kill, killsOf, type WorkerEvent, workerEventsOf } from "./gunicorn-workers.ts";
import { journalClosed, journalLines, type JournalLine } from "../text/journal.ts";
import { medianOf } from "../text/figures.ts";
import { type Traceback, tracebacksOf } from "./tracebacks.ts";
import { type UnitEvent, unitEventOf } from "./unit-events.ts";
import { reason } from "../../../words/because.ts";

/**
 * `journalctl -u` of a gunicorn unit, or gunicorn's own log: time-outs, kills and why, boots that failed, what systemd did to the unit, and
 * every failed request by what it failed of. Only what happened inside the window counts; a text without any times counts as a whole.
 */
export const gunicornJournal: Parser = { facts: GUNICORN_FACTS, parse };

function parse(text: string, reading: Reading): Parsed | undefined {
  const cut = !endsWhole(text);
  const all = journalLines(text, reading);
  const lines = cut ? all.slice(0, -1) : all;
  if (all.length === 0 && journalClosed(text)) return undefined;
  const story = storyOf(lines, cut);
  const known = all.some((line) => line.ms !== undefined || line.ident !== undefined) || story.seen;
  if (!known && all.length > 0) return undefined;
  const guessed = all.some((line) => line.guessed) && story.tracebacks.some(untimed);
  const whole = !cut && !guessed;
  const because = guessed ? reason("noOwnTimes") : cut ? reason("journalCut") : undefined;
  const facts = factsOf(all, story, reading.window);
  return { facts, whole, ...(because !== undefined && { because }), moments: momentsOf(story) };
}

/** A failure in a plain log that no stamped line announced: it happened some time after the last stamp. */
function untimed({ guessed, heading }: Traceback): boolean {
  return guessed === true && !/^Error handling|^Exception in/.test(heading ?? "");
}

type Story = {
  events: readonly WorkerEvent[];
  kills: readonly Kill[];
  unit: readonly { event: UnitEvent; line: JournalLine }[];
  tracebacks: readonly Traceback[];
  seen: boolean;
};

function storyOf(lines: readonly JournalLine[], cut: boolean): Story {
  const events = workerEventsOf(lines);
  const unit = lines.flatMap((line) => {
    const event = unitEventOf(line);
    return event ? [{ event, line }] : [];
  });
  const times = lines.flatMap(({ ms }) => ms ?? []);
  const kills = killsOf(events, { firstMs: times[0], lastMs: times.at(-1), cut });
  const tracebacks = tracebacksOf(lines, cut);
  return { events, kills, unit, tracebacks, seen: events.length + unit.length + tracebacks.length > 0 };
}

function factsOf(lines: readonly JournalLine[], story: Story, window: Window): Facts {
  const times = lines.flatMap(({ ms }) => ms ?? []);
  const inside = ({ ms }: { ms?: number }): boolean => (ms === undefined ? times.length === 0 : inWindow(window, ms));
  const felt = (at: { ms?: number }): boolean => inside(at) && (at.ms === undefined || inIncident(window, at.ms));
  const now: Story = {
    ...story,
    // A stop or a failed start may come long before the first request that it fails; what fails requests does not.
    events: story.events.filter(({ what, line }) => (what === "timeout" ? felt(line) : inside(line))),
    kills: story.kills.filter(({ event }) => felt(event.line)),
    unit: story.unit.filter(({ line }) => inside(line)),
    tracebacks: story.tracebacks.filter((traceback) => felt(traceback) || (inside(traceback) && failureOf(traceback).kind === "boot")),
  };
  const [first, last] = [times[0], times.at(-1)];
  return {
    entries: lines.filter(inside).length,
    ...workerFacts(now, story.events),
    ...failureFacts(now.tracebacks),
    ...unitFacts(now),
    ...(first !== undefined && last !== undefined && { firstEntryAtMs: first, lastEntryAtMs: last }),
  };
}

function workerFacts({ events, kills, unit }: Story, all: readonly WorkerEvent[]): Record<string, FactValue> {
  const count = (what: WorkerEvent["what"]): number => events.filter((event) => event.what === what).length;
  const killed = (why: Kill["why"]): number => kills.filter((kill) => kill.why === why).length;
  const bootExits = unit.filter(({ event }) => event.what === "exited" && (event.status === 3 || event.status === 4)).length;
  const gaveUp = events.find((event) => event.what === "boot-failed");
  const textOf = (what: WorkerEvent["what"]): string | undefined => all.findLast((event) => event.what === what)?.text;
  const [version, workerClass, toKillS] = [
    textOf("started"),
    textOf("worker-class"),
    medianOf(kills.flatMap(({ afterS }) => afterS ?? [])),
  ];
  const lastTimeout = events.findLast((event) => event.what === "timeout")?.line.ms;
  return {
    workerTimeouts: count("timeout"),
    workersKilledAfterTimeout: killed("after-timeout"),
    workersLostWithoutTimeout: killed("without-timeout"),
    workersKilledUnclear: killed("unclear"),
    workersAborted: count("aborted"),
    workersCrashed: count("crashed"),
    workersExited: count("exited"),
    workersBooted: count("booted"),
    bootFailures: Math.max(count("boot-failed"), bootExits),
    ...(gaveUp && { bootError: gaveUp.line.message.slice(0, 160) }),
    portInUse: count("port-in-use"),
    portInUseGaveUp: count("port-given-up") > 0,
    stopSignals: count("stop-signal"),
    reloads: count("reload"),
    shutdowns: count("shut-down"),
    starts: count("started"),
    ...(toKillS !== undefined && { timeoutToKillS: toKillS }),
    ...(version !== undefined && { version }),
    ...(workerClass !== undefined && { workerClass }),
    ...(lastTimeout !== undefined && { lastTimeoutAtMs: lastTimeout }),
  };
}

function unitFacts({ events, unit }: Story): Record<string, FactValue> {
  const count = (...what: UnitEvent["what"][]): number => unit.filter(({ event }) => what.includes(event.what)).length;
  const newest = (own: WorkerEvent["what"], ...what: UnitEvent["what"][]): number | undefined => {
    const lines = [...events.filter((event) => event.what === own), ...unit.filter(({ event }) => what.includes(event.what))];
    return lines.reduce<number | undefined>((ms, { line }) => (line.ms === undefined ? ms : Math.max(ms ?? line.ms, line.ms)), undefined);
  };
  const [stop, start] = [newest("stop-signal", "stopping", "stopped", "failed", "oom-result"), newest("started", "started")];
  return {
    oomUnitKills: Math.max(count("oom-kill"), count("oom-result"), count("oomd-kill")),
    restartsScheduled: count("restart-scheduled"),
    unitFailedExit: unit.filter(({ event }) => event.what === "exited" && event.status !== 0).length,
    unitKilled: count("killed"),
    unitNotExecuted: count("not-executed"),
    unitGaveUp: count("gave-up") > 0,
    unitStopRequests: count("stopping"),
    ...(stop !== undefined && { lastStopAtMs: stop }),
    ...(start !== undefined && { lastStartAtMs: start }),
  };
}

const EVENT_MOMENTS: Partial<Record<WorkerEvent["what"], MomentKind>> = {
  timeout: "worker-timeout",
  crashed: "worker-lost",
  booted: "worker-booted",
  "boot-failed": "boot-failed",
};

const UNIT_MOMENTS: Partial<Record<UnitEvent["what"], MomentKind>> = {
  started: "service-started",
  stopped: "service-stopped",
  failed: "service-stopped",
  "oom-result": "service-stopped",
};

const MOMENT_LIMIT = 200;

/** For the timeline and for rules that look at two steps: also what happened before the window; a kill by gunicorn itself is no loss. */
function momentsOf({ events, kills, unit }: Story): Moment[] {
  const lost = kills.filter((kill) => kill.why !== "after-timeout").map(({ event }) => event);
  const found = [
    ...events.flatMap((event) => momentOf(EVENT_MOMENTS[event.what], event.line, event.of)),
    ...lost.flatMap((event) => momentOf("worker-lost", event.line, event.of)),
    ...unit.flatMap(({ event, line }) => momentOf(UNIT_MOMENTS[event.what], line, undefined)),
  ];
  return found.toSorted((a, b) => a.at - b.at).slice(-MOMENT_LIMIT);
}

function momentOf(what: MomentKind | undefined, { ms, message }: JournalLine, pid: number | undefined): Moment[] {
  if (what === undefined || ms === undefined) return [];
  return [{ what, at: ms, text: message.slice(0, 200), ...(pid !== undefined && { pid }) }];
}
