import { verify } from "node:crypto";
import { wordsOf, type Intake } from "../intake.ts";
import { readBody } from "../read-body.ts";
import { confirm } from "./confirm.ts";
import { readEnvelope, signedText, type Envelope } from "./envelope.ts";
import { Refusal } from "./refusal.ts";
import { signingCertificates } from "./certificate/signing-certificates.ts";

/** What posts are checked by. `isFirst` keeps a message's id and tells whether it was new; `roots` are PEM texts. */
export type Desk = Intake & {
  topics: readonly string[];
  isFirst: (key: string) => Promise<boolean>;
  fetch: typeof globalThis.fetch;
  roots: readonly string[];
};

/** What a post is answered with; `because` and `detail` are for the log. */
export type Answer = { status: number; because?: string; detail?: Record<string, unknown> };

/** The source under which refusals are counted. */
export const SOURCE = "sns-https";

/** Why a post is not taken while the store is down. */
export const NOT_STORED = "it could not be stored";

/** SNS retries a delivery for an hour at most, by a delivery policy that says so; what is older is a replay. Clocks may be so far apart. */
const WINDOW_MS = { past: 3_600_000, future: 300_000 };

/** Ids of messages that were taken lately, so that a repetition costs the store nothing. */
const KEPT = 5_000;

/** Takes one post of SNS after the other. It is answered with 200 only when what it means is stored, and with 503 when SNS shall send it again. */
export function takePosts(desk: Desk): (body: string) => Promise<Answer> {
  const certificateOf = signingCertificates(desk);
  const taken = new Set<string>();
  return async (body) => {
    try {
      const envelope = readEnvelope(body);
      checkOrigin(envelope, desk);
      const { publicKey } = await certificateOf(envelope);
      const digest = envelope.SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256";
      if (!verify(digest, Buffer.from(signedText(envelope)), publicKey, Buffer.from(envelope.Signature, "base64")))
        throw new Refusal("its signature is wrong", { detail: { message: envelope.MessageId.slice(0, 100) } });
      if (taken.has(envelope.MessageId)) return await repeated(envelope, desk);
      const answer = await takeSigned(envelope, body, desk);
      if (answer.status === 200) taken.add(envelope.MessageId);
      for (const oldest of taken) if (taken.size > KEPT) taken.delete(oldest);
      return answer;
    } catch (error) {
      return refused(error, desk);
    }
  };
}

function checkOrigin({ TopicArn, Timestamp }: Envelope, { topics, now }: Desk): void {
  if (!topics.includes(TopicArn)) throw new Refusal("its topic is not one of ours", { detail: { topic: TopicArn.slice(0, 300) } });
  const age = now().getTime() - Date.parse(Timestamp);
  if (!(age <= WINDOW_MS.past)) throw new Refusal("it is older than an hour", { detail: { timestamp: Timestamp.slice(0, 40) } });
  if (age < -WINDOW_MS.future) throw new Refusal("it is of the future", { detail: { timestamp: Timestamp.slice(0, 40) } });
}

async function takeSigned(envelope: Envelope, body: string, desk: Desk): Promise<Answer> {
  const facts = { topic: envelope.TopicArn, message: envelope.MessageId };
  if (envelope.Type === "UnsubscribeConfirmation") {
    desk.log.error(
      facts,
      "somebody ended the subscription of this topic: its alarms arrive here no longer; subscribe again if that was not meant",
    );
    return { status: 200 };
  }
  if (envelope.Type === "SubscriptionConfirmation") {
    await confirm(envelope, desk.fetch);
    desk.log.info(facts, "the subscription to this topic is confirmed");
    return { status: 200 };
  }
  const read = readBody(body, desk.now(), "sns-https");
  if ("ignored" in read) {
    desk.log.info({ ...facts, because: read.ignored }, "reading a message of SNS; it is no alarm");
    return { status: 200 };
  }
  // It is SNS's own and it would be the same again: a 4xx ends its retries.
  if ("refused" in read) throw new Refusal(read.refused, { status: 400, detail: facts });
  await stored(async () => {
    await desk.take([read.delivery]);
  });
  // Only now: were its id kept first and the alarm not, SNS's next attempt would count as a repetition. The alarm itself is known by its own id.
  if (!(await stored(async () => desk.isFirst(`sns ${envelope.MessageId}`)))) return repeated(envelope, desk);
  return { status: 200 };
}

async function stored<Result>(storing: () => Promise<Result>): Promise<Result> {
  try {
    return await storing();
  } catch (error) {
    throw new Refusal(NOT_STORED, { status: 503, detail: { why: wordsOf(error) }, cause: error });
  }
}

/** SNS sends again what it got no answer for, so a repetition is well; it is counted, since somebody else may replay it too. */
async function repeated({ MessageId }: Envelope, desk: Desk): Promise<Answer> {
  await tally("it was taken before", desk);
  return { status: 200, because: "it was taken before", detail: { message: MessageId } };
}

async function refused(error: unknown, desk: Desk): Promise<Answer> {
  const refusal =
    error instanceof Refusal ? error : new Refusal("it could not be read", { status: 503, detail: { why: wordsOf(error) }, cause: error });
  await tally(refusal.message, desk);
  return { status: refusal.status, because: refusal.message, detail: refusal.detail };
}

/** Counts a refusal as well as it goes: it stays refused when that cannot be stored. */
export async function tally(because: string, { counted, now, log }: Desk): Promise<void> {
  await counted(SOURCE, because, now()).catch((error: unknown) =>
    log.warn({ because: wordsOf(error) }, "counting a refused message of SNS"),
  );
}
