import type { Insertable, Transaction } from "kysely";
import type { Desk } from "../../alarm/ledger.ts";
import { isOpen, type Incident } from "../../incident/incident.ts";
import { incidentColumns, incidentOf } from "../rows/incident-row.ts";
import { storableJson } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";

type Tx = Transaction<Tables>;

/** `keep` returns the topics of which there is something new. */
type Drawer = { desk: Pick<Desk, "incidents" | "open" | "keep" | "note">; keep: () => Promise<"incident"[]> };

/** What lies on the desk; `kept`: how often each was kept. */
type Drafts = { known: Map<number, Incident>; opened: Set<number>; kept: Map<number, number>; notes: Insertable<Tables["timeline"]>[] };

/** The incidents of an environment on its desk, and their timelines. What is only noted raises an incident's version too: it is to be told. */
export function incidentDrawer(tx: Tx, environment: string): Drawer {
  const drafts: Drafts = { known: new Map(), opened: new Set(), kept: new Map(), notes: [] };
  const { known, opened, kept, notes } = drafts;
  let readSince = Infinity;
  const mustBeOwn = (given: Pick<Incident, "environment">) => {
    if (given.environment !== environment)
      throw new Error(`an incident of ${given.environment} was kept while ${environment} was decided about`);
  };
  return {
    desk: {
      incidents: async (since) => {
        if (since.getTime() < readSince) {
          for (const incident of await readIncidents(tx, environment, since)) if (!known.has(incident.id)) known.set(incident.id, incident);
          readSince = since.getTime();
        }
        const heard = [...known.values()].filter((incident) => isOpen(incident) || (incident.endedAt ?? since) > since);
        return heard.toSorted((a, b) => b.id - a.id);
      },
      open: async (given) => {
        mustBeOwn(given);
        const incident = await insert(tx, given);
        known.set(incident.id, incident);
        opened.add(incident.id);
        return incident;
      },
      keep: async (given) => {
        mustBeOwn(given);
        const incident = { ...given, version: (known.get(given.id)?.version ?? given.version) + 1 };
        known.set(incident.id, incident);
        kept.set(incident.id, (kept.get(incident.id) ?? 0) + 1);
        return incident;
      },
      note: async (id, at, heardAt, what) => void notes.push({ incident_id: id, at, heard_at: heardAt, what: storableJson(what) }),
    },
    keep: async () => keepDrafts(tx, drafts),
  };
}

async function keepDrafts(tx: Tx, { known, opened, kept, notes }: Drafts): Promise<"incident"[]> {
  if (notes.length > 0) await tx.insertInto("timeline").values(notes).execute();
  for (const [id, times] of kept) await keepIncident(tx, known.get(id), times);
  const noted = new Set(notes.map((note) => note.incident_id).filter((id) => !kept.has(id) && !opened.has(id)));
  for (const id of noted) await raise(tx, id);
  return opened.size + kept.size + noted.size > 0 ? ["incident"] : [];
}

async function readIncidents(tx: Tx, environment: string, since: Date): Promise<Incident[]> {
  const rows = await tx
    .selectFrom("incident")
    .selectAll()
    .where("environment", "=", environment)
    .where((column) => column.or([column("state", "in", ["open", "easing"]), column("ended_at", ">", since)]))
    .execute();
  return rows.map(incidentOf);
}

async function insert(tx: Tx, incident: Omit<Incident, "id" | "version">): Promise<Incident> {
  return incidentOf(await tx.insertInto("incident").values(incidentColumns(incident)).returningAll().executeTakeFirstOrThrow());
}

async function keepIncident(tx: Tx, incident: Incident | undefined, times: number): Promise<void> {
  if (!incident) return;
  const updated = await tx
    .updateTable("incident")
    .set(incidentColumns(incident))
    .set(({ eb }) => ({ version: eb("version", "+", times) }))
    .where("id", "=", incident.id)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) throw new Error(`there is no incident ${incident.id} any more`);
}

async function raise(tx: Tx, id: number): Promise<void> {
  await tx
    .updateTable("incident")
    .set(({ eb }) => ({ version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .execute();
}
