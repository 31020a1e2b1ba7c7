import { expect, test } from "vitest";
import { moveRdsToGp3, type MoveRdsToGp3, type SeenInstance } from "../../../src/remediation/actions/move-rds-to-gp3.ts";
import type { OwnSnapshot, SeenNew } from "../../../src/remediation/actions/new-database.ts";
import { NotDone } from "../../../src/remediation/durable.ts";
import { say } from "../../../src/words/plan-say.ts";
import { carryOut, draftOf, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";
import { making, present, saying, snapshot } from "./new-databases.ts";

const NAME = "gumshoe-i12-p1-gp3";
const HAS = { class: "db.t4g.micro", storage: "gp3", public: false, protected: true, secret: false };
const PLACE = {
  subnetGroup: "default",
  securityGroups: ["sg-1"],
  parameterGroup: "default.postgres15",
  optionGroup: "default:postgres-15",
};
const RESTORE = { how: "restore" };

type Given = {
  how?: "restore";
  database?: Partial<SeenInstance>;
  snapshots?: OwnSnapshot[];
  is?: Partial<SeenNew>;
  port?: Partial<MoveRdsToGp3>;
};

/** An account with one RDS instance on gp2, whose changes go through RDS's statuses, one with each look. */
function account({ how, database = {}, snapshots = [snapshot()], is = {}, port = {} }: Given = {}) {
  const { port: make, sent, ...rest } = making({ has: HAS, ...is });
  const seen: SeenInstance = {
    ...present({ service: "rds", plan: "db.t4g.micro gp2" }),
    engine: "postgres",
    kind: "db.t4g.micro",
    storage: "gp2",
    pending: {},
    place: PLACE,
    ...database,
  };
  const states: Partial<SeenInstance>[] = [];
  const call = (operation: string, input: Record<string, unknown>) => ({
    on: "aws" as const,
    service: "rds",
    operation,
    resources: ["arn:db"],
    input,
  });
  const action = moveRdsToGp3(
    {
      look: async () => Object.assign(seen, states.shift()),
      snapshots: async () => snapshots,
      modifyCall: ({ name }) => call("ModifyDBInstance", { name, StorageType: "gp3" }),
      restoreCall: ({ name, snapshot: from }) => call("RestoreDBInstanceFromDBSnapshot", { name, from: from.name }),
      passwordCall: ({ name }) => call("ModifyDBInstance", { name, ManageMasterUserPassword: true }),
      change: async (_, { operation, input }) => {
        sent.push(`${operation} ${String(input["name"])}`);
        const made = rest.made.get(NAME);
        if (made)
          made.seen = { ...made.seen, secret: "arn:aws:secretsmanager:us-east-1:1:secret:rds!db-1-a1B2c3", has: { ...HAS, secret: true } };
        else
          states.push(
            { status: "modifying", pending: { StorageType: "gp3" } },
            { status: "storage-optimization", storage: "gp3", pending: {} },
          );
      },
      ...make,
      ...port,
    },
    how ? { how } : {},
  );
  return { action, seen, states, sent, ...rest };
}

test("a draft says in place what gp3 has, how it is slower meanwhile, what cannot be changed for how long, and that it costs no more", async () => {
  const draft = await draftOf(account().action);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.touches[0]?.state).toMatchObject({
    id: "arn:db",
    status: "available",
    sizeGib: 40,
    storage: "gp2",
    class: "db.t4g.micro",
    endpoint: "db:5432",
  });
  expect(sentencesOf(draft)).toEqual([
    "Changes the storage of shop-db from gp2 to gp3 in place, at once, and waits until it can be used on it",
    expect.stringContaining("below 400 GiB has 3,000 IOPS and 125 MiB/s"),
    expect.stringContaining("the database can be used, and is slower meanwhile"),
    expect.stringContaining("For 6 hours, and until the optimization is over"),
    expect.stringContaining("some minutes"),
    "$4.60 a month for 40 GiB (us-east-1, list prices of 2026: $0.115 a GiB, as gp2: no difference)",
    expect.stringContaining("cannot be undone at once"),
  ]);
});

