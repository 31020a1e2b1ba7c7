import { WebAPIRateLimitedError } from "@slack/web-api";
import { beforeEach, expect, test } from "vitest";
import { virtualClock, type VirtualClock } from "../../lab/clock.ts";
import { createCourier } from "../../src/slack/outbox/courier/courier.ts";
import type { Sender } from "../../src/slack/outbox/sender.ts";
import { http, lost, platform } from "./made-outbox.ts";
import { plainOutbox, type PlainOutbox } from "./plain-outbox.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };
const file = { name: "gumshoe-prod-1.sh", title: "The script", text: "#!/bin/sh" };

let clock: VirtualClock;
let store: PlainOutbox;
let shared: string[];
let faults: { call: "upload" | "share" | "findFile"; error: unknown; taken?: boolean }[];
let uploads: number;

beforeEach(() => {
  clock = virtualClock(new Date("2026-11-26T03:00:00Z"));
  store = plainOutbox();
  [shared, faults, uploads] = [[], [], 0];
});

/** Brings one file to Slack; returns what became of it. */
async function bring(): Promise<unknown> {
  const fail = (call: (typeof faults)[number]["call"], take?: () => void) => {
    const nth = faults.findIndex((each) => each.call === call);
    const [fault] = nth < 0 ? [] : faults.splice(nth, 1);
    if (fault?.taken) take?.();
    if (fault) throw fault.error;
  };
  const sender: Sender = {
    post: async () => "1",
    edit: async () => {},
    find: async () => undefined,
    upload: async ({ name }) => {
      uploads++;
      fail("upload");
      return `F-${name}`;
    },
    share: async (_spot, id) => {
      fail("share", () => shared.push(id));
      shared.push(id);
    },
    findFile: async (_spot, name) => {
      fail("findFile");
      return shared.find((id) => id === `F-${name}`);
    },
  };
  await store.owe({ channel: "C1", key: "a", thread: { ts: "1.1" }, file });
  const duty = new AbortController();
  const sleep = async (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal);
  void createCourier({ store, sender, log: silent, now: () => clock.now().getTime(), sleep }).run(duty.signal);
  await clock.advance(10 * 60_000);
  duty.abort();
  return store.posts.get("a")!.outcome;
}

test("a file is brought and shared once", async () => {
  expect(await bring()).toEqual({ ts: "F-gumshoe-prod-1.sh" });
  expect(shared).toHaveLength(1);
});

test("while Slack's API is away its upload is tried for as long as it takes; where only the upload fails, three times", async () => {
  faults = Array.from({ length: 8 }, () => ({ call: "upload" as const, error: lost("ECONNREFUSED") }));
  expect(await bring()).toEqual({ ts: "F-gumshoe-prod-1.sh" });
  store = plainOutbox();
  uploads = 0;
  faults = Array.from({ length: 9 }, () => ({ call: "upload" as const, error: new Error("the upload ended with HTTP 403") }));
  expect(await bring()).toEqual({ refused: "the upload ended with HTTP 403" });
  expect(uploads).toBe(3);
});

test("whether a share without an answer stands is looked for, and it is not shared again", async () => {
  faults = [{ call: "share", error: http(502), taken: true }];
  expect(await bring()).toEqual({ ts: "F-gumshoe-prod-1.sh" });
  expect(shared).toHaveLength(1);
  store = plainOutbox();
  shared = [];
  faults = [
    { call: "share", error: http(502) },
    { call: "findFile", error: platform("missing_scope") },
  ];
  expect(await bring()).toEqual({ inDoubt: "missing_scope" });
});

test("a share that Slack does not take for now is repeated once it does, and one that it never takes is not", async () => {
  faults = [new WebAPIRateLimitedError(30), lost("ECONNREFUSED"), platform("not_in_channel")].map((error) => ({
    call: "share" as const,
    error,
  }));
  expect(await bring()).toEqual({ ts: "F-gumshoe-prod-1.sh" });
  expect([shared.length, uploads]).toEqual([1, 1]);
  store = plainOutbox();
  faults = [{ call: "share", error: platform("file_not_found") }];
  expect(await bring()).toEqual({ refused: "file_not_found" });
});

test("a file that a copy was sharing when it ended is looked for by its name first", async () => {
  await store.owe({ channel: "C1", key: "a", thread: { ts: "1.1" }, file });
  store.posts.get("a")!.sendingSince = clock.now();
  shared = ["F-gumshoe-prod-1.sh"];
  expect(await bring()).toEqual({ ts: "F-gumshoe-prod-1.sh" });
  expect(uploads).toBe(0);
});
