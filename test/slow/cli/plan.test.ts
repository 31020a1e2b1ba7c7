import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CreateRelationalDatabaseSnapshotCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { afterAll, expect, test } from "vitest";
import { account, node } from "../../aws/account.ts";
import { SECRET } from "../../remediation/actions/copy-hosts.ts";
import { registerRepairs } from "../../aws/repairs/unit-node.ts";

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
  const command = [resolve("src/gumshoe.js"), "plan", "--config", config, ...args];
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

test("a step that goes on with what an earlier one made is shown with what --set says that is, for an incident's own snapshot", async () => {
  const web = node("web-1", { run: async () => ({ exitCode: 0, stdout: "exit=0\nreason=\n", stderr: "" }) });
  const { aws } = await account({
    nodes: [web],
    lightsailDatabases: [{ name: "shop-db" }],
    delaysMs: { lightsailStart: 0, lightsailStall: 0, lightsailSnapshot: 0 },
  });
  await registerRepairs();
  const tags = [{ key: "managed-by", value: "gumshoe" }];
  const take = { relationalDatabaseName: "shop-db", relationalDatabaseSnapshotName: "gumshoe-i12-p0", tags };
  await new LightsailClient({}).send(new CreateRelationalDatabaseSnapshotCommand(take));
  const own = join(dir, "copying.yml");
  const login = "{ envFile: /etc/shop.env, key: DATABASE_URL }";
  const actions = `{ approvers: [S0APPROVERS], copy: { host: web-1, administrator: ${login}, reader: ${login}, application: ${login} }, allow: { rehearse-copy: {} } }`;
  const text = readFileSync(config, "utf8").replace("mi-0123456789abcdef0", web.id);
  writeFileSync(own, text.replace(/actions: .*/, `actions: ${actions}`));
  const called = aws.calls.length;
  const shown = async (...more: string[]) => gumshoe("prod", "rehearse-copy", "--config", own, "--incident", "12", ...more);
  expect(await shown()).toMatchObject({ code: 1, err: expect.stringContaining("no plan of this incident has made a database to copy to") });
  const { out, err, code } = await shown("--set", "address=new.example:5432", "--set", `secret=${SECRET}`);
  expect([code, err]).toEqual([0, "It only looked: nothing was changed, and nobody was asked.\n"]);
  expect(out).toContain("Makes a temporary database, gumshoe-i12-dry-run-rehearsal, from the snapshot gumshoe-i12-p0");
  expect(out).toContain("web-1 copies it whole to new.example:5432");
  const reads = /^(?:Get|Describe|List|Simulate)/;
  // Hosts are looked at by a document that only looks.
  const changing = aws.calls.slice(called).filter(({ operation }) => !reads.test(operation) && operation !== "SendCommand");
  expect(changing.map(({ operation }) => operation)).toEqual([]);
  expect(await shown("--incident", "twelve")).toMatchObject({ code: 1, err: expect.stringContaining("write an incident's number") });
});
