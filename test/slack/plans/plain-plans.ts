import type { Incident } from "../../../src/incident/incident.ts";
import type { Who } from "../../../src/remediation/plan.ts";
import type { Halt, PlanRow, Plans } from "../../../src/remediation/plans.ts";
import type { PlanFeed, PlanInThread } from "../../../src/remediation/plans.ts";

type Noted = Parameters<Plans["refused"]>[0];

/** Plans in memory, as the store keeps them: each method decides at once, so that of many clicks one is counted. */
export type PlainPlans = Plans & {
  waiting: () => Promise<readonly PlanInThread[]>;
  feed: PlanFeed;
  rows: Map<string, PlanRow>;
  /** Approvals that were counted, in their order. */
  counted: { plan: string; by: string }[];
  noted: Noted[];
  down: { is: boolean };
  /** A change that comes from elsewhere, such as the copy that carries a plan out. */
  change: (id: string, parts: Partial<PlanRow>) => void;
  onChange: (listener: () => void) => void;
};

/** No plans yet; `incidentOf` names the thread of each. */
export function plainPlans(incidentOf: (id: number) => Pick<Incident, "id" | "home">): PlainPlans {
  const rows = new Map<string, PlanRow>();
  const told = new Map<string, number>();
  const halts = new Map<string, Halt>();
  const made = { rows, counted: [] as PlainPlans["counted"], noted: [] as Noted[], down: { is: false } };
  const listeners: (() => void)[] = [];
  const up = () => {
    if (made.down.is) throw new Error("the store is down");
  };
  const change = (id: string, parts: Partial<PlanRow>): PlanRow => {
    const row = rows.get(id)!;
    const next = { ...row, ...parts, version: row.version + 1 };
    rows.set(id, next);
    for (const listener of listeners) listener();
    return next;
  };
  const bump = (environment: string) => {
    for (const { plan, state } of rows.values()) if (plan.environment === environment && state !== "ended") change(plan.id, {});
  };
  /** Plans that were done say what comes next. */
  const showNext = ({ plan: { incident } }: PlanRow) => {
    for (const { plan, end } of rows.values()) if (plan.incident === incident && end?.how === "done") change(plan.id, {});
  };
  const inThread = (row: PlanRow) => ({ row, incident: incidentOf(row.plan.incident) });
  const all = () => [...rows.values()];
  return {
    ...made,
    change: (id, parts) => void change(id, parts),
    onChange: (listener) => void listeners.push(listener),
    feed: {
      untold: async (most) =>
        all()
          .filter(({ plan, version }) => version > (told.get(plan.id) ?? 0))
          .slice(0, most)
          .map(inThread),
      told: async (id, version) => void told.set(id, Math.max(version, told.get(id) ?? 0)),
    },
    waiting: async () =>
      all()
        .filter(({ state }) => state === "proposed")
        .map(inThread),
    propose: async (plan) => {
      up();
      rows.set(plan.id, { plan, state: "proposed", approvals: [], version: 0 });
      showNext(rows.get(plan.id)!);
      return change(plan.id, {});
    },
    read: async (id) => {
      up();
      return rows.get(id);
    },
    movesIn: async () => [],
    of: async (incident) => all().filter(({ plan }) => plan.incident === incident),
    underWay: async (environment) => all().filter(({ plan, state }) => plan.environment === environment && state !== "ended"),
    approve: async (id, digest, by, now) => {
      up();
      const row = rows.get(id)!;
      const twice = row.approvals.some(({ userId }) => userId === by.userId);
      if (row.state !== "proposed" || row.plan.digest !== digest || now >= row.plan.expiresAt || twice) return { late: row };
      const approvals = [...row.approvals, { ...by, at: now }];
      const missing = row.plan.policy.approvals - approvals.length;
      made.counted.push({ plan: id, by: by.userId });
      return { row: change(id, { approvals, ...(missing > 0 ? {} : { state: "approved", approvedAt: now }) }), missing };
    },
    withdraw: async (id, by, now) => {
      up();
      if (rows.get(id)?.state !== "proposed") return false;
      showNext(change(id, { state: "ended", endedAt: now, end: { how: "withdrawn", by } }));
      return true;
    },
    expire: async (now) => {
      const due = all().filter(({ plan, state }) => state === "proposed" && now >= plan.expiresAt);
      return due.map(({ plan }) => change(plan.id, { state: "ended", endedAt: now, end: { how: "expired" } }));
    },
    takeDue: async () => undefined,
    prove: async () => undefined,
    progress: async (id, progress) => void change(id, { progress }),
    end: async (id, end, now) => showNext(change(id, { state: "ended", end, endedAt: now })),
    ask: async (id, question) => void change(id, { state: "asking", question }),
    answer: async (id, step, _landed, _by, _now) => {
      const row = rows.get(id);
      if (row?.state !== "asking" || row.question?.step !== step) return false;
      const { question: _, ...rest } = row;
      rows.set(id, rest);
      change(id, { state: "running" });
      return true;
    },
    begunSince: async () => all().filter(({ beganAt }) => beganAt !== undefined).length,
    halt: async (halt) => {
      up();
      if (halts.has(halt.environment)) return false;
      halts.set(halt.environment, halt);
      bump(halt.environment);
      return true;
    },
    resume: async (environment, _by: Who) => {
      const halt = halts.get(environment);
      halts.delete(environment);
      if (halt) bump(environment);
      return halt;
    },
    haltOf: async (environment) => halts.get(environment),
    refused: async (about) => void made.noted.push(about),
  };
}
