import { describe, expect, it } from "vitest";
import { isMaintenance, isWrite, shapeOf, shapeText } from "../../../../src/evidence/parse/database/statements.ts";

describe("a statement's shape", () => {
  it.each([
    [
      "values do not tell two calls apart",
      "SELECT * FROM t WHERE id = 7 AND name = 'O''Hara'",
      "select * from t where id = ? and name = ?",
    ],
    ["a list of any length is one value", "select a from t where id in (1, 2,3 , 4)", "select a from t where id in (?)"],
    ["rows of an insert are one row", "INSERT INTO t (a,b) VALUES (1,'x'), (2,'y')", "insert into t (a,b) values (?)"],
    ["parameters are values", "update t set a = $1 where b = :2", "update t set a = ? where b = ?"],
    ["negative numbers are values", "select a from t where b = -4.5e3", "select a from t where b = ?"],
    ["names keep their digits and their case in quotes", 'SELECT "Tab1".col2 FROM "Tab1"', 'select "Tab1".col2 from "Tab1"'],
    ["comments are not part of it", "select 1 /* host=web1 */ -- page\nfrom t;", "select ? from t"],
    ["dollar quotes and escapes are values", "select $q$it's$q$, E'a\\'b', 2", "select ?"],
    ["a value cut in the middle is one", "select a from t where note = 'unfinish", "select a from t where note = ?"],
  ])("%s", (_, sql, shape) => expect(shapeOf(sql)).toBe(shape));

  it("ends, whatever it is given", () => {
    for (const part of ["'", '"', "$$", "/*", "\\", "-", "(?),", "1,", "$a$"]) expect(typeof shapeOf(part.repeat(200_000))).toBe("string");
  });

  it("shows people what a long list of columns is read from", () => {
    const columns = Array.from({ length: 30 }, (_, n) => `"shop_order"."column_${n}"`).join(", ");
    expect(shapeText(shapeOf(`SELECT ${columns} FROM "shop_order" WHERE "shop_order"."email" = 'a@b.c'`))).toBe(
      'select … from "shop_order" where "shop_order"."email" = ?',
    );
  });
});

describe("what a statement does", () => {
  it.each(["insert into t values (?)", "with x as (select ?) update t set a = ?", "commit", "copy t from stdin"])("%s writes", (shape) => {
    expect(isWrite(shape)).toBe(true);
  });
  it.each(["select ? from updates", "with x as (select ?) select * from x", "copy t to stdout"])("%s does not write", (shape) => {
    expect(isWrite(shape)).toBe(false);
  });
  it("tells upkeep from queries", () => {
    expect(isMaintenance(shapeOf("autovacuum: VACUUM ANALYZE public.t"))).toBe(true);
    expect(isMaintenance(shapeOf("SELECT * FROM vacuum_runs"))).toBe(false);
  });
});
