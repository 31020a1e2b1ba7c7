import type { Progress, Sent } from "../../evidence/gather.ts";
import type { Ran } from "../messages/thread/ran.ts";
import { withProgress, type Steps } from "./steps.ts";

/** Follows a diagnosis: what is told of it turns the plan over, now and then; `ran` is what it has run so far. */
export type LivePlan = { onProgress: (told: Progress) => void; steps: () => Steps; ran: () => Ran; end: () => void };

/** Many hosts tell much at once; the plan is made anew at most this often (and sent less often still). */
const REDRAW_MS = 300;

/** Follow a diagnosis from its first steps on; `draw` is called with each state that is worth showing, until `end`. */
export function followSteps(first: Steps, draw: (steps: Steps) => void): LivePlan {
  let steps = first;
  let timer: NodeJS.Timeout | undefined;
  const sent: Sent[] = [];
  const queries = new Set<string>();
  const redraw = () => {
    timer = undefined;
    draw(steps);
  };
  return {
    onProgress: (told) => {
      steps = withProgress(steps, told);
      if (told.kind === "sent") sent.push(told.sent);
      if (told.kind === "step" && told.host === "" && told.raw.kind === "output") queries.add(told.step);
      timer ??= setTimeout(redraw, REDRAW_MS);
    },
    steps: () => steps,
    // What was sent names its own hosts; without it, a host that answered ran the script as a process of ours.
    ran: () => ({
      sent,
      local: sent.length > 0 ? [] : (steps.hosts ?? []).filter((host) => (steps.looks.get(host)?.taken ?? 0) > 0),
      queries: [...queries],
    }),
    end: () => clearTimeout(timer),
  };
}
