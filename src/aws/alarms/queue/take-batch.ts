import type { Delivery } from "../../../alarm/alarm.ts";
import { withMuteRule, type Intake } from "../intake.ts";
import { readBody } from "../read-body.ts";
import type { Received } from "./queue.ts";

/** What is done with the messages of a batch: each is let go of once. */
export type Fate = {
  /** What they mean is stored: they are deleted. */
  settled: (messages: readonly Received[]) => Promise<void>;
  /** Something else than the store keeps it from being taken: it comes again, later each time, and goes to the dead letters in the end. */
  poison: (message: Received) => Promise<void>;
  /** Nothing can be stored: keeps the messages in hand from others, and waits. False when the program stops, and they are let go of. */
  hold: (messages: readonly Received[]) => Promise<boolean>;
};

type Heard = { message: Received } & ({ delivery: Delivery } | { refused: string } | { ignored: string });
type Alarmed = Heard & { delivery: Delivery };

const SOURCE = "sqs";
const NOT_TAKEN = "it could not be stored, while others could";

/**
 * Takes one batch in: every message is settled, poison, or still in the queue when this resolves. While nothing can be stored the batch is held,
 * not received anew: each receive brings a message nearer to the dead letters, and a store that is down is no fault of its.
 */
export async function takeBatch(messages: readonly Received[], intake: Intake, fate: Fate): Promise<void> {
  let left: readonly Heard[] = await Promise.all(messages.map(async (message) => hear(message, intake)));
  do {
    left = await takeOnce(left, intake, fate);
  } while (left.length > 0 && (await fate.hold(left.map(({ message }) => message))));
}

async function hear(message: Received, { now, mutedBy }: Intake): Promise<Heard> {
  const receivedAt = now();
  const read = readBody(message.body, receivedAt);
  if (!("delivery" in read)) return { message, ...read };
  // CloudWatch itself holds back what would go to SNS: what comes by SNS, be it late, is not held back.
  const { delivery } = read;
  return {
    message,
    delivery: delivery.source === "eventbridge" ? { ...delivery, alarm: await withMuteRule(delivery.alarm, mutedBy) } : delivery,
  };
}

/** Takes what can be taken; gives back what the store did not keep. */
async function takeOnce(heard: readonly Heard[], intake: Intake, fate: Fate): Promise<readonly Heard[]> {
  const alarmed = heard.filter((one): one is Alarmed => "delivery" in one);
  const others = heard.filter((one) => !("delivery" in one));
  const notTaken = await takeAll(alarmed, intake, fate);
  if (notTaken.length > 0) return [...notTaken, ...others];
  return setAside(others, intake, fate);
}

async function takeAll(alarmed: readonly Alarmed[], intake: Intake, fate: Fate): Promise<readonly Alarmed[]> {
  if (alarmed.length === 0) return [];
  try {
    await intake.take(alarmed.map(({ delivery }) => delivery));
  } catch (error) {
    intake.log.warn({ err: error, messages: alarmed.length }, "storing what alarms say; the messages stay in the queue until it is");
    return takeEach(alarmed, { intake, fate, first: error });
  }
  await fate.settled(alarmed.map(({ message }) => message));
  return [];
}

type Trouble = { intake: Intake; fate: Fate; first: unknown };

/** One by one, so that one that nobody can store keeps no other. Whether it is that one or the store is told by whether its refusal can be stored. */
async function takeEach(alarmed: readonly Alarmed[], { intake, fate, first }: Trouble): Promise<readonly Alarmed[]> {
  for (const [nth, one] of alarmed.entries()) {
    const error = alarmed.length === 1 ? first : await intake.take([one.delivery]).catch((why: unknown) => why ?? "no reason");
    if (error === undefined) await fate.settled([one.message]);
    else {
      if (!(await counts(intake, NOT_TAKEN))) return alarmed.slice(nth);
      const facts = { message: one.message.id, alarm: one.delivery.alarm.key, receives: one.message.receives, err: error };
      intake.log.error(facts, "storing what an alarm says; others can be stored, so its message waits and comes again");
      await fate.poison(one.message);
    }
  }
  return [];
}

/** What is no alarm, or cannot be read: it would not become one by coming again, so it is deleted once it is counted. */
async function setAside(others: readonly Heard[], intake: Intake, fate: Fate): Promise<readonly Heard[]> {
  for (const [nth, one] of others.entries()) {
    const facts = { message: one.message.id, bytes: Buffer.byteLength(one.message.body) };
    if ("refused" in one) {
      if (!(await counts(intake, one.refused))) return others.slice(nth);
      intake.log.warn({ ...facts, because: one.refused }, "reading a message of the alarm queue; it is refused");
    } else if ("ignored" in one)
      intake.log.info({ ...facts, because: one.ignored }, "reading a message of the alarm queue; it is no alarm");
    await fate.settled([one.message]);
  }
  return [];
}

async function counts({ counted, now, log }: Intake, because: string): Promise<boolean> {
  try {
    await counted(SOURCE, because, now());
    return true;
  } catch (error) {
    log.warn({ err: error }, "counting what was refused; the message stays in the queue");
    return false;
  }
}