test.each<[Partial<SeenInstance>, string]>([
  [{ storage: "gp3" }, "already-gp3: shop-db is on gp3 already: its storage is not what to change"],
  [
    { status: "storage-optimization" },
    "optimizing: shop-db is in storage-optimization after an earlier change: AWS takes no other change of its storage until that is over, 6 hours at least",
  ],
  [
    { pending: { DBInstanceClass: "db.t4g.small" } },
    "change-pending: a change of shop-db waits or is under way already (DBInstanceClass): let it end first",
  ],
  [{ status: "modifying" }, "not-available: shop-db is modifying, not available: wait until that is over"],
  [{ engine: "mysql" }, "not-postgres: shop-db is mysql, and only PostgreSQL is moved"],
  [{ storage: "io1", iops: 5_000 }, "not-faster: shop-db has 5,000 IOPS on io1, and gp3 of its size has 3,000: it would not be faster"],
])("what cannot be moved is refused by its reason (%j)", async (database, refusal) => {
  expect(await draftOf(account({ database }).action)).toBe(refusal);
});

test("a choice that there is not is refused, and what is not told of the storage is not guessed", async () => {
  expect(await draftOf(account().action, { how: "fast" })).toBe("unknown-choice: fast is no choice for how: in-place, restore");
  await expect(draftOf(account({ database: { storage: "io2" } }).action)).rejects.toThrow(/Iops of shop-db/);
  await expect(draftOf(account({ database: { storage: "gp2", sizeGib: 300 } }).action)).resolves.toHaveProperty("calls");
  expect(await draftOf(account({ database: { sizeGib: 6_000 } }).action)).toMatch(/^not-faster: .* 16,000 IOPS on gp2, .* has 12,000/);
});

test("where gp2 moved more bytes a second, that is said, and a standby is paid twice", async () => {
  for (const input of [{}, RESTORE]) {
    const given = { database: { sizeGib: 350, standby: true }, snapshots: [snapshot({ sizeGib: 350 })] };
    const draft = await draftOf(account(given).action, input);
    const told = typeof draft === "string" ? [draft] : sentencesOf(draft);
    expect(told).toEqual(expect.arrayContaining([expect.stringContaining("up to 250 MiB/s, gp3 below 400 GiB 125")]));
    expect(told.join("\n")).toContain("$80.50");
  }
});

test("in place it is changed once, and done when it can be used, with what still goes on", async () => {
  const { action, sent } = account();
  expect(await carryOut(action, await planOf(action))).toEqual({
    says: ["shop-db is on gp3 and can be used", "AWS still optimizes the storage of shop-db: it is slower until its status is available"],
  });
  expect(sent).toEqual(["ModifyDBInstance shop-db"]);
});

test("a change that may have been sent is known by what is pending, and one that somebody else made is not taken for its own", async () => {
  const pending = account();
  const plan = await planOf(pending.action);
  const steps = stepsInMemory();
  steps.kept.set("change-storage", { begunAt: plan.plannedAt });
  pending.states.push({ status: "modifying", pending: { StorageType: "gp3" } }, { status: "available", storage: "gp3", pending: {} });
  expect(await carryOut(pending.action, plan, { steps })).toEqual({ says: ["shop-db is on gp3 and can be used"] });
  expect(pending.sent).toEqual([]);
  const other = account();
  other.states.push({ storage: "gp3" });
  expect(await carryOut(other.action, plan)).toMatchObject({ how: "failed", because: expect.stringContaining("on gp3 already") as string });
});

test("a lost change that shows up only when a second one is refused is not called a failure", async () => {
  let turn = 0;
  const lost: ReturnType<typeof account> = account({
    port: {
      change: async () => {
        turn += 1;
        if (turn === 1) throw new Error("no answer");
        lost.states.push({ status: "modifying" }, { status: "available", storage: "gp3" });
        throw new NotDone(say("nothingChanged", "shop-db", { said: "not available" }));
      },
    },
  });
  expect(await carryOut(lost.action, await planOf(lost.action))).toEqual({ says: ["shop-db is on gp3 and can be used"] });
});

test("a refusal says that it is as it was, and a bad end what to do", async () => {
  const change = async () => {
    throw new NotDone(say("nothingChanged", "shop-db", { said: "No" }));
  };
  const refused = account({ port: { change } });
  expect(await carryOut(refused.action, await planOf(refused.action))).toEqual({
    how: "failed",
    step: "change-storage",
    because: "No. shop-db is as it was. Look at what AWS says, and plan it again",
  });
  const full = account({ port: { change: async () => void full.states.push({ status: "storage-full" }) } });
  expect(await carryOut(full.action, await planOf(full.action))).toEqual({
    how: "failed",
    step: "usable-on-gp3",
    because: "shop-db ended as storage-full. Its storage is full: give it more storage by hand, in RDS. Its snapshots are there",
  });
});

