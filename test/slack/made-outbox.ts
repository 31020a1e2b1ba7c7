import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRequestError } from "@slack/web-api";
import { virtualClock, type VirtualClock } from "../../lab/clock.ts";
import { answer } from "../../src/slack/messages/answers/answer.ts";
import type { Message } from "../../src/slack/messages/message.ts";
import { createCourier } from "../../src/slack/outbox/courier/courier.ts";
import { createOutbox, type Outbox } from "../../src/slack/outbox/outbox.ts";
import type { Sender, Spot } from "../../src/slack/outbox/sender.ts";
import { plainOutbox, type PlainOutbox } from "./plain-outbox.ts";

/** A Slack of a few calls, in which the next calls fail as they are told to; `taken` ones did what they were asked all the same. */
export type Fault = { call: "post" | "edit" | "find"; channel?: string; error: unknown; taken?: boolean; times?: number };

/** An outbox, its store, and copies that deliver, on a clock that stands still. */
export type MadeOutbox = {
  clock: VirtualClock;
  stands: (Spot & { key: string; text: string; at: number })[];
  edits: { key: string; text: string; at: number }[];
  faults: Fault[];
  outbox: Outbox;
  store: PlainOutbox;
  /** How many calls there were. */
  calls: () => number;
  logged: string[];
  /** A copy delivers until it is aborted. */
  onDuty: () => AbortController;
};

/** All of it, and nobody on duty yet. */
export function madeOutbox(): MadeOutbox {
  const clock = virtualClock(new Date("2026-11-26T03:00:00Z"));
  const made: Pick<MadeOutbox, "stands" | "edits" | "faults" | "logged"> = { stands: [], edits: [], faults: [], logged: [] };
  const store = plainOutbox();
  const say = (_: unknown, doing: string) => void made.logged.push(doing);
  const log = { debug: say, info: say, warn: say, error: say, fatal: say };
  const given = { store, log, now: () => clock.now().getTime() };
  let calls = 0;
  const sender = senderInto(clock, made, () => calls++);
  return {
    ...made,
    clock,
    store,
    calls: () => calls,
    outbox: createOutbox({ ...given, onSettled: store.onSettled, sleep: async (ms) => clock.sleep(ms) }),
    onDuty: () => {
      const leave = new AbortController();
      const courier = createCourier({ ...given, sender, sleep: async (ms, signal) => clock.sleep(ms, signal) });
      store.onOwed(courier.ring);
      void courier.run(leave.signal);
      return leave;
    },
  };
}

function senderInto(
  clock: VirtualClock,
  { stands, edits, faults }: Pick<MadeOutbox, "stands" | "edits" | "faults">,
  called: () => void,
): Sender {
  const fail = (call: Fault["call"], channel: string, take?: () => void) => {
    called();
    const fault = faults.find((each) => each.call === call && (each.channel ?? channel) === channel && (each.times ?? 1) > 0);
    if (!fault) return;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.taken) take?.();
    throw fault.error;
  };
  return {
    post: async (spot, key, { text, blocks }) => {
      const stand = { ...spot, key, text: blocks.length > 0 ? text : `plain: ${text}`, at: clock.now().getTime() };
      fail("post", spot.channel, () => stands.push(stand));
      return String(stands.push(stand));
    },
    edit: async (channel, _ts, key, { text }) => {
      fail("edit", channel);
      edits.push({ key, text, at: clock.now().getTime() });
    },
    find: async ({ channel }, key) => {
      fail("find", channel);
      const nth = stands.findIndex((stand) => stand.key === key && stand.channel === channel);
      return nth < 0 ? undefined : String(nth + 1);
    },
    upload: async () => "F1",
    share: async () => {},
    findFile: async () => undefined,
  };
}

/** A message of one sentence. */
export const say = (text: string): Message => answer(text);

/** What Slack, or something before it, answers with. */
export const http = (status: number) => new WebAPIHTTPError(status, "", {}, "");
export const platform = (error: string) => new WebAPIPlatformError({ ok: false, error });
export const lost = (code: string) =>
  new WebAPIRequestError(Object.assign(new Error("fetch failed"), { cause: Object.assign(new Error(code), { code }) }));
