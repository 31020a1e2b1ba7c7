import type { Because } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Input, Refused, Touched } from "../plan.ts";

/** A unit as systemd calls it: `state` such as `active/running`, `invocation` the id that each start of it has for itself. */
export type UnitState = {
  loaded: boolean;
  active: boolean;
  state: string;
  invocation: string;
  activeSince: string;
  activeForMs: number | undefined;
  /** How often systemd has restarted it by itself since somebody last did. */
  restarts: number;
};

/** The unit on one host, or why that cannot be told. */
export type UnitOnHost = { host: string; node: string } & ({ unit: UnitState } | { unreachable: Because });

/** Restarts by systemd itself count as a loop while the unit has not been up for so long. */
const LOOP_MS = 60_000;

/** The one unit that is meant, as the configuration writes it; nothing where it is not allowed, or several are and none is named. */
export function chosenUnit(units: readonly string[], wanted: string | undefined): string | undefined {
  const bare = (unit: string) => unit.replace(/\.service$/, "");
  return wanted === undefined ? (units.length === 1 ? units[0] : undefined) : units.find((unit) => bare(unit) === bare(wanted));
}

/** A unit that was seen. */
export type SeenUnit = { host: string; node: string; unit: UnitState };

/** The hosts that are meant, all reached and with the unit on them; the refusal where that is not so. */
export function onHosts(all: readonly UnitOnHost[], unit: string, { host: wanted }: Input): SeenUnit[] | Refused {
  const meant = all.filter(({ host, node }) => wanted === undefined || wanted === host || wanted === node);
  if (wanted !== undefined && meant.length === 0) return refusal("no-such-host", say("hostNotHere", wanted, hostsOf(all)));
  const away = meant.filter((each) => "unreachable" in each);
  const [first] = away;
  if (first) return refusal("host-offline", say("hostsNotReached", hostsOf(away), first.unreachable));
  const seen = meant.filter((each): each is SeenUnit => "unit" in each);
  const without = hostsOf(seen.filter((each) => !each.unit.loaded));
  return without.length > 0 || seen.length === 0 ? refusal("no-such-unit", say("unitNotThere", unit, without)) : seen;
}

/** What of a unit must be the same when the plan runs. One that does not stay up has another id each time: of it, only that counts. */
export function touchedUnit(unit: string) {
  return ({ host, node, unit: seen }: SeenUnit): Touched => {
    const { state, invocation, activeSince } = seen;
    const steady = { state, invocation, activeSince };
    return { kind: "host", name: host, state: { node, unit, ...(isLooping(seen) ? { state: "does not stay up" } : steady) } };
  };
}

/** Whether systemd keeps restarting a unit that does not stay up. */
function isLooping({ active, state, activeForMs = 0, restarts }: UnitState): boolean {
  return state.endsWith("/auto-restart") || (restarts > 0 && (state.startsWith("activating") || (active && activeForMs < LOOP_MS)));
}

function hostsOf(seen: readonly { host: string }[]): string[] {
  return seen.map(({ host }) => host);
}

/** A "no" with its name and sentence. */
export function refusal(refused: string, because: Refused["because"]): Refused {
  return { refused, because };
}