test("beside it a draft says what is not in the snapshot, how slow it is at first, whose password it is, and what both cost", async () => {
  const draft = await draftOf(account({ database: { status: "storage-optimization" } }).action, RESTORE);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.calls.map((call) => call.on === "aws" && call.operation)).toEqual(["RestoreDBInstanceFromDBSnapshot", "ModifyDBInstance"]);
  expect(sentencesOf(draft)).toEqual([
    expect.stringContaining(`Makes a second database, ${NAME}, from the snapshot gumshoe-i12-p0 on gp3 (db.t4g.micro,`),
    expect.stringContaining("a new password and keep it in Secrets Manager"),
    expect.stringContaining("3,000 IOPS"),
    expect.stringContaining("Nothing is switched"),
    expect.stringContaining("taken 2026-11-02 02:50 UTC"),
    expect.stringContaining("loads its blocks when they are first read"),
    expect.stringContaining("never through Gumshoe or Slack"),
    expect.stringContaining("8 to 20 minutes"),
    "$16.28 a month: $11.68 for db.t4g.micro, $4.60 for 40 GiB of gp3 (us-east-1, list prices of 2026)",
    expect.stringContaining("shop-db goes on costing"),
    expect.stringContaining(`nothing uses ${NAME} yet`),
    expect.stringContaining("protected from deletion"),
  ]);
  expect(await draftOf(account({ snapshots: [] }).action, RESTORE)).toMatch(/^no-snapshot: /);
  const { action, add } = account();
  add(NAME, { tags: {} });
  expect(await draftOf(action, RESTORE)).toMatch(/^name-taken: /);
});

test("where it lies is not guessed, and a standby is kept and paid", async () => {
  const { place: _place, ...nowhere } = account().seen;
  const lost = account({ port: { look: async () => nowhere } });
  await expect(draftOf(lost.action, RESTORE)).rejects.toThrow(/DBSubnetGroup of shop-db/);
  const draft = await draftOf(account({ database: { standby: true, kind: "db.r7g.large" } }).action, RESTORE);
  const told = typeof draft === "string" ? [draft] : sentencesOf(draft);
  expect(told).toContain("It has a standby in another zone, as the present one has");
  expect(told).toContain(
    "$9.20 a month for 40 GiB of gp3 (us-east-1, list prices of 2026; twice for the standby), and the price of db.r7g.large, which is not known here",
  );
});

test("beside it the database is made once, then given its password, and told with its address and where the password is", async () => {
  const { action, sent } = account();
  expect(await carryOut(action, await planOf(action, RESTORE))).toEqual({
    says: [
      `${NAME} is available at ${NAME}:5432 (db.t4g.micro, gp3)`,
      "Its master password is in Secrets Manager under the name rds!db-1",
      expect.stringContaining("Nothing is switched"),
    ],
  });
  expect(sent).toEqual([`RestoreDBInstanceFromDBSnapshot ${NAME}`, `ModifyDBInstance ${NAME}`]);
});

test("where gumshoe.yml says so, it is made beside it without anybody choosing, and a choice still wins", async () => {
  const { action, sent } = account({ how: "restore" });
  expect(await carryOut(action, await planOf(action))).toEqual(saying(`${NAME} is available`));
  expect(sent[0]).toBe(`RestoreDBInstanceFromDBSnapshot ${NAME}`);
  const chosen = account({ how: "restore" });
  expect(await carryOut(chosen.action, await planOf(chosen.action, { how: "in-place" }))).toEqual(saying("shop-db is on gp3"));
});

test("a password that is kept already is not asked for again, and one that is refused says what the database has", async () => {
  const done = account({ is: { has: { ...HAS, secret: true }, secret: "arn:aws:secretsmanager:us-east-1:1:secret:rds!db-1-a1B2c3" } });
  expect(await carryOut(done.action, await planOf(done.action, RESTORE))).toEqual(saying("rds!db-1"));
  expect(done.sent).toEqual([`RestoreDBInstanceFromDBSnapshot ${NAME}`]);
  const change = async () => {
    throw new NotDone(say("passwordNotKept", NAME, { said: "No" }));
  };
  const refused = account({ port: { change } });
  expect(await carryOut(refused.action, await planOf(refused.action, RESTORE))).toMatchObject({
    how: "failed",
    step: "keep-password",
    because: expect.stringMatching(/^No\. gumshoe-i12-p1-gp3 stands, with the master password that its snapshot had/) as string,
  });
});
