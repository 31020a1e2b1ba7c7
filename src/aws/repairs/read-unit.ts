import type { UnitState } from "../../remediation/actions/unit.ts";
import { reason, said, Unseen } from "../../words/because.ts";

const BEGIN = "gumshoe:1 begin\n";
const END = "gumshoe:1 end\n";
const FAILED = /^gumshoe:1 failed: (.*)$/m;

/** What a repair's script printed of a unit, by when it looked (`now`, or `before` and `after`). Throws an Unseen where that is not whole. */
export function readUnit(output: string): Readonly<Record<string, UnitState>> {
  const [, why] = FAILED.exec(output) ?? [];
  if (why !== undefined) throw new Unseen(why.includes("SSM Agent is too old") ? reason("agentTooOld") : said(why.slice(0, 200)));
  const [begin, end] = [output.indexOf(BEGIN), output.indexOf(END)];
  if (begin < 0 || end < begin) throw new Unseen(reason("cutOff"));
  const looks = new Map<string, Map<string, string>>();
  for (const line of output.slice(begin + BEGIN.length, end).split("\n")) {
    const [, when, key, value] = /^([a-z]+)\.(\w+)=(.*)$/.exec(line) ?? [];
    if (when === undefined || key === undefined || value === undefined) continue;
    looks.set(when, (looks.get(when) ?? new Map<string, string>()).set(key, value));
  }
  return Object.fromEntries([...looks].filter(([when]) => when !== "restart").map(([when, seen]) => [when, stateOf(seen)]));
}

function stateOf(seen: ReadonlyMap<string, string>): UnitState {
  const active = seen.get("ActiveState");
  // systemctl itself failed: nothing is known of the unit.
  if (active === undefined) throw new Unseen(reason("emptyOutput"));
  const [sub, result] = [seen.get("SubState") ?? "", seen.get("Result") ?? ""];
  return {
    loaded: seen.get("LoadState") === "loaded",
    active: active === "active",
    state: `${active}/${sub}${active === "failed" && result ? ` (${result})` : ""}`.slice(0, 100),
    invocation: seen.get("InvocationID") ?? "",
    activeSince: seen.get("ActiveEnterTimestamp") ?? "",
    activeForMs: activeForMs(seen.get("Uptime"), seen.get("ActiveEnterTimestampMonotonic")),
    restarts: Number(seen.get("NRestarts") ?? 0) || 0,
  };
}

/** Both clocks begin when the host starts; the first is in seconds, the second in microseconds. */
function activeForMs(uptime = "", entered = ""): number | undefined {
  if (uptime === "" || entered === "" || entered === "0") return undefined;
  const ms = Number(uptime) * 1000 - Number(entered) / 1000;
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}
