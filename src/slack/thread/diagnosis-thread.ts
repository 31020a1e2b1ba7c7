import type { Environment } from "../../config/config.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import type { DiagnosisEnd, DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Reach } from "../../evidence/gather.ts";
import type { Parser } from "../../evidence/parser.ts";
import type { RawEvidence } from "../../evidence/read-evidence.ts";
import type { Incident } from "../../incident/incident.ts";
import type { Present } from "../../remediation/moves.ts";
import type { Library, Runbook } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import { threadOf } from "../incident/teller.ts";
import { headlineKey } from "../incident/telling.ts";
import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";
import { stepsMessage, type End } from "../messages/thread/steps-plan.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { followSteps, type LivePlan } from "./live-plan.ts";
import { firstSteps, type Steps } from "./steps.ts";
import { judgedEnd, tellVerdict } from "./tell-verdict.ts";

/** What a diagnosis in a thread needs beside Slack: where to look, by what, and the ways there. */
export type Bureau = {
  environments: ReadonlyMap<string, Environment>;
  /** How one of them is at present, where repairs may have led its application to another database than gumshoe.yml names. */
  presentIn?: (name: string) => Promise<Present | undefined>;
  library: Library;
  parsers: ReadonlyMap<string, Parser>;
  /** The words of shared channels. */
  words: Words;
  reachOf: (environment: Present, runbook: Runbook) => Omit<Reach, "signal">;
  scriptOf: (environment: Environment, runbook: Runbook) => string;
  /** The actions of an incident's plans that were done. */
  doneIn?: (incident: number) => Promise<ReadonlySet<string>>;
  outbox: Outbox;
  log: Log;
  now: () => Date;
};

/**
 * One diagnosis that is to be told under its incident's headline. `before` is the last of the incident that ended. A `quiet` one is told when it comes
 * to something new that is worth it (`muted`: a root cause; else anything but that all is well), and not while it looks.
 */
export type Looking = {
  row: DiagnosisRow;
  incident: Incident;
  before: DiagnosisRow | undefined;
  quiet: false | "muted" | "recheck";
  signal: AbortSignal;
};

/** How it ended, with what it brought back where there is something. */
export type Looked = { end: DiagnosisEnd; raw?: RawEvidence };

/** Hosts are not looked at before their thread can be seen; but a look does not wait longer than this for Slack. */
const HEADLINE_MS = 1_500;

/**
 * The whole story of one diagnosis in its incident's thread: the steps turning over, the verdict and what it stands on. All that it posts is written
 * down when it resolves, and carries its id: told once more after a crash, it is still one message. Throws only where its signal stops it.
 */
export async function diagnoseInThread(bureau: Bureau, looking: Looking): Promise<Looked> {
  const { outbox, log } = bureau;
  const { row, signal, incident } = looking;
  const steps = stepsOf(bureau, looking);
  try {
    if (!looking.quiet) {
      await outbox.outcomeOf(headlineKey(incident.id), HEADLINE_MS);
      signal.throwIfAborted();
    }
    return await look(bureau, looking, steps);
  } catch (error) {
    if (signal.aborted) {
      steps.show({ how: "stopped" });
      throw error;
    }
    log.error({ diagnosis: row.id, environment: row.environment, err: error }, "diagnosing");
    steps.show({ how: "failed" });
    return { end: { how: "failed", because: row.id } };
  } finally {
    await outbox.written();
  }
}

/** Look and judge, while the steps turn over; then tell. Throws what the look throws, also when it is stopped. */
async function look(bureau: Bureau, looking: Looking, steps: StepsTold): Promise<Looked> {
  const { library, parsers, environments, now: clock } = bureau;
  const { row, signal, quiet } = looking;
  const environment = (await bureau.presentIn?.(row.environment)) ?? environments.get(row.environment);
  const runbook = library.runbooks.get(row.runbook);
  if (!environment || !runbook) throw new Error(`gumshoe.yml has no ${row.environment}, or the runbooks no ${row.runbook}, any more`);
  const began = performance.now();
  const reach = bureau.reachOf(environment, runbook);
  const plan = steps.follow(runbook, reach);
  const live = { ...reach, onProgress: plan.onProgress, signal };
  const asked = { name: row.environment, environment, runbook, library, parsers, reach: live, clock, ...alarmOf(looking.incident) };
  const { raw, diagnosis } = await diagnose(asked);
  plan.end();
  signal.throwIfAborted();
  const ms = Math.round(performance.now() - began);
  const end = judgedEnd(bureau, { diagnosis, raw, ms });
  const isNews = isNew(end, looking);
  if (!quiet || isNews) steps.show({ how: "judged", ms, verdict: diagnosis.verdict, ...(isNews ? {} : { same: true }) });
  if (isNews) tellVerdict(bureau, looking, { diagnosis, environment, ran: plan.ran(), done: await doneSoFar(bureau, looking) });
  return { end, raw };
}

/** What was done in the incident before; a verdict is told without it where the store does not say. */
async function doneSoFar({ doneIn, log }: Bureau, { incident }: Looking): Promise<ReadonlySet<string>> {
  return (
    (await doneIn?.(incident.id).catch((error: unknown) => {
      log.warn({ incident: incident.id, err: error }, "reading what was done in an incident");
      return undefined;
    })) ?? new Set()
  );
}

/** What an alarm opened began no later than that; one that was opened anew began with what came last. */
function alarmOf({ openedBy, openedAt, lastAlarmAt, reopened }: Incident): { alarmAt?: Date } {
  const at = reopened === 0 && openedBy.kind === "alarm" ? openedAt : lastAlarmAt;
  return at ? { alarmAt: at } : {};
}

/** Whether it shows another picture than the last one of its incident did, and one that is worth a post. */
function isNew({ alike, verdict, rootCauses }: DiagnosisEnd & { how: "judged" }, { before, incident, quiet }: Looking): boolean {
  const last = before?.incident === incident.id && before.end?.how === "judged" ? before.end : undefined;
  if (last?.alike === alike) return false;
  if (quiet === "muted") return rootCauses.some((id) => !last?.rootCauses.includes(id));
  return !quiet || verdict !== "healthy";
}

/** The message with the steps: it follows a look, and is posted when there is something to show. */
type StepsTold = { follow: (runbook: Runbook, reach: Pick<Reach, "looks">) => LivePlan; show: (end: End) => void };

function stepsOf({ outbox, words }: Bureau, { row, incident, quiet }: Looking): StepsTold {
  const key = `${row.id}:steps`;
  let plan: LivePlan | undefined;
  let posted = false;
  const post = (message: Message) => {
    if (posted) return outbox.edit(incident.home.channel, key, message);
    posted = true;
    void outbox.post({ ...threadOf(incident), key, message });
    // One that was begun by a copy that is gone has posted it already.
    if (row.round > 1) outbox.edit(incident.home.channel, key, message);
  };
  return {
    follow: ({ steps }, reach) => {
      const first = firstSteps(steps, reach);
      const draw = (now: Steps) => void (quiet || post(stepsMessage(row.environment, now, words)));
      plan = followSteps(first, draw);
      draw(first);
      return plan;
    },
    show: (end) => {
      plan?.end();
      const steps = plan?.steps() ?? firstSteps([], {});
      if (!quiet || end.how === "judged") post(stepsMessage(row.environment, steps, words, end));
    },
  };
}
