import type { Because } from "../../../words/because.ts";
import { say } from "../../../words/plan-say.ts";
import type { Asked } from "../../action.ts";
import type { Refused } from "../../plan.ts";
import type { HostEnd, HostOrders } from "../switch/host.ts";
import { refusal } from "../unit.ts";

/** The database that is copied to, as an earlier plan of the incident gave it; `secret` is the ARN of what keeps its administrator's password. */
export type CopyTarget = { address: string; secret: string };

/** One run of the program (docs/copy.md). Without a `source` it is not known yet; `scratch` is what a rehearsal copies into. */
export type CopyWish = {
  id: string;
  mode: "rehearse" | "copy";
  source?: string;
  target: CopyTarget;
  scratch?: string;
  expectedS?: number;
};

/** The host on which a copy is to run. */
export type CopyHost = { host: string; node: string };

/** What a copy needs of the host that reaches both databases. */
export type CopyDatabase = HostOrders & {
  look: (signal: AbortSignal) => Promise<CopyHost | { host: string; unreachable: Because }>;
  /** What the document is given, but for the verb. */
  values: Readonly<Record<string, string>>;
  /** What would stop it, said by the program itself; changes nothing. */
  check: (node: string, signal: AbortSignal) => Promise<HostEnd>;
};

/** The most characters of an id of the program. */
const MOST_CHARS = 40;

/** The id of a plan's copy: the same for the same plan. */
export function copyIdFor(planId: string, what: "rehearsal" | "move"): string {
  const word = planId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${what.slice(0, 1)}-${word}`.slice(0, MOST_CHARS);
}

/** Where to copy to: what the incident's plans have made; the refusal where none has. */
export function targetOf({ address, secret }: Asked["made"]): CopyTarget | Refused {
  if (!address || !secret) return refusal("no-target", say("noTargetMade"));
  return { address, secret };
}

/** The host, reached; the refusal where it is not. */
export async function copyHostOf(port: CopyDatabase, signal: AbortSignal): Promise<CopyHost | Refused> {
  const on = await port.look(signal);
  return "unreachable" in on ? refusal("host-offline", say("hostsNotReached", [on.host], on.unreachable)) : on;
}

/** Why a look at the copy's host says no. */
export function refusedBy({ host }: CopyHost, end: HostEnd): Refused | undefined {
  if ("unreachable" in end) return refusal("host-offline", say("hostsNotReached", [host], end.unreachable));
  return end.result === "failed" ? refusal("copy-refused", say("copyWouldStop", host, { said: end.because })) : undefined;
}
