import { expect, test } from "vitest";
import type { Delivery } from "../../../src/alarm/alarm.ts";
import { at, firing, freshParts } from "../parts.ts";

const delivery = (id: string, name = "orphan"): Delivery => ({
  id,
  source: "eventbridge",
  receivedAt: at(0),
  alarm: {
    key: `arn:${name}`,
    name,
    kind: "metric",
    account: "123456789012",
    region: "ap-northeast-2",
    state: "alarm",
    changedAt: at(0),
    reason: "",
    watched: [],
  },
});

test("an alarm that is no environment's is counted once a delivery, by day", async () => {
  const { ledger, copy, unmatched } = await freshParts();
  const both = [ledger, copy("b").ledger];
  await Promise.all(Array.from({ length: 20 }, async (_, nth) => both[nth % 2]?.unmatched(delivery(`${nth % 10}`))));
  await ledger.unmatched({ ...delivery("x", "other"), receivedAt: at(7) });
  await ledger.unmatched({ ...delivery("y", "other"), receivedAt: at(24 * 60) });
  expect(await unmatched.of("2026-11-26")).toEqual([
    { key: "arn:orphan", name: "orphan", count: 10, lastAt: at(0) },
    { key: "arn:other", name: "other", count: 1, lastAt: at(7) },
  ]);
  expect(await unmatched.of("2026-11-27")).toMatchObject([{ name: "other", count: 1 }]);
});

test("what is refused is counted by its reason, and however many reasons there are, no more than 500 a day are told apart", async () => {
  const { ledger, refusals, db } = await freshParts();
  await Promise.all(Array.from({ length: 10 }, async () => ledger.refused("sns-https", "the signature is not Amazon's", at(0))));
  const many = Array.from({ length: 499 }, (_, nth) => ({ day: "2026-11-26", source: "sns-https", because: `reason ${nth}`, count: 1 }));
  await db.insertInto("refusal").values(many).execute();
  for (const because of ["one more", "and one more", "the signature is not Amazon's"]) await ledger.refused("sns-https", because, at(1));
  const counted = await refusals.of("2026-11-26");
  expect(counted.slice(0, 2)).toEqual([
    { source: "sns-https", because: "the signature is not Amazon's", count: 11 },
    { source: "sns-https", because: "…", count: 2 },
  ]);
  expect(counted).toHaveLength(501);
});

test("whose alarms are known is told by their keys", async () => {
  const { ledger } = await freshParts();
  await ledger.decide("prod", async (desk) => desk.keepAlarm(firing("arn:disk")));
  expect(await ledger.whose(["arn:disk", "arn:nobody's"])).toEqual(new Map([["arn:disk", "prod"]]));
  expect(await ledger.whose([])).toEqual(new Map());
});
