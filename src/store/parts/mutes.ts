import { isOpen } from "../../incident/incident.ts";
import type { Happening } from "../../incident/timeline-entry.ts";
import type { Desk } from "../../alarm/ledger.ts";
import type { Mutes } from "../../alarm/mutes.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import type { Decide } from "../ledger/deciding.ts";
import { storableText } from "../rows/storable.ts";

/** The silences that people asked for, over a database. Those that are over stay in it until another takes their place, or retention removes them. */
export function mutesOf(db: Database, decide: Decide, now: () => Date): Mutes {
  return {
    mute: async ({ environment, until, by, at }) => {
      await decide({ environment, what: `muting ${environment}` }, async (desk, tx) => {
        const silence = { until, by: storableText(by), at };
        await tx
          .insertInto("mute")
          .values({ environment, ...silence })
          .onConflict((conflict) => conflict.column("environment").doUpdateSet(silence))
          .execute();
        await noteInOpen(desk, at, { kind: "muted", by, until: until.toISOString() });
      });
    },
    unmute: async (environment, by, at) =>
      decide({ environment, what: `unmuting ${environment}` }, async (desk, tx) => {
        const ended = await tx.deleteFrom("mute").where("environment", "=", environment).returning("until").executeTakeFirst();
        const wasSilent = ended !== undefined && ended.until > at;
        if (wasSilent) await noteInOpen(desk, at, { kind: "unmuted", by });
        return wasSilent;
      }),
    all: async () => {
      const rows = db.selectFrom("mute").selectAll().where("until", ">", now()).orderBy("environment").execute();
      return doing("reading what is muted", rows);
    },
  };
}

async function noteInOpen(desk: Desk, at: Date, what: Happening): Promise<void> {
  for (const incident of (await desk.incidents(at)).filter(isOpen)) await desk.note(incident.id, at, at, what);
}
