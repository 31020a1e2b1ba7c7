import { setTimeout as pause } from "node:timers/promises";
import type { Environment } from "../../config/config.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import type { Diagnosis } from "../../diagnosis/diagnosis.ts";
import type { Reach } from "../../evidence/gather.ts";
import type { Parser } from "../../evidence/parser.ts";
import { redact } from "../../evidence/redact.ts";
import { diskQueueChart } from "../../report/disk-queue-chart.ts";
import { tellDiagnosis } from "../../report/told.ts";
import type { Library, Runbook } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import { duration, timeOfDay } from "../../words/numbers.ts";
import type { Log } from "../log.ts";
import { failedHeadline, lookingHeadline, stoppedHeadline, verdictHeadline, type AskedFor } from "../messages/thread/headline.ts";
import { ranMessage } from "../messages/thread/ran.ts";
import { stepsMessage } from "../messages/thread/steps-plan.ts";
import { verdictMessages } from "../messages/thread/verdict.ts";
import type { Outcome, Place } from "../outbox/entry.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { followSteps, type LivePlan } from "./live-plan.ts";
import type { Ended, OpenDiagnoses, Running } from "./open-diagnoses.ts";
import { firstSteps, type Steps } from "./steps.ts";

/** What a diagnosis in a thread needs beside Slack: where to look, by what, and the ways there. */
export type Bureau = {
  environments: ReadonlyMap<string, Environment>;
  library: Library;
  parsers: ReadonlyMap<string, Parser>;
  /** The words of shared channels. */
  words: Words;
  reachOf: (environment: Environment, runbook: Runbook) => Omit<Reach, "signal">;
  scriptOf: (environment: Environment, runbook: Runbook) => string;
  outbox: Outbox;
  open: OpenDiagnoses;
  log: Log;
  now: () => Date;
};

/** A diagnosis that has begun: what became of its headline, and when all of it is told. */
export type Begun = { headline: Promise<Outcome>; told: Promise<void> };

/** Hosts are not looked at for a thread that cannot be; but a look does not wait longer than this for Slack. */
const HEADLINE_MS = 1_500;

/** The whole story of one diagnosis in Slack: a headline, the steps turning over, the verdict and what it stands on. Never rejects. */
export function diagnoseInThread(bureau: Bureau, running: Running): Begun {
  const { outbox, words } = bureau;
  const asked: AskedFor = {
    environment: running.environment,
    runbook: running.runbook.title[words.language],
    ...(running.by === undefined ? {} : { by: running.by.name }),
  };
  const { channel, threadTs } = running.thread;
  const place: Place = { channel, ...(threadTs === undefined ? {} : { thread: { ts: threadTs } }) };
  const headline = outbox.post({ ...place, key: `${running.id}:headline`, message: lookingHeadline(words, asked) });
  return { headline, told: tell(bureau, running, asked, headline) };
}

async function tell(bureau: Bureau, running: Running, asked: AskedFor, headline: Promise<Outcome>): Promise<void> {
  const { outbox, words, open, log, now } = bureau;
  const { id, environment, stop, thread } = running;
  void headline.then((posted) => running.headlineStands("ts" in posted ? posted.ts : undefined));
  const outcome = await Promise.race([headline, pause(HEADLINE_MS)]);
  if (outcome && "refused" in outcome) return open.forget(running);
  const began = performance.now();
  let steps = firstSteps(running.runbook.steps, {});
  let how: Ended["how"];
  try {
    how = await look(bureau, { running, asked, began, onSteps: (newest) => (steps = newest) });
  } catch (error) {
    how = stop.signal.aborted ? "stopped" : "failed";
    if (how === "failed") log.error({ diagnosis: id, environment, err: error }, "diagnosing");
    outbox.edit(thread.channel, `${id}:steps`, stepsMessage(environment, steps, words, { how }));
    outbox.edit(thread.channel, `${id}:headline`, how === "stopped" ? stoppedHeadline(words, asked) : failedHeadline(words, asked, id));
  }
  open.end(running, how, now());
  const facts = { diagnosis: id, environment, ms: Math.round(performance.now() - began) };
  log.info({ ...facts, ...(typeof how === "string" ? { how } : { verdict: how.verdict }) }, "diagnosis ended");
}

type Looking = { running: Running; asked: AskedFor; began: number; onSteps: (steps: Steps) => void };

