import type { Fault } from "./fault.ts";

/** Nothing is broken: ordinary traffic with its few 404s. */
export const healthy: Fault = {
  name: "healthy",
  holdS: 0,
  expected: { verdict: "healthy" },
  induce: async () => () => undefined,
};
