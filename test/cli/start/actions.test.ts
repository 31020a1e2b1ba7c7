import { expect, test } from "vitest";
import { actionsOf } from "../../../src/cli/start/actions.ts";
import { readConfig, type Environment } from "../../../src/config/config.ts";
import { draftOf } from "../../remediation/actions/carry-out.ts";

const environment = ({ hosts = "[local]", metrics = "{ rds: shop-db }", actions = "" }): Environment =>
  readConfig(
    "gumshoe.yml",
    `environments:
  prod:
    hosts: ${hosts}
    aws: { region: us-east-1 }
    caddy: { accessLog: /log }
    database: { host: db }
    metrics: ${metrics}
${actions && `    actions: ${actions}\n`}`,
  ).environments.get("prod") as Environment;

const ALL =
  "{ approvers: [U9999, U2222], allow: { snapshot-database: { approvals: 2, approvers: [U3333] }, restart-service: { units: [shop] } } }";

test("an environment without actions allows nothing, and one with actions only those that it names", () => {
  expect(actionsOf(environment({}))).toBeUndefined();
  const allowed = actionsOf(environment({ actions: ALL }))!;
  expect(allowed.actionOf("reboot-database")).toBeUndefined();
  expect(allowed.policyOf("reboot-database")).toBeUndefined();
  expect(allowed.actionOf("snapshot-database")?.id).toBe("snapshot-database");
  expect(allowed.policyOf("snapshot-database")).toEqual({ approvers: ["U3333"], approvals: 2, solo: false, typed: false });
  expect(allowed.policyOf("restart-service")?.approvers).toEqual(["U2222", "U9999"]);
  expect(allowed.expiresMs).toBe(30 * 60_000);
});

test("what an environment has no database or no reachable host for is refused in words, without a look at AWS", async () => {
  const drafted = async (more: Parameters<typeof environment>[0], id: string, input = {}) =>
    draftOf(actionsOf(environment({ actions: ALL, ...more }))!.actionOf(id)!, input);
  expect(await drafted({}, "restart-service")).toMatch(/^not-over-ssm: only hosts that SSM reaches/);
  expect(await drafted({ metrics: "{ ec2: i-0123456789abcdef0 }" }, "snapshot-database")).toMatch(/^no-database: /);
  expect(await drafted({ metrics: "{ files: ./metrics }" }, "snapshot-database")).toMatch(/^no-database: /);
  const both = { metrics: "{ rds: shop-db, lightsailDatabase: shop-db }" };
  expect(await drafted(both, "snapshot-database")).toBe(
    "several-databases: gumshoe.yml names more than one database: say which one (lightsail, rds)",
  );
  expect(await drafted(both, "snapshot-database", { database: "other" })).toMatch(/^several-databases: /);
});

const FASTER =
  "{ approvers: [U9999], allow: { restore-to-ha: {}, move-rds-to-gp3: {}, create-rds-gp3: { subnetGroup: default, securityGroups: [sg-0123456789abcdef0] } } }";

test("an action that is for a database at one service is refused where gumshoe.yml names none there", async () => {
  const drafted = async (metrics: string, id: string) => draftOf(actionsOf(environment({ actions: FASTER, metrics }))!.actionOf(id)!);
  for (const id of ["restore-to-ha", "create-rds-gp3"])
    expect(await drafted("{ rds: shop-db }", id)).toBe(
      "no-database: this is for a database at Lightsail (metrics.lightsailDatabase), and gumshoe.yml names none there",
    );
  expect(await drafted("{ lightsailDatabase: shop-db }", "move-rds-to-gp3")).toMatch(/^no-database: .* RDS \(metrics\.rds\)/);
});

test.each([
  ["create-rds-gp3: {}", /subnetGroup/],
  ["create-rds-gp3: { subnetGroup: default, securityGroups: [] }", /name at least one security group/],
  ["create-rds-gp3: { subnetGroup: default, securityGroups: [web] }", /the id of a security group/],
  ["create-rds-gp3: { subnetGroup: default, securityGroups: [sg-0123456789abcdef0], class: db.x2g.huge }", /db\.t4g\.micro/],
  ["move-rds-to-gp3: { how: fast }", /in-place/],
])("what cannot be made of gumshoe.yml is a fault at the start: %s", (allow, fault) => {
  expect(() => environment({ actions: `{ approvers: [U9999], allow: { ${allow} } }` })).toThrow(fault);
});
