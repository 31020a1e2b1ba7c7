import { setTimeout as pause } from "node:timers/promises";
import type { Mute } from "../../alarm/ledger.ts";
import type { Diagnoses, DiagnosisEnd, DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Incident } from "../../incident/incident.ts";
import type { RunDiagnosis } from "../../slack/ask/desk.ts";
import { diagnoseInThread, type Bureau, type Looked, type Looking } from "../../slack/thread/diagnosis-thread.ts";

/** What runs this copy's diagnoses. */
export type Runner = {
  /** Runs one that was begun as this copy's. */
  run: RunDiagnosis;
  /** Takes what is due, from now on. */
  begin: () => void;
  /** How many run here. */
  running: () => number;
  /** Takes nothing more, lets what runs end for so long, and stops it then. */
  stop: (limitMs: number) => Promise<void>;
};

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

/** What a stopped diagnosis may take to say so. */
const LAST_WORDS_MS = 2_000;
const WAITS_MS = [200, 500, 1_000, 2_000, 5_000];

type Begun = { row: DiagnosisRow; incident: Incident };
type Run = { stop: AbortController; ended: Promise<unknown> };

/** Runs the diagnoses that this copy begins or takes, each to its end, whatever happens to the store meanwhile. */
export function runDiagnoses(given: Given): Runner {
  const { diagnoses, bureau, onDue } = given;
  const runs = new Set<Run>();
  const closed = new AbortController();
  let taking: Promise<void> | undefined;
  let off = () => {};
  const run: RunDiagnosis = async (begun) => {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, given.lost()]);
    const ended = runOne(given, begun, { signal, leave: () => stop.signal.aborted });
    const entry: Run = { stop, ended };
    runs.add(entry);
    return ended.finally(() => {
      runs.delete(entry);
      take();
    });
  };
  const takeAll = async () => {
    while (runs.size < MOST && !closed.signal.aborted) {
      const due = await diagnoses.takeDue(bureau.now());
      if (!due) return;
      void run(due);
    }
  };
  const take = () => {
    if (closed.signal.aborted || off === idle) return;
    taking ??= takeAll()
      .catch((error: unknown) => bureau.log.error({ err: error }, "looking for diagnoses that are due"))
      .finally(() => (taking = undefined));
  };
  const idle = off;
  return {
    run,
    running: () => runs.size,
    begin: () => {
      off = onDue(take);
      take();
    },
    stop: async (limitMs) => {
      closed.abort();
      off();
      await taking;
      const all = async () => Promise.all([...runs].map(async ({ ended }) => ended));
      await Promise.race([all(), pause(limitMs)]);
      for (const { stop } of runs) stop.abort();
      await Promise.race([all(), pause(LAST_WORDS_MS)]);
    },
  };
}

type Stopping = { signal: AbortSignal; leave: () => boolean };

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

type Insisting = { what: string; signal: AbortSignal; log: Bureau["log"]; facts: Record<string, unknown> };

/** Does something in the store until that works. Throws only where the signal ends it. */
async function untilDone(write: () => Promise<void>, { what, signal, log, facts }: Insisting): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      return await write();
    } catch (error) {
      signal.throwIfAborted();
      log.error({ ...facts, err: error }, what);
      await pause(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)], undefined, { signal });
    }
  }
}
