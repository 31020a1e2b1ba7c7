import { setTimeout as pause } from "node:timers/promises";
import { intakeOf } from "../../alarm/take-in.ts";
import { lapseOf, settleOf } from "../../alarm/settle.ts";
import type { LightsailWatch } from "../../aws/alarms/lightsail/watch-lightsail.ts";
import type { Config } from "../../config/config.ts";
import type { DiagnosisEnd, DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import { reportFiles, timezoneOf } from "../../report/report-files.ts";
import type { IncidentRecord } from "../../report/incident-record.ts";
import { connectToSlack, type GumshoeApp, type SlackSettings } from "../../slack/gumshoe-app.ts";
import { tellIncidents } from "../../slack/incident/teller.ts";
import { tellUnmatched } from "../../slack/incident/unmatched.ts";
import type { Message } from "../../slack/messages/message.ts";
import { createCourier } from "../../slack/outbox/courier/courier.ts";
import type { Attachment, Outcome, Post } from "../../slack/outbox/entry.ts";
import { createOutbox, type Outbox } from "../../slack/outbox/outbox.ts";
import { tellPlans } from "../../slack/plans/plan-teller.ts";
import { doneIn, plannedIn } from "../../remediation/made.ts";
import type { Bureau } from "../../slack/thread/diagnosis-thread.ts";
import { forget } from "../../store/retention.ts";
import type { OpenStore } from "../../store/open.ts";
import { storeOf, type StoreParts } from "../../store/store.ts";
import { checkOnSchedule } from "./health-checks.ts";
import { healthOf, standingHealth, type Health } from "./health.ts";
import { onDuty } from "./on-duty.ts";
import { logMoved, presentIn, withNewDatabases } from "./present.ts";
import { repairsOf, type Repairs } from "./repairs.ts";
import { runDiagnoses, type Runner } from "./run-diagnoses.ts";
import { takeAlarms, type AlarmsTaken } from "./take-alarms.ts";
import metadata from "../../../package.json" with { type: "json" };

/** What a running copy is made of, beside its store and Slack. */
export type Made = Omit<Bureau, "outbox" | "environments"> & {
  config: Config;
  settings: SlackSettings;
  env: Readonly<Record<string, string | undefined>>;
  newId: () => string;
};

/** A running copy. */
export type Gumshoe = {
  health: () => Promise<Health>;
  links: GumshoeApp["state"];
  slackAnswers: GumshoeApp["answers"];
  /** Ends in good order: nothing new is taken, what runs may end, what is owed is sent, each for so long. The store stays open. */
  stop: (limits: { diagnosesMs: number; outboxMs: number }) => Promise<void>;
};

type Teller = { once: () => Promise<void> };

/** What changes while it runs: the ways in; who tells of incidents and watches Lightsail, while the duties are this copy's. */
type State = { taken?: AlarmsTaken; teller?: Teller; lightsail?: LightsailWatch; stopping: boolean };
type Parts = StoreParts<Post, Message, Outcome>;

/**
 * Starts a copy on an open store: signs in to Slack, runs what is due, takes requests, does the duties when they are its, then takes alarms. Rejects
 * with a NotConnected, or where SNS's address is taken; then nothing of it runs any more.
 */
export async function startGumshoe(made: Made, open: OpenStore): Promise<Gumshoe> {
  const { config, settings, log, now } = made;
  const parts: Parts = storeOf({ db: open.db, copies: open.copies, now });
  const outbox = createOutbox({ store: parts.outbox, log, onSettled: (listener) => void open.wake.on("settled", listener) });
  const done = async (incident: number) => doneIn(parts.plans, incident);
  const presenting = { environments: config.environments, movesIn: parts.plans.movesIn, log };
  const present = presentIn(presenting);
  await logMoved(presenting, present);
  const bureau: Bureau = { ...made, environments: config.environments, presentIn: present, outbox, doneIn: done };
  const runner = runnerOf({ bureau, parts, open });
  const repairs: Repairs = repairsOf({ ...made, environments: config.environments, parts, open });
  const state: State = { stopping: false };
  const health = async () => healthOf({ parts, runner, app, ...state, onDuty: state.teller !== undefined, open });
  const app: GumshoeApp = await connectToSlack(settings, {
    ...parts,
    ...bureau,
    run: runner.run,
    repairs: repairs.office,
    newId: made.newId,
    reportOf: async (record) => filesOf(record, made),
    health: async () => standingHealth(await health()),
    onChange: (listener) => {
      open.wake.on("incident", listener);
      open.wake.on("plan", listener);
    },
  });
  const environments = await withChannelIds(config.environments, app);
  const counting = config.slack.channel === undefined ? undefined : await app.channelId(config.slack.channel);
  const presently = withNewDatabases(environments, present);
  const take = intakeOf({ ledger: parts.ledger, environments, presently, library: made.library, log, now });
  const duty = dutyOf({ made: { ...made, presentIn: present }, parts, open, app, outbox, environments, counting, take, state });
  const leave = async (limits: Parameters<Gumshoe["stop"]>[0]) => {
    state.stopping = true;
    app.refuse();
    await state.taken?.stop();
    await Promise.all([runner.stop(limits.diagnosesMs), repairs.runner.stop(limits.diagnosesMs)]);
    await app.leave(limits.outboxMs);
    await outbox.written(limits.outboxMs);
    if (state.teller && !(await lastWords(state.teller, outbox, limits.outboxMs)))
      log.error({}, "stopping: messages were not sent; they are written down, and sent by another copy or after the next start");
    await duty.stop();
  };
  try {
    await app.listen();
    runner.begin();
    repairs.runner.begin();
    state.taken = await takeAlarms({ ...made, intake: config.intake, environments, take, ledger: parts.ledger, isFirst: parts.isFirst });
  } catch (error) {
    await leave({ diagnosesMs: 0, outboxMs: 0 });
    throw error;
  }
  return { health, links: app.state, slackAnswers: app.answers, stop: leave };
}

/** Tells what came of the last things, and waits until Slack has it; false where it does not in time. */
async function lastWords({ once }: Teller, outbox: Outbox, limitMs: number): Promise<boolean> {
  // A round that is under way may have begun too early.
  await Promise.race([once().then(once), pause(limitMs)]).catch(() => {});
  return outbox.flush(limitMs);
}

/** An environment's alarms open incidents in its channel, which posts and edits need by its id. */
async function withChannelIds(environments: Config["environments"], { channelId }: GumshoeApp): Promise<Config["environments"]> {
  const each = [...environments].map(async ([name, environment]) => {
    const channel = environment.channel === undefined ? undefined : await channelId(environment.channel);
    return [name, { ...environment, ...(channel === undefined ? {} : { channel }) }] as const;
  });
  return new Map(await Promise.all(each));
}

type OnStore = { bureau: Bureau; parts: Parts; open: OpenStore };

function runnerOf({ bureau, parts, open }: OnStore): Runner {
  const { ledger, diagnoses, mutes } = parts;
  const settled = settleOf({ ledger, now: bureau.now });
  const settle = async (row: DiagnosisRow, end: DiagnosisEnd) => {
    const settlement = await settled({ ...row, end });
    bureau.log.info({ diagnosis: row.id, incident: row.incident, is: settlement.is }, "settled what a diagnosis came to");
  };
  const onDue = (listener: () => void) => open.wake.on("diagnosis", listener);
  return runDiagnoses({ diagnoses, mutes, settle, bureau, onDue, lost: () => open.copies.lost });
}

type OnDuty = Pick<OnStore, "parts" | "open"> & {
  made: Made;
  app: GumshoeApp;
  outbox: Outbox;
  environments: Config["environments"];
  /** The id of the channel in which alarms are counted that belong to no environment. */
  counting: string | undefined;
  take: ReturnType<typeof intakeOf>;
  state: State;
};

/** What ended longer ago is not settled any more: its incident has lapsed. */
const UNSETTLED_MS = 24 * 60 * 60_000;

/** The duties, whenever they are this copy's. */
function dutyOf(given: OnDuty): { stop: () => Promise<void> } {
  const { made, parts, open, app, outbox, environments, counting, take, state } = given;
  const { config, log, now, words, library } = made;
  const { ledger, diagnoses, untold, unmatched, plans, planFeed } = parts;
  const courier = createCourier({ store: parts.outbox, sender: app.sender, log });
  const settled = settleOf({ ledger, now });
  const feed = { today: unmatched.of };
  const daily = counting === undefined ? {} : { unmatched: tellUnmatched({ feed, outbox, words, environments, channel: counting, now }) };
  const planned = async (incident: number) => plannedIn(plans, incident);
  const checking = { ...made, environments, take, claim: parts.ticks.claim, diagnoses };
  return open.copies.onDuty(async (signal) => {
    // A new one each time: another copy may have told meanwhile.
    const tellers = {
      incident: tellIncidents({ feed: untold, outbox, words, environments, library, log, now }),
      plan: tellPlans({ feed: planFeed, haltOf: plans.haltOf, plannedIn: planned, outbox, words, library, environments, log, now }),
    };
    state.teller = { once: async () => void (await Promise.all([tellers.incident.once(), tellers.plan.once()])) };
    await onDuty(
      {
        courier,
        tellers,
        ...daily,
        expire: async () => void (await plans.expire(now())),
        prove: async () => plans.prove(now()),
        settle: async () => {
          for (const row of await diagnoses.unsettled(new Date(now().getTime() - UNSETTLED_MS))) await settled(row);
        },
        lapse: lapseOf({ ledger, environments: environments.keys(), now }),
        forget: async () => {
          const forgotten = await forget(open.db, { now: now(), keepDays: config.store.keepDays, signal });
          log.info({ forgotten }, "deleted what is kept no longer");
        },
        until: [async () => watchLightsailUntil(given, signal), async () => checkOnSchedule(checking, signal)],
        on: open.wake.on,
        log,
      },
      signal,
    ).finally(() => (delete state.teller, delete state.lightsail));
  });
}

async function watchLightsailUntil({ environments, take, state, made: { log, now } }: OnDuty, signal: AbortSignal): Promise<void> {
  if (![...environments.values()].some(({ watch }) => watch)) return;
  const { watchLightsail } = await import("../../aws/alarms/lightsail/watch-lightsail.ts");
  const { eachMinute } = await import("../../aws/alarms/lightsail/each-minute.ts");
  state.lightsail = watchLightsail({ environments, take, log });
  await eachMinute(state.lightsail, { signal, now });
}

async function filesOf(record: IncidentRecord, { config, words, library, parsers, now }: Made): Promise<Attachment[]> {
  const timezone = timezoneOf(record, config.environments);
  const files = reportFiles(record, { words, timezone, library, parsers, version: metadata.version, now: now() });
  return files.map((file) =>
    "text" in file
      ? { name: file.name, title: file.title, text: file.text }
      : { name: file.name, title: file.title, base64: file.bytes.toString("base64") },
  );
}
