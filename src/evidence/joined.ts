import { inWindow, type Window } from "../incident/window.ts";
import type { FactSpecs } from "../runbook/facts.ts";
import { reasons } from "../words/reasons-en.ts";
import type { Findings } from "./evidence.ts";
import type { Finding, Moment } from "./finding.ts";

/** Facts that need two steps of one host. */
export const joinedFacts: FactSpecs = {
  oomLosses: { kind: "count", doc: "Workers lost without a time-out of theirs, within 5 s of a kernel or systemd-oomd kill" },
};

/** A kill and the loss it caused are logged by two programs; this far apart they are still one. */
const SAME_MOMENT_MS = 5_000;
/** gunicorn kills a worker about a second after its time-out; a loss this soon after one is gunicorn's own doing. */
const OWN_KILL_MS = 10_000;

/** Join what the kernel and gunicorn said on one host. Unknown unless both could be read; a cut one leaves lower bounds. */
export function joinFindings(findings: Findings, window: Window): Finding {
  const kernel = ["kernel-log", "kernel-journal"].map((id) => findings.get(id)).filter((finding) => finding?.kind === "facts");
  const gunicorn = findings.get("gunicorn-journal");
  if (kernel.length === 0 || gunicorn?.kind !== "facts") return { kind: "unknown", because: reasons.needsKernelAndGunicorn };
  const kills = kernel.flatMap((finding) => momentsOf(finding, "oom-kill")).filter((kill) => inWindow(window, kill.at));
  const timeouts = momentsOf(gunicorn, "worker-timeout");
  const ownKill = (loss: Moment) =>
    timeouts.some((timeout) => timeout.pid === loss.pid && loss.at >= timeout.at && loss.at - timeout.at <= OWN_KILL_MS);
  const losses = momentsOf(gunicorn, "worker-lost").filter((loss) => inWindow(window, loss.at) && !ownKill(loss));
  const oomLosses = losses.filter((loss) => kills.some((kill) => Math.abs(kill.at - loss.at) <= SAME_MOMENT_MS)).length;
  return { kind: "facts", facts: { oomLosses }, whole: gunicorn.whole && kernel.some((finding) => finding.whole) };
}

function momentsOf(finding: Finding, what: Moment["what"]): readonly Moment[] {
  return finding.kind === "facts" ? (finding.moments ?? []).filter((moment) => moment.what === what) : [];
}
