import type { Database } from "../../src/store/database/connect.ts";
import { deciding, type Decide } from "../../src/store/ledger/deciding.ts";

/** Deciding over a connection that is lost after each decision was kept, and before that was acknowledged, until `mend`. */
export function losingConnection(db: Database): { decide: Decide; mend: () => void } {
  const really = deciding(
    db,
    () => {},
    () => "w-1",
  );
  let cut = true;
  const decide: Decide = async (about, work) => {
    const result = await really(about, work);
    if (cut) throw new Error("the connection was lost");
    return result;
  };
  return { decide, mend: () => (cut = false) };
}
