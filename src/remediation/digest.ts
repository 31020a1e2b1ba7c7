import { createHash } from "node:crypto";
import type { Draft, Plan, Touched } from "./plan.ts";

/** What of a plan people approve. Sentences are not in it: they follow from the rest, in any language. */
type Approved = Pick<Plan, "environment" | "action" | "input" | "rootCauses" | "policy"> & { draft: Pick<Draft, "calls" | "touches"> };

/** The identity of everything that changes what a plan runs, or where: SHA-256 in hexadecimal, the same for the same content in any order of keys. */
export function digestOf({ environment, action, input, rootCauses, policy, draft: { calls, touches } }: Approved): string {
  const approved = { environment, action, input, rootCauses: rootCauses.toSorted(), policy, calls, touches };
  return createHash("sha256").update(canonical(approved)).digest("hex");
}

/** One thing that is not as it was when the plan was made. */
export type Difference = { kind: string; name: string; of: string; was: string; is: string };

/** What differs between a plan's draft and one that was made just now. Empty: the same calls would be made to the same things. */
export function differencesOf(was: Draft, is: Draft): Difference[] {
  const touched = [...was.touches.flatMap((before) => changesOf(before, find(is.touches, before))), ...appeared(was, is)];
  const calls = canonical(was.calls) === canonical(is.calls);
  return calls || touched.length > 0
    ? touched
    : [{ kind: "calls", name: "", of: "calls", was: canonical(was.calls), is: canonical(is.calls) }];
}

function changesOf(before: Touched, now: Touched | undefined): Difference[] {
  const { kind, name } = before;
  if (!now) return [{ kind, name, of: "existence", was: "there", is: "gone" }];
  const keys = [...new Set([...Object.keys(before.state), ...Object.keys(now.state)])].toSorted();
  return keys
    .map((of) => ({ kind, name, of, was: String(before.state[of] ?? ""), is: String(now.state[of] ?? "") }))
    .filter((each) => each.was !== each.is);
}

function appeared(was: Draft, is: Draft): Difference[] {
  return is.touches
    .filter((now) => !find(was.touches, now))
    .map(({ kind, name }) => ({ kind, name, of: "existence", was: "unknown", is: "there" }));
}

function find(touches: readonly Touched[], { kind, name }: Touched): Touched | undefined {
  return touches.find((each) => each.kind === kind && each.name === name);
}

/** JSON with its keys in order, so that the same content is the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
