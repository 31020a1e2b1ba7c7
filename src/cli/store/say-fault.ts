import { StoreFault, type Fault } from "../../store/database/store-fault.ts";
import type { Words } from "../../words/en.ts";
import { UsageError } from "../usage-error.ts";

/** Why the store does not open, as a sentence with what to do. */
export function tellFault(fault: Fault, { store }: Words): string {
  // Each kind has its sentence, which takes what is known of it.
  return (store.fault[fault.kind] as (of: Fault) => string)(fault);
}

/** Does something with the store; what the operator can put right becomes a UsageError. */
export async function withFaults<Result>(words: Words, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreFault) throw new UsageError(tellFault(error.fault, words), { cause: error });
    throw error;
  }
}
