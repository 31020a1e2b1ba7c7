import { createHmac } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { makeHost, type Host } from "./host.ts";

let host: Host;
afterEach(() => rmSync(host.dir, { recursive: true, force: true }));

/** What a look tells of the one key, and what the file is once it is staged. */
function lookAt(text: string, { key = "DATABASE_URL", ...more }: Record<string, string> = {}, shell = "dash") {
  host = makeHost({ shell });
  const file = host.write("app.env", text);
  Object.assign(host.values, { SSM_files: `${file}:${key}`, SSM_new: "new-db.example:5432" }, more);
  const said = host.plan();
  const staged = host.run("stage");
  const becomes = staged["result"] === "done" ? readFileSync(host.at(".app.env.gumshoe-p1.new"), "utf8") : staged["reason"];
  return { said, becomes, staged };
}

const OLD = "postgres://shop:s3cret@db-old.example:5432/shop";
const NEW = "postgres://shop:s3cret@new-db.example:5432/shop";

describe("one kind of line after the other, under two shells", () => {
  test.each([
    ["a plain URL", `A=1\nDATABASE_URL=${OLD}\nB=2\n`],
    ["a URL in double quotes", `DATABASE_URL="${OLD}?application_name=a"\n`],
    ["a URL in single quotes, without a last line end", `DATABASE_URL='${OLD}'`],
    ["lines that end as in Windows", `A=1\r\nDATABASE_URL=${OLD}\r\nB=2\r\n`],
    ["a line that a shell exports", `export DATABASE_URL=${OLD} \n`],
    ["blanks around it", `  DATABASE_URL  =  ${OLD}  \n\n\n`],
    ["a value that goes on in the next line", `DATABASE_URL=postgres://shop:s3\\\ncret@db-old.example:5432/shop\n`],
    ["unicode and hostile comments", `# 한국어 $(id) \`id\` "\n;'\nNAME="é$HOME"\nDATABASE_URL=${OLD}/\n`],
    ["a host in other letters", `DATABASE_URL=postgres://shop:s3cret@db-old.example:5432/shop?x=%2F&y=$1`],
  ])("%s changes in the host alone, byte for byte", (kind, text) => {
    const { becomes, said } = lookAt(text, {}, kind.length % 2 ? "dash" : "bash");
    expect(becomes).toBe(text.replace("db-old.example", "new-db.example"));
    expect(said["line.1.names"]).toBe("old");
    expect(said["line.1.before"]).toContain("DATABASE_URL=postgres://***@db-old.example:5432/");
  });

  test("passwords with every kind of letter stay as they are, and none is told", () => {
    const password = "p%40:$x`y'z\\\"w{}|^ä~!*()";
    const text = `DATABASE_URL="postgresql+psycopg://sh%20op:${password.replace("'", "%27")}@db-old.example/shop?password=s3cret&sslmode=prefer"\n`;
    const { becomes, said } = lookAt(text, {}, "bash");
    expect(becomes).toBe(text.replace("db-old.example", "new-db.example"));
    expect(said["line.1.before"]).toBe("DATABASE_URL=postgresql+psycopg://***@db-old.example/shop?password=***&sslmode=prefer");
    expect(said["stdout"]).not.toMatch(/s3cret|sh%20op|p%40/);
  });
});

test("a port that differs is put in, and where it is the usual one nothing is added", () => {
  const bare = "DATABASE_URL=postgres://a:b@db-old.example/shop\n";
  expect(lookAt(bare).becomes).toBe("DATABASE_URL=postgres://a:b@new-db.example/shop\n");
  expect(lookAt(bare, { SSM_new: "new-db.example:6432" }).becomes).toBe("DATABASE_URL=postgres://a:b@new-db.example:6432/shop\n");
  expect(lookAt(`DATABASE_URL=${OLD}\n`, { SSM_new: "new-db.example:6432" }).becomes).toBe(`DATABASE_URL=${NEW.replace("5432", "6432")}\n`);
});

