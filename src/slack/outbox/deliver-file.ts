import { answerOf } from "./answers.ts";
import type { Delivering } from "./deliver.ts";
import type { Attachment, Outcome } from "./entry.ts";
import type { Spot } from "./sender.ts";

/** Attempts to bring a file to Slack: as long as it is not shared, nobody sees one too many. */
const UPLOADS = 3;
const WAIT_MS = 1_000;

/** Attach a file once. Sharing is not repeated: where its answer is unclear it is looked for. Never throws; `refused` says why it is not there. */
export async function deliverFile(spot: Spot, file: Attachment, given: Delivering): Promise<Outcome> {
  const { sender, log, now, sleep } = given;
  const began = new Date(now());
  let id: string | undefined;
  let because = "";
  for (let attempt = 0; attempt < UPLOADS && id === undefined; attempt++) {
    if (attempt > 0) await sleep(WAIT_MS);
    try {
      id = await sender.upload(file);
    } catch (error) {
      const answer = answerOf(error);
      log.warn({ channel: spot.channel, file: file.name, err: error }, "uploading a file");
      because = "code" in answer ? answer.code : "because" in answer ? answer.because : "ratelimited";
      if (answer.kind === "refused") break;
      if (answer.kind === "limited") await sleep(answer.retryAfterMs);
    }
  }
  if (id === undefined) return { refused: because };
  try {
    await given.sending();
    await sender.share(spot, id, file.title);
    return { ts: id };
  } catch (error) {
    log.warn({ channel: spot.channel, file: file.name, err: error }, "sharing a file");
    const answer = answerOf(error);
    if (answer.kind !== "unclear") return { refused: "code" in answer ? answer.code : answer.kind };
    await sleep(WAIT_MS);
    const shared = await sender.isShared(spot, id, began).catch(() => false);
    return shared ? { ts: id } : { inDoubt: answer.because };
  }
}
