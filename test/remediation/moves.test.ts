import { expect, test } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { givenBy, moveIn, presentOf, saysMove, type Move } from "../../src/remediation/moves.ts";
import { LANGUAGES, wordsOf } from "../../src/words/language.ts";
import { tellPlan } from "../../src/words/plan-say.ts";

const [A, B, C] = ["db-a.example:5432", "db-b.example:6432", "db-c.example:5432"] as const;

const named = (at: string, metrics = "{ lightsailDatabase: shop-db, lightsailInstance: shop-web }") => {
  const [host, port] = at.split(":");
  const yaml = `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /log }
    database: { host: ${host}, port: ${port}, user: shop, name: shop, monitorUrlFrom: SHOP_DB_URL }
    metrics: ${metrics}
`;
  return readConfig("gumshoe.yml", yaml).environments.get("prod")!;
};

const move = (left: string, to: string, rds?: string): Move => ({ left, to, ...(rds === undefined ? {} : { rds }) });

/** Where an environment's database is, by gumshoe.yml and these moves. */
const at = (address: string, ...moves: Move[]) => {
  const { database, metrics, moved } = presentOf(named(address), moves);
  return { at: `${database.host}:${database.port}`, metrics, moved };
};

test("after a move the new database is looked at: its address, the same names in it, and its metrics at RDS in place of Lightsail's", () => {
  const present = presentOf(named(A), [move(A, B, "shop-gp3")]);
  expect(present).toEqual({
    ...named(A),
    database: { host: "db-b.example", port: 6432, user: "shop", name: "shop", monitorUrlFrom: "SHOP_DB_URL" },
    metrics: { lightsailInstance: "shop-web", rds: "shop-gp3" },
    moved: { left: A, to: B, rds: "shop-gp3" },
  });
});

test("a chain of moves is followed to its end, from whichever of its addresses gumshoe.yml names", () => {
  const moves = [move(A, B, "shop-gp3"), move(B, C, "shop-2")];
  expect(at(A, ...moves)).toMatchObject({ at: C, moved: { left: A, to: C, rds: "shop-2" } });
  expect(at(B, ...moves)).toMatchObject({ at: C, moved: { left: B, to: C } });
  expect(at(C, ...moves)).toEqual({ at: C, metrics: named(C).metrics, moved: undefined });
});

test("an address that no repair has left is taken as gumshoe.yml names it", () => {
  expect(at(C, move(A, B))).toEqual({ at: C, metrics: named(C).metrics, moved: undefined });
  expect(at(A)).toEqual({ at: A, metrics: named(A).metrics, moved: undefined });
  // The name is the same, the port is not.
  expect(at("db-a.example:6432", move(A, B)).moved).toBeUndefined();
  expect(at("DB-A.example:5432", move(A, B)).moved).toEqual({ left: "DB-A.example:5432", to: B });
});

test("what was led back is as gumshoe.yml says, and of several moves away from one address the newest counts", () => {
  expect(at(A, move(A, B), move(B, A)).moved).toBeUndefined();
  expect(at(A, move(A, B), move(B, A), move(A, C))).toMatchObject({ at: C });
  // The operator has written the new database, and gone back to it later.
  expect(at(B, move(A, B), move(B, A))).toMatchObject({ at: A });
  expect(at(B, move(A, B), move(B, A), move(A, B)).moved).toBeUndefined();
});

test("where people have led the application back by hand, gumshoe.yml says so, and no move is followed", () => {
  const environment = named(A);
  const back = { ...environment, database: { ...environment.database, followMoves: false } };
  expect(presentOf(back, [move(A, B)])).toBe(back);
});

test("where RDS's name of the new database is not known, metrics of no database are read: the old one's would be taken for its", () => {
  expect(at(A, move(A, B)).metrics).toEqual({ lightsailInstance: "shop-web" });
  expect(presentOf(named(A, "{ rds: shop-old }"), [move(A, B)]).metrics).toEqual({});
  expect(presentOf(named(A, "{ files: /series }"), [move(A, B)]).metrics).toEqual({ files: expect.stringMatching(/series$/) });
});

test("what a plan gives is read again as it was; what other plans give is no move", () => {
  for (const each of [move(A, B), move(A, B, "shop-gp3")]) expect(moveIn(givenBy(each))).toEqual(each);
  expect(moveIn({ database: "shop-gp3", address: B })).toBeUndefined();
  expect(moveIn({ left: A })).toBeUndefined();
});

test("in each language it is said which lines are to be written where", () => {
  for (const language of LANGUAGES) {
    const told = tellPlan(saysMove(move(A, B, "shop-gp3"), "SHOP_DB_URL"), wordsOf(language));
    for (const part of [A, B, "`host: db-b.example`", "`port: 6432`", "`database`", "`metrics`", "`rds: shop-gp3`", "SHOP_DB_URL"])
      expect(told).toContain(part);
    const less = tellPlan(saysMove(move(A, B), undefined), wordsOf(language));
    expect(less).toContain("`metrics`");
    expect(less).not.toMatch(/rds|null|undefined/);
  }
});
