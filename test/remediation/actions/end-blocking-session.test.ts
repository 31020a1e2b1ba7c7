import { expect, test } from "vitest";
import { endBlockingSession } from "../../../src/remediation/actions/end-blocking-session.ts";
import { differencesOf } from "../../../src/remediation/digest.ts";
import { reason } from "../../../src/words/because.ts";
import { carryOut, draftOf, planOf, sentencesOf } from "./carry-out.ts";
import { blocker, databaseHost } from "./database-hosts.ts";

const gone = [{ there: "no", waiting: "0" }];

test("the plan names the session by its number, its begin and its transaction's, and says what is lost", async () => {
  const { port } = databaseHost({ sessions: [blocker()] });
  const draft = await draftOf(endBlockingSession(port));
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.calls).toEqual([
    {
      on: "host",
      document: "Gumshoe-Repair-x",
      hosts: ["mi-1"],
      values: {
        verb: "end",
        plan: "p1",
        envFile: "/etc/shop/shop.env",
        urlKey: "DATABASE_URL",
        pid: "4711",
        began: "2026-11-02T02:00:00.000001Z",
        xact: "2026-11-02T02:30:00.000002Z",
      },
    },
  ]);
  expect(draft.touches.map(({ kind, name }) => [kind, name])).toEqual([
    ["session", "4711"],
    ["host", "web-1"],
    ["document", "Gumshoe-Repair-x"],
  ]);
  expect(sentencesOf(draft)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Ends session 4711 of shop \(import\) from 10\.0\.0\.9 in shop, and no other/) as string,
      "It is idle in transaction, for 30 min: update stock set n = ?",
      "7 sessions wait for it, directly or behind one another",
      "Its transaction is rolled back: what it has not committed is lost, and its client gets an error",
    ]),
  );
});

test("of several the one that most wait for is ended, unless somebody names another; the others are told", async () => {
  const second = Object.fromEntries(
    Object.entries(blocker({ pid: "99", waiters: "2" })).map(([key, value]) => [key.replace(".1.", ".2."), value]),
  );
  const looks = { sessions: [{ ...blocker(), ...second, "session.count": "2" }] };
  const first = await draftOf(endBlockingSession(databaseHost(looks).port));
  expect(first).toMatchObject({ touches: [{ name: "4711" }, {}, {}] });
  if (typeof first !== "string")
    expect(sentencesOf(first).at(-1)).toBe("These block others too, with how many wait for each, and stay as they are: 99 (2)");
  expect(await draftOf(endBlockingSession(databaseHost(looks).port), { pid: "99" })).toMatchObject({ touches: [{ name: "99" }, {}, {}] });
  expect(await draftOf(endBlockingSession(databaseHost(looks).port), { pid: "1" })).toBe(
    "blocks-nobody: session 1 blocks nobody; these do, with how many wait for each: 4711 (7), 99 (2)",
  );
});

test.each([
  [{ "session.count": "0" }, /^nothing-blocked: no session holds up another one now$/],
  [blocker({ pid: "0", kind: "", began: "", may: "" }), /^prepared-transaction: /],
  [blocker({ kind: "autovacuum worker" }), /^not-a-client: session 4711 is the database's own/],
  [blocker({ application: "gumshoe-copy-move-1" }), /^own-session: /],
  [blocker({ may: "no", began: "", user: "reporter" }), /^may-not-end: shop may not see or end session 4711, which is reporter's/],
  [
    { result: "failed", because: "the database cannot be looked at: too many clients" } as const,
    /^database-not-seen: web-1: .*too many clients/,
  ],
  [{ unreachable: reason("undelivered") }, /^host-offline: web-1 could not be reached/],
])("what must not, or cannot, be ended is refused: %#", async (says, refusal) => {
  expect(await draftOf(endBlockingSession(databaseHost({ sessions: [says] }).port))).toMatch(refusal);
});

test("an approval is void for a session that was given the same number, or is in another transaction", async () => {
  const was = await planOf(endBlockingSession(databaseHost({ sessions: [blocker()] }).port));
  for (const more of [{ began: "2026-11-02T02:59:00.000000Z" }, { xact: "2026-11-02T02:59:00.000000Z" }]) {
    const is = await draftOf(endBlockingSession(databaseHost({ sessions: [blocker(more)] }).port));
    if (typeof is === "string") throw new Error(is);
    expect(differencesOf(was.draft, is)).toHaveLength(1);
  }
  // What changes by the second is no difference.
  const later = await draftOf(
    endBlockingSession(databaseHost({ sessions: [blocker({ waiters: "9", forS: "1900", state: "active" })] }).port),
  );
  if (typeof later !== "string") expect(differencesOf(was.draft, later)).toEqual([]);
});

test("it is ended once, and told with what became of those that waited", async () => {
  const { port, sent } = databaseHost(
    {
      sessions: [blocker()],
      session: [
        { there: "yes", waiting: "7" },
        { there: "no", waiting: "1" },
      ],
    },
    [{ ended: "yes", there: "yes", waited: "7", still: "1" }],
  );
  const action = endBlockingSession(port);
  expect(await carryOut(action, await planOf(action))).toEqual({
    says: [
      "Session 4711 is gone",
      "Of 7 sessions that waited for it, 6 went on at once",
      "1 session waits for a lock now: see whether another session blocks them",
    ],
  });
  expect(sent).toHaveLength(1);
});

test("an order whose answer was lost is found by its word; one that the host refused has done nothing; a session that stays is told as late", async () => {
  const found = databaseHost({ sessions: [blocker()], session: gone }, [{ ended: "yes", waited: "7", still: "0" }]);
  found.lost.next = true;
  const action = endBlockingSession(found.port);
  expect(await carryOut(action, await planOf(action))).toMatchObject({
    says: ["Session 4711 is gone", expect.anything(), "No session waits for a lock now"],
  });
  expect(found.sent).toHaveLength(1);
  const refused = databaseHost({ sessions: [blocker()] }, [{ result: "failed", because: "it is in another transaction now" }]);
  const refusing = endBlockingSession(refused.port);
  expect(await carryOut(refusing, await planOf(refusing))).toEqual({
    how: "failed",
    step: "end-session: end",
    because: "web-1: it is in another transaction now",
  });
  const staying = endBlockingSession(databaseHost({ sessions: [blocker()], session: [{ there: "yes", waiting: "7" }] }).port);
  expect(await carryOut(staying, await planOf(staying))).toMatchObject({ how: "late", step: "session-gone" });
});
