import { expect, test } from "vitest";
import { createIndex, type CreateIndex } from "../../../src/remediation/actions/create-index.ts";
import type { Progress } from "../../../src/remediation/durable.ts";
import { carryOut, draftOf, planOf, sentencesOf } from "./carry-out.ts";
import { databaseHost, table } from "./database-hosts.ts";

const on = { table: "orders", columns: " customer_id " };
const INDEX = "gumshoe_orders_customer_id_0123456789";
const withRoom = (port: ReturnType<typeof databaseHost>["port"], free = 5e9): CreateIndex => ({ ...port, freeBytes: async () => free });

test("the plan says what is made where, that writes go on, what it reads, the room it takes, and how it is undone", async () => {
  const draft = await draftOf(createIndex(withRoom(databaseHost({ table: [table()] }).port)), on);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.calls).toMatchObject([
    { hosts: ["mi-1"], values: { verb: "start", plan: "p1", table: "public.orders", columns: "customer_id", index: INDEX } },
  ]);
  expect(sentencesOf(draft)).toEqual([
    `Makes the index ${INDEX} on public.orders (customer_id) with CREATE INDEX CONCURRENTLY, and waits until it can be used`,
    "Reads and writes of public.orders go on meanwhile",
    "It reads the whole of public.orders (2 GB) twice: a database that is slow already gets slower meanwhile",
    expect.stringMatching(/the oldest has been open for 90 s\. /),
    "Every write to public.orders keeps one more index up to date from then on",
    expect.stringMatching(/^About 4 min, if the disk reads 20 MB a second \(a guess\)/),
    "About 400 MB on the database's disk, and as much again while it is made; 5 GB are free",
    `Undone at any time with: DROP INDEX CONCURRENTLY public.${INDEX};`,
  ]);
});

test.each([
  [{ ...on, table: 'orders"; drop table x' }, {}, /^no-plain-names: /],
  [{ ...on, columns: "a b" }, {}, /^no-plain-names: /],
  [{ ...on, columns: "lower(name)" }, {}, /^no-plain-names: /],
  [{}, {}, /^no-plain-names: /],
  [on, { found: "no" }, /^no-such-table: there is no table orders at db:5432\/shop$/],
  [on, { kind: "p" }, /^no-plain-table: orders is a partitioned table/],
  [on, { partition: "t" }, /^no-plain-table: orders is a partition:/],
  [on, { kind: "v" }, /^no-plain-table: orders is a view/],
  [on, { persistence: "t" }, /^no-plain-table: orders is a temporary table/],
  [on, { standby: "t" }, /^read-only: /],
  [on, { missing: "customer_id" }, /^no-such-column: orders has no column customer_id$/],
  [on, { may: "f" }, /^may-not-index: shop does not own orders/],
  [on, { building: "t" }, /^index-under-way: /],
  [on, { equal: "orders_customer" }, /^index-is-there: the index orders_customer begins with customer_id already/],
  [on, { state: "other" }, /^name-taken: /],
  [on, { indexBytes: "3000000000" }, /^no-room: it needs about 6 GB while it is made, and the database's disk has 5 GB free$/],
])("what cannot be made is refused: %j %j", async (input, more, refusal) => {
  expect(await draftOf(createIndex(withRoom(databaseHost({ table: [table(more)] }).port)), input)).toMatch(refusal);
});

test("what an earlier try has left is told as dropped first; room that nobody tells is told as unchecked", async () => {
  const draft = await draftOf(createIndex(databaseHost({ table: [table({ state: "invalid" })] }).port), on);
  if (typeof draft === "string") throw new Error(draft);
  expect(sentencesOf(draft)[0]).toBe(`Drops ${INDEX} first, which an earlier try has left unusable`);
  expect(sentencesOf(draft).at(-1)).toMatch(/^How much room the database's disk has: /);
  expect(draft.touches[0]).toMatchObject({ state: { leftover: true } });
});

const done = { state: "done", "index.is": "valid", "index.bytes": "380000000", building: "no" };

test("it is waited for with PostgreSQL's own progress, until the index can be used", async () => {
  const { port, sent } = databaseHost({
    table: [table()],
    index: [
      { state: "running", "index.is": "invalid", phase: "building index: scanning table", "blocks.done": "250", "blocks.total": "1000" },
      { state: "running", "index.is": "invalid", phase: "waiting for old snapshots", lockers: "1", locker: "77" },
      // A host that began anew has forgotten its run; its session works on.
      { state: "died", "index.is": "invalid", building: "yes" },
      done,
    ],
  });
  const action = createIndex(withRoom(port));
  const progress: Progress[] = [];
  expect(await carryOut(action, await planOf(action, on), { progress })).toEqual({
    says: [`The index ${INDEX} on public.orders can be used (380 MB)`, `Undone at any time with: DROP INDEX CONCURRENTLY public.${INDEX};`],
  });
  expect(progress.filter(({ step, state }) => step === "index-usable" && state === "waiting")).toMatchObject([
    { status: "building index: scanning table", percent: 25, expectedMs: 210_000 },
    { status: "waiting for old snapshots (pid 77)" },
    { status: "begins" },
  ]);
  expect(sent).toHaveLength(1);
});

test("a build that fails, and one that was cut off, are told with what they have left", async () => {
  for (const [index, because] of [
    [
      { state: "failed", told: "deadlock detected", "index.is": "invalid", building: "no" },
      `web-1: deadlock detected. ${INDEX} is left behind and cannot be used: planned again, it is dropped first`,
    ],
    [{ state: "died", "index.is": "none", building: "no" }, "what made the index on web-1 was cut off. Nothing was left behind"],
  ] as const) {
    const action = createIndex(withRoom(databaseHost({ table: [table()], index: [index] }).port));
    expect(await carryOut(action, await planOf(action, on))).toEqual({ how: "failed", step: "index-usable", because });
  }
});

test("an order that surely never came is sent again: the host does once what it is told twice", async () => {
  const { port, sent, lost } = databaseHost({ table: [table()], index: [done] });
  lost.next = true;
  lost.found = false;
  const action = createIndex(withRoom(port));
  expect(await carryOut(action, await planOf(action, on))).toHaveProperty("says");
  expect(sent).toHaveLength(2);
  expect(sent[0]).toEqual(sent[1]);
});
