import { expect, test } from "vitest";
import { differencesOf, digestOf } from "../../src/remediation/digest.ts";
import { draft, plan } from "./plans-for-tests.ts";

const [call] = draft().calls;
const [database] = draft().touches;

test.each([
  ["another environment", plan({ environment: "staging" })],
  ["another action", plan({ action: "reboot-database" })],
  ["another choice", plan({ input: { unit: "gunicorn" } })],
  ["another root cause", plan({ rootCauses: ["lock-contention"] })],
  ["other approvers", plan({ policy: { ...plan().policy, approvers: ["U0ANY"] } })],
  ["fewer approvals", plan({ policy: { ...plan().policy, approvals: 2 } })],
  ["solo mode", plan({ policy: { ...plan().policy, solo: true } })],
  ["another call", plan({ draft: draft({ calls: [{ ...call!, service: "lightsail" } as typeof call & object] }) })],
  ["one more call", plan({ draft: draft({ calls: [call!, call!] }) })],
  ["a database of another size", plan({ draft: draft({ touches: [{ ...database!, state: { ...database!.state, sizeGib: 80 } }] }) })],
])("%s is another digest", (_what, other) => {
  expect(digestOf(other)).not.toBe(digestOf(plan()));
});

test("the order of keys and of root causes is no difference, and neither is what people are told", () => {
  const two = plan({ rootCauses: ["a", "b"] });
  const turned = {
    ...two,
    rootCauses: ["b", "a"],
    draft: {
      ...two.draft,
      touches: [{ state: { endpoint: "shop-db.example:5432", sizeGib: 40, status: "available" }, name: "shop-db", kind: "database" }],
    },
  };
  expect(digestOf(turned)).toBe(digestOf(two));
  expect(digestOf(plan({ draft: draft({ says: { ...draft().says, costs: [{ say: "costsNothing", args: [] }] } }) }))).toBe(
    digestOf(plan()),
  );
});

test("what differs is named: the thing, its property, what it was and is", () => {
  const now = draft({ touches: [{ ...database!, state: { ...database!.state, status: "backing-up", sizeGib: 80 } }] });
  expect(differencesOf(draft(), draft())).toEqual([]);
  expect(differencesOf(draft(), now)).toEqual([
    { kind: "database", name: "shop-db", of: "sizeGib", was: "40", is: "80" },
    { kind: "database", name: "shop-db", of: "status", was: "available", is: "backing-up" },
  ]);
});

test("a thing that is gone, or that is there now, is a difference, and so are other calls to the same things", () => {
  expect(differencesOf(draft(), draft({ touches: [] }))).toMatchObject([{ name: "shop-db", of: "existence", is: "gone" }]);
  expect(differencesOf(draft({ touches: [] }), draft())).toMatchObject([{ name: "shop-db", of: "existence", is: "there" }]);
  expect(differencesOf(draft(), draft({ calls: [] }))).toMatchObject([{ kind: "calls" }]);
});
