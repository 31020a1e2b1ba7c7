/** Where things are told to the operator: an object of facts, then what was being done. */
export type Log = {
  debug: Say;
  info: Say;
  warn: Say;
  error: Say;
  fatal: Say;
};

type Say = (facts: Record<string, unknown>, doing: string) => void;
