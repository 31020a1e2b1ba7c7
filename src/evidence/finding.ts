import type { Facts } from "../runbook/facts.ts";
import type { Because } from "../words/because.ts";

/**
 * Something that a log says happened, for the timeline and for facts that need two steps (`joined.ts`). `text` is what programs say, in no
 * language of ours; `afterMs` is how long a request had taken.
 */
export type Moment = { what: MomentKind; at: number; text: string; pid?: number; of?: string; afterMs?: number };

/** The moments that parsers report. */
export type MomentKind =
  | "oom-kill"
  | "worker-timeout"
  | "worker-lost"
  | "worker-booted"
  | "boot-failed"
  | "service-started"
  | "service-stopped"
  | "changed"
  | "request-failed"
  | "client-left";

/**
 * What one step said. "No answer" is evidence too, so it is a value and not an exception:
 * - `facts`: it ran and was read; `whole` is false where the output was cut, and then what it does not say proves nothing: counts are lower
 *   bounds, and only what is `measured` (numbers, texts, times) stands as it is;
 * - `empty`: it ran and printed nothing;
 * - `failed`: it ran and could not do its work;
 * - `unknown`: it could not be run, was never answered, or could not be read; `unasked` where the configuration does not ask for it.
 */
export type Finding =
  | { kind: "facts"; facts: Facts; whole: boolean; measured?: ReadonlySet<string>; because?: Because; moments?: readonly Moment[] }
  | { kind: "empty" }
  | { kind: "failed"; exitCode: number; because: Because }
  | { kind: "unknown"; because: Because; unasked?: true };
