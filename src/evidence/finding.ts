import type { Facts } from "../runbook/facts.ts";

/** Something that a log says happened, for the timeline and for facts that need two steps (`joined.ts`). */
export type Moment = { what: MomentKind; at: number; text: string; pid?: number; of?: string };

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
  | "request-failed";

/**
 * What one step said. "No answer" is evidence too, so it is a value and not an exception:
 * - `facts`: it ran and was read; `whole` is false where the output was cut, and then what it does not say proves nothing: counts are lower
 *   bounds, and only what is `measured` (numbers, texts, times) stands as it is;
 * - `empty`: it ran and printed nothing;
 * - `failed`: it ran and could not do its work;
 * - `unknown`: it could not be run, was never answered, or could not be read; `unasked` where the configuration does not ask for it.
 */
export type Finding =
  | { kind: "facts"; facts: Facts; whole: boolean; measured?: ReadonlySet<string>; because?: string; moments?: readonly Moment[] }
  | { kind: "empty" }
  | { kind: "failed"; exitCode: number; because: string }
  | { kind: "unknown"; because: string; unasked?: true };
