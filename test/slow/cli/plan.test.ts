import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { account } from "../../aws/account.ts";

const dir = mkdtempSync(join(tmpdir(), "gumshoe-plan-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const config = join(dir, "gumshoe.yml");
writeFileSync(
  config,
  `environments:
  prod:
    hosts: [mi-0123456789abcdef0]
    aws: { region: us-east-1 }
    caddy: { accessLog: /log }
    database: { host: db }
    metrics: { lightsailDatabase: shop-db }
    actions: { approvers: [S0APPROVERS], role: "arn:aws:iam::111122223333:role/gumshoe-repair", allow: { snapshot-database: {} } }
`,
);

/** The verb as somebody types it, in a program of its own. */
async function gumshoe(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const command = [resolve("src/gumshoe.js"), "plan", ...args, "--config", config];
  return new Promise((done) => {
    execFile(process.execPath, command, { env: process.env }, (error, out, err) =>
      done({ out, err, code: typeof error?.code === "number" ? error.code : error ? -1 : 0 }),
    );
  });
}

test("a plan is printed with all that people must know, and only reads are called", async () => {
  const { aws } = await account({ lightsailDatabases: [{ name: "shop-db" }] });
  const { out, err, code } = await gumshoe("prod", "snapshot-database");
  expect([code, err]).toEqual([0, "It only looked: nothing was changed, and nobody was asked.\n"]);
  expect(out).toMatch(/^Plan: Take a snapshot of the database \(prod\)\n/);
  expect(out).toContain("lightsail:CreateRelationalDatabaseSnapshot relationalDatabaseName=shop-db");
  expect(out).toContain("unavailable from a few seconds to a few minutes");
  expect(out).toContain("1 of S0APPROVERS, but not whoever has it planned");
  const called = aws.calls.map(({ operation }) => operation);
  expect(called).toContain("SimulatePrincipalPolicy");
  expect(called.filter((operation) => !/^(?:Get|Describe|List|Simulate)/.test(operation))).toEqual([]);
});

test("as JSON it is one object with the exact calls", async () => {
  await account({ lightsailDatabases: [{ name: "shop-db" }] });
  const { out } = await gumshoe("prod", "snapshot-database", "--json");
  expect(JSON.parse(out)).toMatchObject({
    action: "snapshot-database",
    calls: [{ operation: "CreateRelationalDatabaseSnapshot" }],
    policy: { approvers: ["S0APPROVERS"], approvals: 1, solo: false },
  });
});

test("what would be refused is said, with exit code 1", async () => {
  await account({ lightsailDatabases: [{ name: "shop-db", state: "modifying" }] });
  const said = async (...args: string[]) => gumshoe(...args).then(({ code, err }) => [code, err]);
  expect(await said("prod", "snapshot-database")).toEqual([1, expect.stringContaining("shop-db is modifying, not available")]);
  expect(await said("prod", "reboot-database")).toEqual([1, expect.stringContaining("gumshoe.yml does not allow reboot-database")]);
  expect(await said("staging", "snapshot-database")).toEqual([1, expect.stringContaining('there is no environment "staging"')]);
  expect(await said("prod", "snapshot-database", "--set", "unit")).toEqual([1, expect.stringContaining("write name=value")]);
});

test("a permission that the role lacks is named before anybody is asked", async () => {
  await account({
    lightsailDatabases: [{ name: "shop-db" }],
    allowed: ({ operation }) => operation !== "CreateRelationalDatabaseSnapshot",
  });
  const { code, err } = await gumshoe("prod", "snapshot-database");
  expect([code, err]).toEqual([1, expect.stringContaining("lacks permission for lightsail:CreateRelationalDatabaseSnapshot")]);
});
