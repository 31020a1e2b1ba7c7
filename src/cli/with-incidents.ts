import type { Config } from "../config/config.ts";
import type { ReadIncidents } from "../report/incident-record.ts";
import { auditOf } from "../store/audit/audit.ts";
import { incidentsOf } from "../store/parts/incidents.ts";
import { openForCommand } from "../store/open.ts";

/** Opens the store for reading, lets `read` have the incidents, and leaves. */
export async function withIncidents<Result>(
  { config, env }: { config: Config; env: Readonly<Record<string, string | undefined>> },
  read: (incidents: ReadIncidents) => Promise<Result>,
): Promise<Result> {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { db, close } = await openForCommand({ url: env["DATABASE_URL"], folder: config.store.folder, log });
  try {
    return await read(incidentsOf(db, auditOf(db)));
  } finally {
    await close();
  }
}
