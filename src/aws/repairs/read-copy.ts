import type { HostEnd } from "../../remediation/actions/switch/host.ts";
import { reason, Unseen } from "../../words/because.ts";

/**
 * What the program of a copy came to on a host. Of what tells a state (`status`, `start`, `stop`) that state is the answer, whatever it is. Throws an
 * Unseen where its output is not whole: each verb says a reason, which may be empty, and an exit.
 */
export function readCopy(output: string): HostEnd {
  const says: Record<string, string> = {};
  for (const line of output.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) says[line.slice(0, at)] = line.slice(at + 1);
  }
  const { exit, reason: because, state } = says;
  if (exit === undefined || because === undefined) throw new Unseen(reason("cutOff"));
  if (because.includes("SSM Agent is too old")) throw new Unseen(reason("agentTooOld"));
  if (state !== undefined || exit === "0") return { result: "done", says };
  return { result: "failed", because: because.slice(0, 400) };
}
