/** Where the store tells the operator what happens to it: an object of facts, then what was being done. */
export type StoreLog = { info: Say; warn: Say; error: Say };

type Say = (facts: Record<string, unknown>, doing: string) => void;
