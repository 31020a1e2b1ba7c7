/** What goes wrong. `slow` is answered well, only later; `reset-after` is carried out, and its answer is lost. */
export type FaultKind =
  | "throttle"
  | "access-denied"
  | "hang"
  | "reset-before"
  | "reset-after"
  | "http-500"
  | "http-503"
  | "slow"
  | { error: string; message: string };

/** A fault for the calls it names (all calls when it names none), `times` times (always when left out), after `delayMs`. */
export type Fault = { service?: string; operation?: string; times?: number; kind: FaultKind; delayMs?: number };

/** The faults in force; the first that fits a call is used. */
export type Faults = { add(fault: Fault): () => void; clear(): void };

/** Faults together with the way the server takes them. */
export function faultBox(): Faults & { take(service: string, operation: string): Fault | undefined } {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? Infinity };
      faults.push(entry);
      return () => void (faults = faults.filter((each) => each !== entry));
    },
    clear: () => void (faults = []),
    take(service, operation) {
      const entry = faults.find(
        ({ fault, left }) => left > 0 && (fault.service ?? service) === service && (fault.operation ?? operation) === operation,
      );
      if (entry) entry.left--;
      return entry?.fault;
    },
  };
}

/** How a call's log entry names the fault it met. */
export function faultName(kind: FaultKind): string {
  return typeof kind === "string" ? kind : kind.error;
}
