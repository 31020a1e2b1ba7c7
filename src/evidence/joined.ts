import { inWindow, type Window } from "../incident/window.ts";
import type { FactSpecs, Facts } from "../runbook/facts.ts";
import { reason } from "../words/because.ts";
import type { Findings } from "./evidence.ts";
import type { Finding, Moment } from "./finding.ts";

/** Facts that need two steps of one host, or a step and the incident's beginning. */
export const joinedFacts: FactSpecs = {
  oomLosses: { kind: "count", doc: "Workers lost without a time-out of theirs, within 5 s of a kernel or systemd-oomd kill" },
  killsMaybeOurs: { kind: "count", doc: "The same, with kills of programs like the application's whose unit the kernel did not name" },
  appKills: { kind: "count", doc: "Kills for memory in the application's unit, none of them long before the incident began" },
};

/** A kill and the loss it caused are logged by two programs; this far apart they are still one. */
const SAME_MOMENT_MS = 5_000;
/** gunicorn kills a worker about a second after its time-out; a loss this soon after one is gunicorn's own doing. */
const OWN_KILL_MS = 10_000;
/** A kill is felt at once: one this much before the first failing request did not bring the incident about. */
const FELT_MS = 30_000;

/** Join what the kernel and gunicorn said on one host. Unknown unless the kernel's log could be read; a cut one leaves lower bounds. */
export function joinFindings(findings: Findings, window: Window, unit: string): Finding {
  const kernel = ["kernel-log", "kernel-journal"].map((id) => findings.get(id)).filter((finding) => finding?.kind === "facts");
  const gunicorn = findings.get("gunicorn-journal");
  if (kernel.length === 0) return { kind: "unknown", because: reason("needsKernel") };
  const since = window.basis === "default" ? window.from.getTime() : window.beganAt.getTime() - FELT_MS;
  const kills = kernel.flatMap((finding) => momentsOf(finding, "oom-kill")).filter((kill) => inWindow(window, kill.at) && kill.at >= since);
  const facts: Facts = {
    appKills: kills.filter((kill) => isInUnit(kill, unit)).length,
    killsMaybeOurs: kills.filter((kill) => isInUnit(kill, unit) || mayBeOurs(kill)).length,
  };
  const whole = kernel.some((finding) => finding.whole);
  if (gunicorn?.kind !== "facts") return { kind: "facts", facts, whole };
  return { kind: "facts", facts: { ...facts, oomLosses: lossesAt(kills, gunicorn, window) }, whole: whole && gunicorn.whole };
}

/** How many workers were lost at the time of a kill, and not by gunicorn itself. */
function lossesAt(kills: readonly Moment[], gunicorn: Finding, window: Window): number {
  const timeouts = momentsOf(gunicorn, "worker-timeout");
  const ownKill = (loss: Moment) =>
    timeouts.some((timeout) => timeout.pid === loss.pid && loss.at >= timeout.at && loss.at - timeout.at <= OWN_KILL_MS);
  const losses = momentsOf(gunicorn, "worker-lost").filter((loss) => inWindow(window, loss.at) && !ownKill(loss));
  return losses.filter((loss) => kills.some((kill) => Math.abs(kill.at - loss.at) <= SAME_MOMENT_MS)).length;
}

function isInUnit(kill: Moment, unit: string): boolean {
  const name = unit.replace(/\.service$/, "");
  return (kill.of ?? "").split("/").some((part) => part === name || part === `${name}.service`);
}

/** A kill whose moment names only the program, and a program that serves Python applications. */
function mayBeOurs(kill: Moment): boolean {
  return !(kill.of ?? "").includes(".service") && /python|gunicorn|uvicorn/.test(`${kill.of ?? ""} ${kill.text}`);
}

function momentsOf(finding: Finding, what: Moment["what"]): readonly Moment[] {
  return finding.kind === "facts" ? (finding.moments ?? []).filter((moment) => moment.what === what) : [];
}
