import type { Selectable } from "kysely";
import type { Entry } from "../../diagnosis/untold.ts";
import type { Tables } from "../tables.ts";

/** A timeline's entry, as its row has it. */
export function entryOf(row: Selectable<Tables["timeline"]>): Entry {
  return { id: row.id, incident: row.incident_id, at: row.at, heardAt: row.heard_at, what: row.what };
}
