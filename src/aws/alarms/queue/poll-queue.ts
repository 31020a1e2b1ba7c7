import type { Access } from "../../access.ts";
import { wordsOf, type Intake } from "../intake.ts";
import { hide, openQueue, receive, remove, HIDDEN_S, type Queue, type QueueAt, type Received } from "./queue.ts";
import { takeBatch, type Fate } from "./take-batch.ts";

/** How a queue is doing, for the program's health. `failing`: it cannot be read; `holding`: messages in hand that cannot be stored, since when. */
export type QueueState = {
  url: string;
  heardAt?: Date;
  failing?: { because: string; since: Date };
  holding?: { messages: number; since: Date };
};

/** A queue that is being read. `ended` resolves when the signal stopped it and the batches in hand are done with. */
export type Poller = { state: () => QueueState; ended: Promise<void> };

/** Receives under way at the same time: one settles its batch while the other waits for the next. In hand are at most 10 messages of each. */
const RECEIVERS = 2;

/** The pause after a queue or a store that fails; each further one is twice as long. */
const PAUSE_MS = { first: 1_000, longest: 30_000 };

/** A message that cannot be taken is kept back so long at first, and twice as long each time that it has come again. */
const POISON_S = { first: 30, longest: 900 };

type Watch = { failing?: QueueState["failing"]; heardAt?: Date; held: Map<object, { messages: number; since: Date }> };
type Desk = { queue: Queue; intake: Intake; signal: AbortSignal; watch: Watch };

/** Reads alarms from a queue until the signal. A message is deleted only after what it means was stored. */
export function pollQueue({
  url,
  region,
  role,
  signal,
  access,
  ...intake
}: QueueAt & Intake & { signal: AbortSignal; access?: Access }): Poller {
  const watch: Watch = { held: new Map() };
  const desk: Desk = { queue: openQueue({ url, region, role }, access), intake, signal, watch };
  const receivers = Array.from({ length: RECEIVERS }, async () => receiveOn(desk));
  return { state: () => stateOf(url, watch), ended: Promise.all(receivers).then(() => undefined) };
}

function stateOf(url: string, { failing, heardAt, held }: Watch): QueueState {
  const holds = [...held.values()];
  const since = new Date(Math.min(...holds.map((hold) => hold.since.getTime())));
  const messages = holds.reduce((sum, hold) => sum + hold.messages, 0);
  return {
    url,
    ...(heardAt ? { heardAt } : {}),
    ...(failing ? { failing } : {}),
    ...(messages > 0 ? { holding: { messages, since } } : {}),
  };
}

async function receiveOn(desk: Desk): Promise<void> {
  const { queue, signal, intake } = desk;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const messages = await receive(queue, signal);
      heard(desk);
      failures = 0;
      if (messages.length > 0) await takeBatch(messages, intake, fateIn(desk));
    } catch (error) {
      if (signal.aborted) return;
      failed(desk, error);
      await queue.access.clock.sleep(pauseMs(failures++), signal);
    }
  }
}

const pauseMs = (nth: number) => Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** nth);

function heard({ watch, queue, intake }: Desk): void {
  watch.heardAt = intake.now();
  if (!watch.failing) return;
  delete watch.failing;
  intake.log.info({ queue: queue.url }, "reading the alarm queue works again");
}

/** Says why a queue cannot be read, once a reason. */
function failed({ watch, queue, intake }: Desk, error: unknown): void {
  const because = wordsOf(error);
  if (watch.failing?.because !== because) intake.log.error({ queue: queue.url, because }, "reading the alarm queue; it is tried again");
  watch.failing = { because, since: watch.failing?.since ?? intake.now() };
}

/** What becomes of one batch's messages. A call that fails here only means that a message comes again, and is known then. */
function fateIn({ queue, intake, signal, watch }: Desk): Fate {
  const batch = {};
  let holds = 0;
  const calmly = async (act: Promise<unknown>, doing: string) => {
    await act.catch((error: unknown) => intake.log.warn({ queue: queue.url, because: wordsOf(error) }, doing));
  };
  const hidden = async (messages: readonly Received[], seconds: number) =>
    calmly(hide(queue, messages, seconds), "changing for how long messages are hidden; they may come again sooner");
  return {
    settled: async (messages) => {
      watch.held.delete(batch);
      const removing = remove(queue, messages).then((left) => {
        if (left > 0) intake.log.warn({ queue: queue.url, messages: left }, "deleting messages; they come again, and are known then");
      });
      await calmly(removing, "deleting messages; they come again, and are known then");
    },
    poison: async (message) => {
      watch.held.delete(batch);
      await hidden([message], Math.min(POISON_S.longest, POISON_S.first * 2 ** Math.max(0, message.receives - 1)));
    },
    hold: async (messages) => {
      const ms = pauseMs(holds++);
      watch.held.set(batch, { messages: messages.length, since: watch.held.get(batch)?.since ?? intake.now() });
      if (!signal.aborted) await hidden(messages, HIDDEN_S + Math.ceil(ms / 1000));
      await queue.access.clock.sleep(ms, signal);
      if (!signal.aborted) return true;
      watch.held.delete(batch);
      await hidden(messages, 0);
      return false;
    },
  };
}
