import { type Fault, only } from "./fault.ts";

/** The carrier takes 55 s to quote, and the shop waits for it without a limit of its own. */
export const upstreamApiSlow: Fault = {
  name: "upstream-api-slow",
  holdS: 80,
  expected: only("upstream-api-slow"),
  induce: async ({ parties, traffic }) => {
    const usual = parties.carrierDelayMs;
    parties.carrierDelayMs = 55_000;
    const stop = traffic.add({ uri: () => "/shipping/quote/?weight=3", everyS: 5 });
    return () => {
      stop();
      parties.carrierDelayMs = usual;
    };
  },
};
