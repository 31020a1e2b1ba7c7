import type { PlanSay } from "../words/plan-say.ts";

/*
 * Words of this room:
 * - An action is one changing operation that the product knows. A plan is one action made out for one incident: the exact calls, what they touch,
 *   what people must know before they say yes. Whoever has it made is its requester.
 * - The digest is the identity of everything in a plan that changes what runs, or where. People approve a digest, never an id.
 * - A draft is the part of a plan that is made anew before it runs: where it differs then, the approval is void.
 * - A refusal is a "no" of the product to a person, with its sentence. A halt is people's own "no": while it lasts, nothing changes anything.
 */

/** One call that changes something, as it will be made: at AWS, on hosts by a registered document, or at the database. No secret is in it. */
export type Call =
  | {
      on: "aws";
      service: string;
      operation: string;
      /** The ARNs that permission is asked for. */
      resources: readonly string[];
      input: Readonly<Record<string, unknown>>;
    }
  | { on: "host"; document: string; hosts: readonly string[]; values: Readonly<Record<string, string>> };

/** Something that the plan touches, as it was when it was looked at: whatever is in `state` must be the same when it runs. */
export type Touched = { kind: string; name: string; state: Readonly<Record<string, string | number | boolean>> };

/** What a person must know before saying yes, in sentences without words of any language. */
type PlanSays = {
  does: readonly PlanSay[];
  /** What is lost, or stands still meanwhile. */
  risks: readonly PlanSay[];
  /** `expectedMs` and where that figure comes from stand in the sentence. */
  takes: readonly PlanSay[];
  costs: readonly PlanSay[];
  undo: readonly PlanSay[];
  /** What could not be checked. */
  unchecked: readonly PlanSay[];
};

/** What somebody may choose of an action, such as the unit to restart. */
export type Input = Readonly<Record<string, string>>;

/** What an action would do now. */
export type Draft = { calls: readonly Call[]; touches: readonly Touched[]; says: PlanSays };

/** Who may say yes to a plan: Slack's ids of people (U…, W…) and user groups (S…), how many it takes, and whether the requester may do so alone. */
export type Policy = { approvers: readonly string[]; approvals: number; solo: boolean; typed: boolean };

/** Somebody in Slack. */
export type Who = { userId: string; name: string };

/** One action made out for one incident. It may be approved until `expiresAt`. */
export type Plan = {
  id: string;
  incident: number;
  environment: string;
  action: string;
  input: Input;
  draft: Draft;
  /** The root causes that the incident's last verdict names. */
  rootCauses: readonly string[];
  policy: Policy;
  requestedBy: Who;
  plannedAt: Date;
  expiresAt: Date;
  digest: string;
};

/** A "no" of the product: which guard said it, and why. */
export type Refused = { refused: string; because: PlanSay };

/** Whether something came out as a refusal. */
export function isRefused<Value extends object>(value: Value | Refused): value is Refused {
  return "refused" in value;
}