/** Look and judge, while the steps turn over; then tell. Throws what the look throws, also when it is stopped. */
async function look(bureau: Bureau, { running, asked, began, onSteps }: Looking): Promise<Ended["how"]> {
  const { outbox, words, library, parsers } = bureau;
  const { id, environment: name, runbook, thread, stop } = running;
  const environment = bureau.environments.get(name) as Environment;
  const reach = bureau.reachOf(environment, runbook);
  const first = firstSteps(runbook.steps, reach);
  const key = `${id}:steps`;
  void outbox.post({ ...threadOf(running), key, message: stepsMessage(name, first, words) });
  const plan = followSteps(first, (steps) => outbox.edit(thread.channel, key, stepsMessage(name, steps, words)));
  try {
    const live = { ...reach, onProgress: plan.onProgress, signal: stop.signal };
    const { diagnosis } = await diagnose({ name, environment, runbook, library, parsers, reach: live, clock: bureau.now });
    return await tellVerdict(bureau, { running, asked, plan, diagnosis, ms: performance.now() - began });
  } finally {
    plan.end();
    onSteps(plan.steps());
  }
}

type Judged = { running: Running; asked: AskedFor; plan: LivePlan; diagnosis: Diagnosis; ms: number };

/** Post the verdict, in its order, and turn headline and steps over to how it came out. */
async function tellVerdict(bureau: Bureau, { running, asked, plan, diagnosis, ms }: Judged): Promise<Ended["how"]> {
  const { outbox, words, library } = bureau;
  const { id, thread } = running;
  const { timezone, evidence, verdict } = diagnosis;
  const told = tellDiagnosis(diagnosis, library, words);
  const chart = diskQueueChart(evidence);
  const messages = verdictMessages(told, { words, timezone, ...(chart ? { chart } : {}) });
  const timed = { at: `${timeOfDay(evidence.at.getTime(), timezone)} ${timezone}`, took: duration(ms, words.language) };
  plan.end();
  outbox.edit(thread.channel, `${id}:headline`, verdictHeadline(words, asked, told, timed));
  outbox.edit(thread.channel, `${id}:steps`, stepsMessage(running.environment, plan.steps(), words, { how: "judged", ms, verdict }));
  const posts = messages.map(async (message, nth) => outbox.post({ ...threadOf(running), key: `${id}:verdict:${nth}`, message }));
  await Promise.all([...posts, tellRan(bureau, running, plan)]);
  const roots = diagnosis.runbook.causes.filter((cause) => verdict.rootCauses.includes(cause.id));
  return { verdict: verdict.verdict, titles: roots.map((cause) => cause.title) };
}

/** Say what ran, and attach the script itself; where that does not work, say so. */
async function tellRan({ outbox, words, environments, scriptOf }: Bureau, running: Running, plan: LivePlan): Promise<void> {
  const { id, environment: name, runbook } = running;
  const environment = environments.get(name) as Environment;
  const ran = plan.ran();
  const key = `${id}:ran`;
  const said = outbox.post({ ...threadOf(running), key, message: ranMessage(ran, words) });
  if (ran.sent.length > 0 || ran.local.length > 0) {
    const file = {
      name: `gumshoe-${name}.sh`,
      title: words.slack.ran.script,
      text: withoutSecrets(scriptOf(environment, runbook), environment),
    };
    const outcome = await outbox.post({ ...threadOf(running), key: `${id}:script`, file });
    const because = "refused" in outcome ? outcome.refused : "inDoubt" in outcome ? outcome.inDoubt : undefined;
    if (because !== undefined) outbox.edit(running.thread.channel, key, ranMessage(ran, words, { file: file.name, because }));
  }
  await said;
}

function threadOf({ id, thread: { channel, threadTs } }: Running): Place {
  return { channel, thread: threadTs === undefined ? { key: `${id}:headline` } : { ts: threadTs } };
}

/**
 * The script with the secrets of the environment's own values taken out, such as a token in an address that is probed. The rest stays to the letter:
 * it holds the very rules by which secrets are known.
 */
function withoutSecrets(script: string, environment: Environment): string {
  const values = Object.values(environment).flatMap((part) => (part !== null && typeof part === "object" ? Object.values(part) : [part]));
  const texts = values.filter((value): value is string => typeof value === "string");
  return texts.reduce((left, text) => (redact(text) === text ? left : left.replaceAll(text, redact(text))), script);
}
