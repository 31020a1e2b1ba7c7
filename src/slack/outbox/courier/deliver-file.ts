import { WebAPIHTTPError, WebAPIRequestError } from "@slack/web-api";
import { answerOf } from "../answers.ts";
import type { Attachment, Outcome } from "../entry.ts";
import type { Spot } from "../sender.ts";
import { CLOSED_MS, waitOf, type Delivering } from "./deliver.ts";

/** Attempts to bring a file to Slack while its API answers: as long as a file is not shared, nobody sees one too many. */
const UPLOADS = 3;
const WAIT_MS = 1_000;

/**
 * Attach a file once. Sharing is repeated only where Slack has not taken it: where its answer is unclear, the file is looked for. `refused` says why it is not there. Throws only
 * where the signal ends it.
 */
export async function deliverFile(spot: Spot, file: Attachment, given: Delivering): Promise<Outcome> {
  if (given.since !== undefined) {
    const stands = await lookForFile(spot, file, given.since, given);
    if (stands) return stands;
  }
  const uploaded = await upload(spot, file, given);
  if ("refused" in uploaded) return uploaded;
  for (let failures = 0; ; failures++) {
    given.signal.throwIfAborted();
    await given.sending();
    const began = new Date(given.now());
    try {
      await given.sender.share(spot, uploaded.id, file.title);
      return { ts: uploaded.id };
    } catch (error) {
      given.log.warn({ channel: spot.channel, file: file.name, err: error }, "sharing a file");
      const answer = answerOf(error);
      if (answer.kind === "refused" || answer.kind === "unfit") return { refused: answer.code };
      if (answer.kind === "unclear") {
        await given.sleep(WAIT_MS);
        return (await lookForFile(spot, file, began, given)) ?? { inDoubt: answer.because };
      }
      // It was not taken, and may be shared once Slack lets us.
      await given.sleep(answer.kind === "limited" ? answer.retryAfterMs : answer.kind === "closed" ? CLOSED_MS : waitOf(failures));
    }
  }
}

async function upload(
  spot: Spot,
  file: Attachment,
  { sender, log, sleep, signal }: Delivering,
): Promise<{ id: string } | { refused: string }> {
  for (let attempts = 0, failures = 0; ; failures++) {
    signal.throwIfAborted();
    try {
      return { id: await sender.upload(file) };
    } catch (error) {
      const answer = answerOf(error);
      log.warn({ channel: spot.channel, file: file.name, err: error }, "uploading a file");
      if (answer.kind === "refused" || answer.kind === "unfit") return { refused: answer.code };
      if (answer.kind === "limited") await sleep(answer.retryAfterMs);
      else {
        // Where Slack's API itself is away, its uploads will be back with it.
        if (!(error instanceof WebAPIRequestError || error instanceof WebAPIHTTPError)) attempts++;
        if (attempts >= UPLOADS) return { refused: answer.because };
        await sleep(attempts > 0 ? WAIT_MS : waitOf(failures));
      }
    }
  }
}

/** Where the file stands, or that nobody may look; nothing where it does not. Goes on until Slack lets us look. */
async function lookForFile(
  spot: Spot,
  file: Attachment,
  since: Date,
  { sender, log, sleep, signal }: Delivering,
): Promise<Outcome | undefined> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted();
    try {
      const id = await sender.findFile(spot, file.name, since);
      return id === undefined ? undefined : { ts: id };
    } catch (error) {
      const answer = answerOf(error);
      if (answer.kind === "refused" || answer.kind === "unfit") return { inDoubt: answer.code };
      log.warn({ channel: spot.channel, file: file.name, err: error }, "looking for a file that may be shared: no answer from Slack");
      await sleep(answer.kind === "limited" ? answer.retryAfterMs : waitOf(failures));
    }
  }
}
