import type { Plans } from "../../remediation/plans.ts";
import { append } from "../audit/append.ts";
import type { Database } from "../database/connect.ts";
import { planLine } from "./plan-line.ts";
import { readPlan } from "./read.ts";

/** Notes in the audit what was refused, to whom, by which guard; of a plan that is there also what it was. */
export async function noteRefused(db: Database, about: Parameters<Plans["refused"]>[0]): Promise<void> {
  const { plan: id, incident, environment, by, guard, at } = about;
  const row = id === undefined ? undefined : await readPlan(db, id);
  const line = row
    ? planLine(row.plan, { event: "refused", at, by, detail: { guard } })
    : {
        at,
        environment,
        actor: by.name,
        event: "refused",
        detail: { guard, user: by.userId, ...(id === undefined ? {} : { plan: id }) },
        ...(incident === undefined ? {} : { incident }),
      };
  await append(db, [line]);
}
