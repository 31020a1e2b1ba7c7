import { expect, test } from "vitest";
import { at, freshParts } from "../parts.ts";

const post = (key: string) => ({ key, channel: "C1", message: `hello ${key}` });

test("posts are owed in the order in which they were given, until they are settled", async () => {
  const { outbox } = await freshParts();
  for (const key of ["c", "a", "b"]) expect(await outbox.owe(post(key))).toBeUndefined();
  expect(await outbox.owed(2)).toEqual([{ post: post("c") }, { post: post("a") }]);
  await outbox.sending("c", at(1));
  expect(await outbox.owed(1)).toEqual([{ post: post("c"), sendingSince: at(1) }]);
  await outbox.settle("c", { ts: "1.1" });
  expect(await outbox.owed(9)).toEqual([{ post: post("a") }, { post: post("b") }]);
  expect(await outbox.pending()).toBe(2);
});

test("a channel that takes nothing does not stand before the others", async () => {
  const { outbox } = await freshParts();
  for (let nth = 0; nth < 70; nth++) await outbox.owe({ ...post(`shut-${nth}`), channel: "C0SHUT" });
  await outbox.owe(post("open"));
  const owed = await outbox.owed(60);
  expect(owed).toHaveLength(51);
  expect(owed.at(-1)).toEqual({ post: post("open") });
});

test("a key is one post, whoever gives it and however often, and its first outcome stays", async () => {
  const parts = await freshParts();
  const [a, b] = [parts.outbox, parts.copy("b").outbox];
  await Promise.all(Array.from({ length: 20 }, async (_, nth) => (nth % 2 === 0 ? a : b).owe({ ...post("k"), message: `${nth}` })));
  expect(await a.owed(99)).toHaveLength(1);
  expect(await a.outcomeOf("k")).toBeUndefined();
  await a.settle("k", { ts: "1.1" });
  await b.settle("k", { refused: "late" });
  await b.sending("k", at(9));
  expect(await b.owe(post("k"))).toEqual({ ts: "1.1" });
  expect(await b.outcomeOf("k")).toEqual({ ts: "1.1" });
  expect(await b.outcomeOf("nobody's")).toBeUndefined();
});

test("of a message's edits the newest is owed, and an edit that was sent does not hide a newer one", async () => {
  const { outbox } = await freshParts();
  const edit = (message: string) => outbox.oweEdit({ channel: "C1", key: "k", message });
  await edit("one");
  await edit("two");
  expect(await outbox.owedEdits(9)).toEqual([{ channel: "C1", key: "k", message: "two", version: 2 }]);
  await edit("three");
  await outbox.edited("k", 2);
  expect(await outbox.owedEdits(9)).toMatchObject([{ message: "three", version: 3 }]);
  await outbox.edited("k", 3);
  await outbox.edited("k", 2);
  expect(await outbox.owedEdits(9)).toEqual([]);
  await edit("three");
  expect(await outbox.owedEdits(9)).toEqual([]);
});

test("of edits that copies give at the same time one is owed, with the highest version", async () => {
  const parts = await freshParts();
  const boxes = [parts.outbox, parts.copy("b").outbox];
  await Promise.all(Array.from({ length: 20 }, async (_, nth) => boxes[nth % 2]?.oweEdit({ channel: "C1", key: "k", message: `${nth}` })));
  expect(await parts.outbox.owedEdits(9)).toMatchObject([{ version: 20 }]);
});

test("an edit waits for its post, and those owed longest come first", async () => {
  const { outbox } = await freshParts();
  await outbox.owe(post("new"));
  for (const key of ["new", "first", "second"]) await outbox.oweEdit({ channel: "C1", key, message: "x" });
  await outbox.oweEdit({ channel: "C1", key: "first", message: "y" });
  expect((await outbox.owedEdits(9)).map(({ key }) => key)).toEqual(["first", "second"]);
  expect(await outbox.pending()).toBe(4);
  await outbox.settle("new", { ts: "1.1" });
  expect((await outbox.owedEdits(2)).map(({ key }) => key)).toEqual(["new", "first"]);
});
