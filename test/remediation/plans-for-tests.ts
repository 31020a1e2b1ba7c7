import type { Draft, Plan } from "../../src/remediation/plan.ts";
import type { PlanRow } from "../../src/remediation/plans.ts";
import type { Beginning, Step, Steps } from "../../src/remediation/run-durably.ts";
import type { Halt } from "../../src/remediation/plans.ts";
import { digestOf } from "../../src/remediation/digest.ts";

export const AT = new Date("2026-11-26T02:40:00Z");
export const ASKER = { userId: "U0ASKER", name: "Mina" };
export const OTHER = { userId: "U0OTHER", name: "Jun" };

/** What counts as good, and for how long, by default. */
export const LIMITS = { goodMs: 10 * 60_000, withinMs: 30 * 60_000, queueBelow: 0.5, connectBelowMs: 1_000, failuresBelow: 0.01 };

/** A draft that snapshots a database. */
export function draft(over: Partial<Draft> = {}): Draft {
  return {
    calls: [
      {
        on: "aws",
        service: "rds",
        operation: "CreateDBSnapshot",
        resources: ["arn:aws:rds:ap-northeast-2:123456789012:db:shop-db"],
        input: { DBInstanceIdentifier: "shop-db", DBSnapshotIdentifier: "gumshoe-i7-p1" },
      },
    ],
    touches: [{ kind: "database", name: "shop-db", state: { status: "available", sizeGib: 40, endpoint: "shop-db.example:5432" } }],
    says: { does: [], risks: [], takes: [], costs: [], undo: [], unchecked: [] },
    ...over,
  };
}

/** A plan for one root cause, which one other person may approve. */
export function plan(over: Partial<Plan> = {}): Plan {
  const made = {
    id: "p1",
    incident: 7,
    environment: "prod",
    action: "snapshot-database",
    input: {},
    draft: draft(),
    rootCauses: ["db-disk-saturated"],
    policy: { approvers: ["S0OPS"], approvals: 1, solo: false, typed: false },
    requestedBy: ASKER,
    plannedAt: AT,
    expiresAt: new Date(AT.getTime() + 30 * 60_000),
    ...over,
  };
  return { ...made, digest: over.digest ?? digestOf(made) };
}

/** A row of it that waits for people. */
export function row(over: Partial<PlanRow> = {}): PlanRow {
  return { plan: plan(), state: "proposed", approvals: [], version: 1, ...over };
}

/** Steps that are written down in memory, as a store keeps them: they outlive whoever runs them. */
export function stepsInMemory(): Steps & { kept: Map<string, Step & { kind: "change" | "wait" }>; halted: Halt | undefined } {
  const kept = new Map<string, Step & { kind: "change" | "wait" }>();
  const steps = {
    kept,
    halted: undefined as Halt | undefined,
    read: async (name: string) => kept.get(name),
    anyBegun: async () => [...kept.values()].some(({ kind }) => kind === "change"),
    begin: async (name: string, { kind, evenHalted }: Beginning, now: Date) => {
      if (steps.halted && !evenHalted) return { halt: steps.halted };
      const begun = { kind, begunAt: now };
      kept.set(name, begun);
      return { begun };
    },
    done: async (name: string, result: unknown) => {
      const step = kept.get(name);
      if (!step) throw new Error(`${name} was not begun`);
      kept.set(name, { ...step, done: { result } });
    },
    halt: async () => steps.halted,
  };
  return steps;
}
