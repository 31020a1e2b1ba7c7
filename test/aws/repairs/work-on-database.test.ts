import { expect, test } from "vitest";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { freeBytesOf } from "../../../src/aws/repairs/free-bytes.ts";
import { worksOverSsm } from "../../../src/aws/repairs/work-on-database.ts";
import { createIndex } from "../../../src/remediation/actions/create-index.ts";
import { endBlockingSession } from "../../../src/remediation/actions/end-blocking-session.ts";
import { account, callsOf, meanwhile } from "../account.ts";
import { actsIn, carriedOut, draftIn, type Moving } from "./approve.ts";
import { databaseNode } from "./database-node.ts";
import { registerRepairs } from "./unit-node.ts";

const URL_LOGIN = { envFile: "/etc/shop/shop.env", key: "DATABASE_URL" };

/** An account with hosts that reach one database. */
async function farm(
  names = ["web-2", "web-1"],
  { more = {}, ...settings }: { more?: Partial<ManagedNode>; login?: object; host?: string } = {},
) {
  const clock = virtualClock(new Date());
  const made = names.map((name) => databaseNode(name, more));
  const opened = await account({ nodes: made.map((each) => each.node) }, { clock });
  const from: Moving = { ...opened, clock };
  await meanwhile(clock, registerRepairs());
  const database = { host: "db.shop.internal", port: 5433, user: "postgres", name: "shop" };
  const working = {
    hosts: { tags: { role: "web" } },
    database,
    looks: from.access,
    acts: actsIn(from.access),
    login: URL_LOGIN,
    ...settings,
  };
  const port = (script: "end-blocking-session" | "create-index") =>
    worksOverSsm({ ...working, script } as Parameters<typeof worksOverSsm>[0]);
  return { from, made, session: endBlockingSession(port("end-blocking-session")), index: createIndex(port("create-index")) };
}

const orders = (from: Moving, document: string) =>
  callsOf(from, "SendCommand").filter(({ input }) => (input as { DocumentName?: string } | undefined)?.DocumentName === document);

test("the first host by its name does all of it: the repair role sends the order, the other one looks", async () => {
  const { from, made, session } = await farm();
  const { came, plan } = await carriedOut(from, session);
  expect(came).toMatchObject({ says: ["Session 4711 is gone", expect.anything(), expect.anything()] });
  expect(plan.draft.touches.find(({ kind }) => kind === "host")).toMatchObject({
    name: "web-1",
    state: { login: "shop", database: "db:5432/shop" },
  });
  expect(made.map(({ database }) => database.ended)).toEqual([0, 1]);
  const [order, ...others] = orders(from, "Gumshoe-Repair-end-blocking-session");
  expect(others).toEqual([]);
  expect(order).toMatchObject({
    principal: "arn:aws:sts::111122223333:assumed-role/gumshoe-repair/gumshoe-i12,Jun-Park",
    input: {
      DocumentVersion: "1",
      Parameters: {
        verb: ["end"],
        plan: ["p1"],
        envFile: ["/etc/shop/shop.env"],
        urlKey: ["DATABASE_URL"],
        pid: ["4711"],
        began: ["2026-11-02T02:00:00.000001Z"],
        xact: ["2026-11-02T02:30:00.000002Z"],
      },
    },
  });
  for (const { principal = "" } of orders(from, "Gumshoe-Repair-look-database")) expect(principal).not.toContain("gumshoe-repair");
});

test("an index is begun by its own document, and asked about until it can be used; a password's login says which database", async () => {
  const { from, made, index } = await farm(["web-1"], { login: { envFile: "/etc/shop/db.env", key: "DB_PASSWORD", user: "shop" } });
  const { came } = await carriedOut(from, index, { input: { table: "orders", columns: "customer_id" } });
  expect(came).toMatchObject({ says: [expect.stringContaining("can be used (1 MB)") as string, expect.anything()] });
  expect(made[0]!.database.started).toBe(1);
  expect(made[0]!.database.envs.find((env) => env["SSM_verb"] === "start")).toMatchObject({
    SSM_table: "public.orders",
    SSM_columns: "customer_id",
    SSM_passwordKey: "DB_PASSWORD",
    SSM_user: "shop",
    SSM_host: "db.shop.internal",
    SSM_port: "5433",
    SSM_db: "shop",
  });
});

test("an order whose answer was lost ends nobody twice", async () => {
  const { from, made, session } = await farm(["web-1"]);
  // The look is one command, the order the next.
  from.aws.faults.add({ operation: "SendCommand", kind: "slow", times: 2 });
  from.aws.faults.add({ operation: "SendCommand", kind: "reset-after", times: 1 });
  expect((await carriedOut(from, session)).came).toHaveProperty("says");
  expect(made[0]!.database.ended).toBe(1);
});

test("a host that is named and not there, one that is offline, and a role that may not are told, and nothing is done", async () => {
  const elsewhere = await farm(["web-1"], { host: "web-9" });
  expect(await draftIn(elsewhere.from, elsewhere.session)).toMatch(/^host-offline: web-9/);
  const offline = await farm(["web-1"], { more: { ping: "ConnectionLost" } });
  expect(await draftIn(offline.from, offline.session)).toMatch(/^host-offline: web-1 could not be reached/);
  const { from, made, session } = await farm(["web-1"]);
  from.aws.world.allowed = ({ operation, principal }) => operation !== "SendCommand" || !principal.includes("gumshoe-repair");
  expect((await carriedOut(from, session)).came).toMatchObject({
    how: "failed",
    step: "end-session",
    because: expect.stringContaining("lacks ssm:SendCommand") as string,
  });
  expect(made[0]!.database.ended).toBe(0);
});

test("the room of the database's disk is asked of whoever has its metrics, of two the fuller; what is not told is none", async () => {
  const clock = virtualClock(new Date());
  const points: Record<string, number> = { "AWS/RDS": 5e9, "lightsail-database": 3e9 };
  const { access } = await account(
    {
      lightsailDatabases: [{ name: "shop-db" }],
      metrics: ({ namespace, to }) => {
        const free = points[namespace];
        return free === undefined
          ? []
          : [{ at: to.getTime() - 60_000, average: free, maximum: free, minimum: free, sum: free, sampleCount: 1 }];
      },
    },
    { clock },
  );
  const free = async (metrics: object) => {
    const { freeBytes } = freeBytesOf({ metrics } as never, access);
    return freeBytes ? meanwhile(clock, freeBytes(new AbortController().signal)) : "not asked";
  };
  expect(await free({ rds: "shop-db" })).toBe(5e9);
  expect(await free({ rds: "shop-db", lightsailDatabase: "shop-db" })).toBe(3e9);
  expect(await free({ ec2: "i-0123456789abcdef0" })).toBe("not asked");
  delete points["AWS/RDS"];
  await expect(free({ rds: "shop-db" })).rejects.toThrow(/no points/);
});
