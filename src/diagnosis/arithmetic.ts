import { knownFact, type Evidence } from "../evidence/evidence.ts";

/** gunicorn's default for `--timeout`, in seconds (gunicorn's settings, `timeout`). */
const DEFAULT_TIMEOUT_S = 30;
/** gunicorn's arbiter looks once a second, so a worker is gone about a second after its time-out where the journal does not tell. */
const DEFAULT_GONE_S = 1;

/** How the duration of a typical failed request adds up: the time-out, the time until the worker was gone, and what is left. */
export type Arithmetic = { host: string; durationS: number; timeoutS: number; timeoutAssumed: boolean; goneS: number; remainderS: number };

/**
 * The sum behind slow failures on one host, or nothing where there were no worker time-outs or no slow failures. What remains after the
 * time-out and the kill is time that the request waited before a worker took it (or, below a second or so, the proxy's own).
 */
export function arithmeticOf(evidence: Evidence, host: string): Arithmetic | undefined {
  const number = (fact: string) => {
    const value = knownFact(evidence, host, fact)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const durationS = number("caddyAccess.slowest502S");
  if (!number("gunicornJournal.workerTimeouts") || durationS === undefined) return undefined;
  const configured = number("gunicornUnit.timeoutS");
  // A settings file may set another time-out, which nobody read.
  if (configured === undefined && knownFact(evidence, host, "gunicornUnit.configFile")) return undefined;
  const timeoutS = configured ?? DEFAULT_TIMEOUT_S;
  const goneS = number("gunicornJournal.timeoutToKillS") ?? DEFAULT_GONE_S;
  const remainderS = durationS - timeoutS - goneS;
  if (remainderS < -1.5) return undefined;
  return { host, durationS, timeoutS, timeoutAssumed: configured === undefined, goneS, remainderS: Math.max(0, remainderS) };
}
