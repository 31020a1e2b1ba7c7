import { expect, test } from "vitest";
import { storableJson, storableKey, storableText } from "../../../src/store/rows/storable.ts";
import { at, firing, freshParts, opening } from "../parts.ts";

test("only what PostgreSQL cannot keep is replaced", () => {
  expect(storableText("a\0b\ud83dc😀\\u0000")).toBe("a\ufffdb\ufffdc😀\\u0000");
  const value = { "a\0": ["\ud83d", "😀", "\\u0000", "\\\0", "\u001f", '"\\ud83d"'] };
  expect(JSON.parse(storableJson(value))).toEqual({ "a\ufffd": ["\ufffd", "😀", "\\u0000", "\\\ufffd", "\u001f", '"\\ud83d"'] });
});

test("a key of any length is one that an index takes, the same each time, and its own", () => {
  const long = "가".repeat(100_000);
  expect(storableKey(long)).toBe(storableKey(long));
  expect(storableKey(storableKey(long))).toBe(storableKey(long));
  expect(storableKey(`${long}1`)).not.toBe(storableKey(`${long}2`));
  expect(Buffer.byteLength(storableKey(long))).toBeLessThan(1_600);
  expect(storableKey("arn:disk")).toBe("arn:disk");
});

const HOSTILE = `'; drop table incident; -- \0 \ud800 "{},\\ \\u0000 \u202e ${"x😀".repeat(30_000)}`;

test("hostile and large values are kept in every table, and harm nothing", async () => {
  const { ledger, outbox, mutes, audit, isFirst, ticks, diagnoses, incidents } = await freshParts();
  const by = { userId: "U1", name: HOSTILE };
  await diagnoses.ask({ environment: "prod", runbook: "web", by, home: { channel: "C1", threadTs: HOSTILE }, now: at(0) });
  await diagnoses.end("d-1", { how: "failed", because: HOSTILE }, at(1));
  const id = await ledger.decide("prod", async (desk) => {
    expect(await desk.isFirst({ id: HOSTILE, source: "sns", receivedAt: at(0) })).toBe(true);
    expect(await desk.isFirst({ id: HOSTILE, source: "sns", receivedAt: at(0) })).toBe(false);
    const incident = await desk.open(opening({ openedBy: { kind: "alarm", alarm: HOSTILE } }));
    await desk.keepAlarm(firing(HOSTILE, { reason: HOSTILE, watches: [HOSTILE], incident: incident.id, value: -Infinity }));
    await desk.note(incident.id, at(0), at(0), { kind: "alarm-fired", alarm: HOSTILE, name: HOSTILE, reason: HOSTILE });
    return incident.id;
  });
  await ledger.refused("sns-https", HOSTILE, at(0));
  await mutes.mute({ environment: "prod", until: at(60), by: HOSTILE, at: at(0) });
  await audit.note({ at: at(0), incident: id, actor: HOSTILE, event: "muted", detail: { [HOSTILE]: HOSTILE } });
  await outbox.owe({ key: HOSTILE, channel: "C1", message: HOSTILE });
  await outbox.oweEdit({ key: "other", channel: "C1", message: HOSTILE });
  await outbox.settle(HOSTILE, { ts: "1.2" });
  expect(await outbox.outcomeOf(HOSTILE)).toEqual({ ts: "1.2" });
  expect(await isFirst(HOSTILE)).toBe(true);
  expect(await isFirst(HOSTILE)).toBe(false);
  expect(await ticks.claim(HOSTILE, at(0))).toBe(true);
  const clean = storableText(HOSTILE);
  const record = await incidents.record(id);
  expect(record?.timeline).toMatchObject([{ what: { name: clean } }, { what: { kind: "muted", by: clean } }]);
  expect(record?.alarms).toMatchObject([{ key: storableKey(HOSTILE), reason: clean, watches: [clean], value: -Infinity }]);
  expect(record?.audit).toMatchObject([{ actor: clean, detail: { [clean]: clean } }]);
  expect(await ledger.decide("prod", async (desk) => desk.alarm(HOSTILE))).toMatchObject({ reason: clean });
});
