import type { Mute } from "../../alarm/ledger.ts";
import type { Diagnoses, DiagnosisEnd, DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Incident } from "../../incident/incident.ts";
import { untilDone } from "./until-done.ts";
import { dueRunner, type DueRunner, type Stopping } from "./due-runner.ts";
import { diagnoseInThread, type Bureau, type Looked, type Looking } from "../../slack/thread/diagnosis-thread.ts";

/** What runs this copy's diagnoses; a run resolves with nothing where another copy goes on with it. */
export type Runner = DueRunner<Begun, DiagnosisEnd | undefined>;

type Begun = { row: DiagnosisRow; incident: Incident };

/** What it needs: where diagnoses are written down, what decides what came of one, and who says that something is due. */
export type Given = {
  diagnoses: Pick<Diagnoses, "takeDue" | "end" | "lastIn">;
  mutes: { all: () => Promise<readonly Mute[]> };
  settle: (row: DiagnosisRow, end: DiagnosisEnd) => Promise<void>;
  bureau: Bureau;
  onDue: (listener: () => void) => () => void;
  /** Aborted when another copy may take what runs here; another signal takes its place then. */
  lost: () => AbortSignal;
};

/** Diagnoses that a copy takes at the same time; each waits for hosts most of the time. */
const MOST = 4;

/** Runs the diagnoses that this copy begins or takes, each to its end, whatever happens to the store meanwhile. */
export function runDiagnoses(given: Given): Runner {
  const { diagnoses, bureau, onDue, lost } = given;
  return dueRunner({
    what: "diagnoses",
    takeDue: async () => diagnoses.takeDue(bureau.now()),
    runOne: async (begun, stopping) => runOne(given, begun, stopping),
    onDue,
    lost,
    most: MOST,
    log: bureau.log,
  });
}

/** One diagnosis from its beginning until what came of it is decided. Never rejects. */
async function runOne(given: Given, { row, incident }: Begun, { signal, leave }: Stopping): Promise<DiagnosisEnd | undefined> {
  const { diagnoses, bureau, settle } = given;
  const { log, now } = bureau;
  const facts = { diagnosis: row.id, incident: incident.id, environment: row.environment, why: row.why, round: row.round };
  const insisting = async (what: string, write: () => Promise<void>) => untilDone(write, { what, signal: given.lost(), log, facts });
  try {
    const looking = await lookingAt(given, { row, incident }, signal);
    const { end, raw } = await diagnoseInThread(bureau, looking).catch((error: unknown): Looked => {
      // A person asked and may ask again; what an alarm began is gone on with by whoever comes next.
      if (signal.aborted && leave() && row.why === "asked") return { end: { how: "stopped" } };
      throw error;
    });
    await insisting("ending a diagnosis", async () => diagnoses.end(row.id, end, now(), raw));
    await insisting("deciding what came of a diagnosis", async () => settle(row, end));
    log.info({ ...facts, ...(end.how === "judged" ? { verdict: end.verdict, ms: end.ms } : { how: end.how }) }, "diagnosis ended");
    return end;
  } catch (error) {
    if (signal.aborted) log.warn(facts, "diagnosis left: another copy, or the next start, goes on with it");
    else log.error({ ...facts, err: error }, "running a diagnosis");
    return undefined;
  }
}

/** What is known before a look. Where the store does not answer, it is looked loudly: nobody shall miss something for that. */
async function lookingAt({ diagnoses, mutes, bureau }: Given, { row, incident }: Begun, signal: AbortSignal): Promise<Looking> {
  const [before, muted] = await Promise.all([diagnoses.lastIn(incident.id), mutes.all()]).catch((error: unknown) => {
    bureau.log.warn({ diagnosis: row.id, err: error }, "reading what came before a diagnosis");
    return [undefined, []] as const;
  });
  const isMuted = muted.some(({ environment, until }) => environment === row.environment && until > bureau.now());
  const quiet = row.why === "asked" ? false : isMuted ? "muted" : row.why === "recheck" ? "recheck" : false;
  return { row, incident, before, quiet, signal };
}
