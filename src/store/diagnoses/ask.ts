import type { Desk } from "../../alarm/ledger.ts";
import type { AskedDiagnosis, Begun } from "../../diagnosis/diagnoses.ts";
import { isOpen, type Incident } from "../../incident/incident.ts";
import { wantedRow, diagnosisOf } from "../rows/diagnosis-row.ts";
import { incidentOf } from "../rows/incident-row.ts";
import type { Given } from "./diagnoses.ts";

/**
 * Begins what a person asked for, in the open incident of the environment or in a new one; or tells what is under way. A new one is a warning: the
 * person is there, and nobody else is called until an alarm says more.
 */
export async function ask({ decide, copies, newId, doubtful }: Given, asked: AskedDiagnosis): Promise<Begun> {
  const { environment, runbook, by, now } = asked;
  const id = newId();
  const begun = decide({ environment, what: `beginning a diagnosis of ${environment}` }, async (desk, tx) => {
    const running = await tx
      .selectFrom("diagnosis")
      .selectAll()
      .where("environment", "=", environment)
      .where("state", "=", "running")
      .executeTakeFirst();
    if (running) {
      const incident = await tx.selectFrom("incident").selectAll().where("id", "=", running.incident_id).executeTakeFirstOrThrow();
      return { running: diagnosisOf(running), incident: incidentOf(incident) };
    }
    const open = (await desk.incidents(now)).find(isOpen);
    const incident = open ? await joined(desk, open, asked) : await opened(desk, asked);
    const wanted = { incident: incident.id, environment, runbook, why: "asked" as const, by: by.name, dueAt: now };
    const row = await tx
      .insertInto("diagnosis")
      .values({ ...wantedRow(id, wanted), state: "running", round: 1, copy: copies.id, began_at: now })
      .returningAll()
      .executeTakeFirstOrThrow();
    await desk.note(incident.id, now, now, { kind: "looking", diagnosis: row.id, runbook, why: "asked", by: by.name });
    return { begun: diagnosisOf(row), incident, joined: open !== undefined };
  });
  begun.catch(() => doubtful.add(id));
  return begun;
}

async function joined(desk: Desk, open: Incident, { runbook, now }: AskedDiagnosis): Promise<Incident> {
  return desk.keep({ ...open, lastHeardAt: now, runbooks: [...new Set([...open.runbooks, runbook])] });
}

async function opened(desk: Desk, { environment, runbook, by, home, now }: AskedDiagnosis): Promise<Incident> {
  const incident = await desk.open({
    environment,
    state: "open",
    severity: "warning",
    openedBy: { kind: "person", ...by },
    openedAt: now,
    lastHeardAt: now,
    alarms: 0,
    reopened: 0,
    runbooks: [runbook],
    home,
  });
  await desk.note(incident.id, now, now, { kind: "opened", by: by.name });
  return incident;
}
