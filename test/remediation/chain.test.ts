import { expect, test } from "vitest";
import { chainOf, stepAfter, stepsOf } from "../../src/remediation/chain.ts";

const allowed =
  (...actions: readonly string[]) =>
  (action: string) =>
    actions.includes(action);

test("a chain is what of it is allowed, in its order, where its key is allowed", () => {
  const all = ["move-database", "rehearse-copy", "create-rds-gp3", "snapshot-database"];
  expect(chainOf(allowed(...all))).toEqual(["snapshot-database", "create-rds-gp3", "rehearse-copy", "move-database"]);
  expect(chainOf(allowed("create-rds-gp3", "move-database"))).toEqual(["create-rds-gp3", "move-database"]);
  expect(chainOf(allowed("snapshot-database", "move-rds-to-gp3"))).toEqual(["snapshot-database", "move-rds-to-gp3"]);
  expect(chainOf(allowed("create-rds-gp3"))).toBeUndefined();
  expect(chainOf(allowed("snapshot-database", "rehearse-copy", "move-database"))).toBeUndefined();
});

test("what was done is done, the first that was not comes next, and all others later; after the last one comes nothing", () => {
  const chain = ["a", "b", "c"];
  const states = (...done: string[]) => stepsOf(chain, new Set(done)).map(({ is }) => is);
  expect(states()).toEqual(["next", "later", "later"]);
  expect(states("a")).toEqual(["done", "next", "later"]);
  expect(states("b")).toEqual(["next", "done", "later"]);
  expect(states("a", "b", "c")).toEqual(["done", "done", "done"]);
  expect(stepAfter(chain, "a")).toEqual({ action: "b", nth: 2, of: 3 });
  expect(stepAfter(chain, "c")).toBeUndefined();
  expect(stepAfter(chain, "x")).toBeUndefined();
  expect(stepAfter(undefined, "a")).toBeUndefined();
});
