import { randomUUID } from "node:crypto";
import {
  CancelCommandCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
  type Command,
  type SendCommandCommandInput,
} from "@aws-sdk/client-ssm";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import type { Registered } from "./registered.ts";

/** What is to be sent: which document with which parameters, to which nodes; `tags` stand in for more ids than a command takes. */
export type Order = {
  document: Pick<Registered, "name"> & Partial<Registered>;
  parameters: Record<string, string[]>;
  ids: readonly string[];
  tags?: Readonly<Record<string, string>>;
  about: string;
  /** The word by which the command is known; one that nobody else has where it is left out. */
  word?: string;
};

/** A command that SSM has taken. `comment` holds the word by which it is known, whatever became of the answer. */
export type Sent = { commandId: string; version?: string; comment: string; sentAt: Date };

/** Seconds until a command that no agent took is given up: the least that SSM takes. */
export const DELIVERY_S = 30;

/** Ids that one command takes; beyond that it is sent by tags. */
const MOST_IDS = 50;

/** SendCommand is sent again only where it was throttled, which is a refusal: so often, after such waits, from half to all of which is taken. */
const THROTTLED_WAITS_MS = [1_000, 2_000, 4_000];

/** After an answer was lost, when to look whether the command is there: the list is up to seconds behind. */
const LOOK_WAITS_MS = [300, 1_000, 2_000, 3_000];

/** The look and the cancelling after the caller has given up may take this long. */
const AFTERMATH_MS = 6_000;

/** What a clock may be wrong by: the SDK sets its signatures right, so more than the five minutes that AWS allows. */
const SKEW_MS = 2 * 60 * 60_000;

/**
 * Sends one command, never twice: where the answer is lost (or `signal` ends the call), the command is looked up by a word in its comment, and
 * taken from there. Where it is not found either, nothing is sent again, since it may still turn up. Throws an AwsFailure, or the signal's reason.
 * `looks` is the way by which it is looked up, where that is another one.
 */
export async function sendOnce(access: Access, order: Order, signal: AbortSignal, looks: Access = access): Promise<Sent> {
  const comment = commentOf({ word: randomUUID(), ...order });
  const since = access.clock.now();
  const ssm = access.open(SSMClient);
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      const answer = await ask(access, ssm, new SendCommandCommand(inputOf(order, comment)), { signal, attempts: 1 });
      return sentOf(answer.Command, comment, since);
    } catch (error) {
      const kind = error instanceof AwsFailure ? error.kind : "unclear";
      const waitMs = kind === "throttled" ? THROTTLED_WAITS_MS[attempt] : undefined;
      const found = kind === "unclear" ? await lookUp(looks, order.document.name, comment, since) : undefined;
      if (found) return sentOf(found, comment, since);
      if (waitMs === undefined) throw error;
      await access.clock.sleep(waitMs * (0.5 + Math.random() / 2), signal);
    }
  }
}

/** The comment by which a command is found again (100 characters at most, SSM SendCommand). */
function commentOf({ about, word }: { about: string; word: string }): string {
  return `${about} ${word}`.slice(-100);
}

/** The command that was sent by this word since then, whoever sent it; nothing where it never arrived. */
export async function findSent(access: Access, order: Pick<Order, "document" | "about"> & { word: string }, since: Date) {
  const comment = commentOf(order);
  const found = await lookUp(access, order.document.name, comment, since);
  return found ? sentOf(found, comment, found.RequestedDateTime ?? since) : undefined;
}

function inputOf({ document, parameters, ids, tags }: Order, comment: string): SendCommandCommandInput {
  const byTags = tags && ids.length > MOST_IDS;
  return {
    DocumentName: document.name,
    ...(document.version === undefined ? {} : { DocumentVersion: document.version }),
    ...(document.hash === undefined ? {} : { DocumentHash: document.hash, DocumentHashType: "Sha256" }),
    Parameters: parameters,
    Comment: comment,
    TimeoutSeconds: DELIVERY_S,
    // All hosts at the same moment, and what fails on one stops it on no other: each host's answer is evidence of its own.
    MaxConcurrency: "100%",
    MaxErrors: "100%",
    ...(byTags
      ? { Targets: Object.entries(tags).map(([name, value]) => ({ Key: `tag:${name}`, Values: [value] })) }
      : { InstanceIds: [...ids] }),
  };
}

function sentOf(command: Command | undefined, comment: string, since: Date): Sent {
  const version = command?.DocumentVersion;
  return { commandId: command?.CommandId ?? "", comment, sentAt: since, ...(version ? { version } : {}) };
}

/** Looks for the command whose answer was lost. It has a limit of its own, as it also runs after the caller has given up. */
async function lookUp(access: Access, document: string, comment: string, since: Date): Promise<Command | undefined> {
  const signal = AbortSignal.timeout(AFTERMATH_MS);
  const InvokedAfter = new Date(since.getTime() - SKEW_MS).toISOString().replace(/\.\d+Z$/, "Z");
  const Filters = [
    { key: "InvokedAfter" as const, value: InvokedAfter },
    { key: "DocumentName" as const, value: document },
  ];
  for (const waitMs of LOOK_WAITS_MS) {
    await access.clock.sleep(waitMs, signal);
    let NextToken: string | undefined;
    do {
      const wanted = new ListCommandsCommand({ Filters, MaxResults: MOST_IDS, ...(NextToken ? { NextToken } : {}) });
      const page = await ask(access, access.open(SSMClient), wanted, { signal }).catch(() => undefined);
      const found = page?.Commands?.find((command) => command.Comment === comment);
      if (found) return found;
      NextToken = page?.NextToken;
    } while (NextToken);
  }
  return undefined;
}

/** Asks SSM to end a command wherever it still runs; says whether SSM took it. An agent ends what it can: AWS promises no more. */
export async function cancel(access: Access, commandId: string): Promise<boolean> {
  const wanted = new CancelCommandCommand({ CommandId: commandId });
  return ask(access, access.open(SSMClient), wanted, { signal: AbortSignal.timeout(AFTERMATH_MS) }).then(
    () => true,
    () => false,
  );
}
