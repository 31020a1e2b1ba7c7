import type { Database } from "../host/database.ts";
import type { Machine } from "../host/machine.ts";
import type { ThirdParties } from "../traffic/third-parties.ts";
import type { Traffic } from "../traffic/traffic.ts";

/** Everything that a fault can break. */
export type Lab = { machine: Machine; database: Database; traffic: Traffic; parties: ThirdParties };

/** What a look has to say: exactly these root causes (none where left out), and these causes only suspected. */
export type Expected = { verdict: string; rootCauses?: readonly string[]; suspected?: readonly string[] };

/** One way to break the shop. */
export type Fault = {
  /** Also the name of the folder that its record goes to. */
  name: string;
  /** How long it lasts before the look: enough for its slowest evidence, such as gunicorn's 30 s. */
  holdS: number;
  expected: Expected;
  /** What a look that may not read the metrics has to say; such a look is taken only where this is given. */
  withoutMetrics?: Expected;
  /** Breaks it and returns what mends it; mending is done once, also after a failure of the look. */
  induce: (lab: Lab) => Promise<() => unknown>;
};

/** The usual expectation: this cause and no other. */
export function only(cause: string): Expected {
  return { verdict: "root-cause", rootCauses: [cause] };
}