test("sslmode changes only where that is asked for", () => {
  const ask = { SSM_sslmode: "require" };
  expect(lookAt(`DATABASE_URL=${OLD}\n`, ask).becomes).toBe(`DATABASE_URL=${NEW}?sslmode=require\n`);
  expect(lookAt(`DATABASE_URL="${OLD}?a=b"\n`, ask).becomes).toBe(`DATABASE_URL="${NEW}?a=b&sslmode=require"\n`);
  expect(lookAt(`DATABASE_URL="${OLD}?sslmode=disable&a=b"\n`, ask).becomes).toBe(`DATABASE_URL="${NEW}?sslmode=require&a=b"\n`);
  expect(lookAt(`DSN='host=db-old.example dbname=x'\n`, { ...ask, key: "DSN", SSM_new: "n.example:6432" }).becomes).toBe(
    `DSN='host=n.example dbname=x port=6432 sslmode=require'\n`,
  );
});

test("a connection string of libpq, and host and port in keys of their own, are rewritten too", () => {
  const text = `DSN="host=db-old.example user=shop password='s3 \\\\'cret' port=5432 dbname=shop"\n`;
  const dsn = lookAt(text, { key: "DSN", SSM_new: "new-db.example:6432" });
  expect(dsn.becomes).toBe(text.replace("db-old", "new-db").replace("5432", "6432"));
  expect(dsn.said["line.1.before"]).toBe("DSN=host=db-old.example user=*** password=*** port=5432 dbname=shop");
  const keys = lookAt("DB_PORT='5432'\nDB_HOST=db-old.example\nDB_PASSWORD=s3cret\n", {
    key: "DB_HOST,DB_PORT",
    SSM_new: "n.example:6432",
  });
  expect(keys.becomes).toBe("DB_PORT='6432'\nDB_HOST=n.example\nDB_PASSWORD=s3cret\n");
  expect(keys.said["line.count"]).toBe("2");
  expect(lookAt("DB=db-old.example:5432\n", { key: "DB", SSM_new: "n.example:6432" }).becomes).toBe("DB=n.example:6432\n");
});

test("the hashes are HMACs of the real line before and after, under the plan's key", () => {
  const { said } = lookAt(`A=1\nDATABASE_URL="${OLD}"\n`);
  const hmac = (line: string) =>
    createHmac("sha256", Buffer.from("ab".repeat(32), "hex"))
      .update(line)
      .digest("hex");
  expect([said["line.1.hash"], said["line.1.hashAfter"]]).toEqual([hmac(`DATABASE_URL="${OLD}"`), hmac(`DATABASE_URL="${NEW}"`)]);
});

test.each([
  [`DATABASE_URL=${OLD}\nDATABASE_URL=${OLD}\n`, "more than once"],
  ["OTHER=1\n", "not there"],
  [`#DATABASE_URL=${OLD}\n`, "not there"],
  [`DATABASE_URL="${OLD}\n`, "quote in the file has no end"],
  ["DATABASE_URL=postgres://a:b@db\\-old.example:5432/x\n", "escapes"],
  ["DATABASE_URL=postgres://a:b@db-old.example:5432/x?host=elsewhere\n", "names its server in a parameter"],
  ["DATABASE_URL=host=db-old.example hostaddr=10.0.0.1\n", "names its server in another way"],
  ["DATABASE_URL=host=db-old.example password='x\n", "no end"],
  ["DATABASE_URL=postgres://u:p/w@db-old.example:5432/x\n", "an @ after its host"],
])("of a line that it cannot be sure of it says so, and changes nothing: %j", (text, why) => {
  const { said, staged } = lookAt(text);
  expect(said["line.1.odd"]).toContain(why);
  expect(staged["result"]).not.toBe("done");
  expect(host.text("app.env")).toBe(text);
});

test.each(["postgres://a:b@elsewhere:5432/x", "postgres://a:b@db-old.example:6432/x", "s3cret"])(
  "a value that names another address is told as such, without a word of it: %s",
  (value) => {
    const { said } = lookAt(`DATABASE_URL=${value}\n`);
    expect([said["line.1.names"], said["line.1.before"]]).toEqual(["other", "DATABASE_URL=***"]);
    expect(said["stdout"]).not.toContain(value);
  },
);
