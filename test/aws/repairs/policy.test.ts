import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { actionsOf } from "../../../src/cli/start/actions.ts";
import { openAccess } from "../../../src/aws/access.ts";
import { readConfig, type Environment } from "../../../src/config/config.ts";
import { account, callsOf, meanwhile } from "../account.ts";
import { APPROVERS, carriedOut, REPAIR, type Moving } from "./approve.ts";
import { databaseNode } from "./database-node.ts";
import { LIGHTSAIL_GROUP, ON_GP2, openToLightsail } from "./disk/network.ts";
import { registerRepairs, unitNode } from "./unit-node.ts";

type Statement = { Sid?: string; Effect: "Allow" | "Deny"; Action: string | string[]; Resource: string | string[] };
const manual = readFileSync("docs/aws.md", "utf8");
const policyOf = (name: string): Statement[] => {
  const [, json = ""] = new RegExp(`<!-- policy: ${name} -->\\n\`\`\`json\\n(.*?)\`\`\``, "s").exec(manual) ?? [];
  return (JSON.parse(json) as { Statement: Statement[] }).Statement;
};
const allowedBy = (names: readonly string[]) =>
  [
    ...new Set(
      names
        .flatMap(policyOf)
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => Action),
    ),
  ].toSorted();

const FREE = { average: 5e9, maximum: 5e9, minimum: 5e9, sum: 5e9, sampleCount: 1 };
const DIAGNOSE = "arn:aws:iam::111122223333:role/gumshoe-diagnose";
const environment = (metrics: string): Environment =>
  readConfig(
    "gumshoe.yml",
    `environments:
  prod:
    hosts: { tags: { role: web } }
    aws: { region: us-east-1, role: "${DIAGNOSE}" }
    caddy: { accessLog: /log }
    database: { host: db }
    metrics: ${metrics}
    actions:
      approvers: [U2222]
      role: ${REPAIR}
      allow:
        snapshot-database: {}
        reboot-database: {}
        restart-service: { units: [shop] }
        restore-to-ha: {}
        move-rds-to-gp3: {}
        create-rds-gp3: { subnetGroup: default, securityGroups: [${LIGHTSAIL_GROUP}] }
        end-blocking-session: { login: { envFile: /etc/shop.env, key: DATABASE_URL } }
        create-index: { login: { envFile: /etc/shop.env, key: DATABASE_URL } }
        create-dashboard: {}
`,
  ).environments.get("prod") as Environment;

test("the manual's policies for repairs allow exactly what repairs ask of AWS, each role its own part", async () => {
  const clock = virtualClock(new Date());
  const [unit, onDatabase] = [unitNode("web-1", clock), databaseNode("web-1")];
  // One host has both: what is asked for says of what.
  const run: typeof unit.node.run = async (asked) => (asked.env["SSM_envFile"] === undefined ? unit.node : onDatabase.node).run(asked);
  const node = { ...unit.node, run };
  const opened = await account(
    {
      nodes: [node],
      rdsInstances: [{ ...ON_GP2 }],
      lightsailDatabases: [{ name: "shop-db", hardware: {} }],
      network: openToLightsail(),
      metrics: ({ name, to }) => (name === "FreeStorageSpace" ? [{ at: to.getTime() - 60_000, ...FREE }] : []),
    },
    { clock },
  );
  const from: Moving = { ...opened, clock };
  await meanwhile(clock, registerRepairs());
  const setUp = from.aws.calls.length;
  const parts = { repair: allowedBy(["repair"]), looks: allowedBy(["diagnose", "draft"]), base: allowedBy(["base", "assume"]) };
  const partOf = (principal: string) =>
    principal.includes("gumshoe-repair") ? "repair" : principal.includes("assumed-role") ? "looks" : "base";
  from.aws.world.allowed = ({ service, operation, principal }) => parts[partOf(principal)].includes(`${service}:${operation}`);
  // A plan that restores takes a snapshot that another plan has made, and a storage is moved last: it is busy after that.
  const all = ["snapshot-database", "reboot-database", "restart-service"];
  const restore = { how: "restore" };
  const inside = ["end-blocking-session", ["create-index", { table: "orders", columns: "customer_id" }], "create-dashboard"] as const;
  for (const [metrics, tries] of [
    ["{ rds: shop-db }", [...all, ["move-rds-to-gp3", restore], "move-rds-to-gp3", ...inside]],
    ["{ lightsailDatabase: shop-db }", [...all, "restore-to-ha", "create-rds-gp3"]],
  ] as const) {
    const prod = environment(metrics);
    // All plans of tests have one id, so what one has made would be another's.
    from.aws.world.rdsInstances.length = 1;
    for (const each of tries) {
      // The SDK lets credentials expire by its own clock: they are new ones for each plan here.
      const looks = openAccess(prod.aws!, { clock });
      const allowed = actionsOf(prod, { approvers: APPROVERS, clock, looks })!;
      const [id, input] = typeof each === "string" ? [each, {}] : each;
      const { came, plan } = await carriedOut(from, allowed.actionOf(id)!, { input });
      expect([id, came]).toEqual([id, { says: expect.arrayContaining([expect.any(String)]) as string[] }]);
      const asked = allowed.permitted({ ...plan.draft, action: id }, new AbortController().signal);
      expect(await meanwhile(clock, asked)).toEqual({ missing: [] });
      await clock.advance(5 * 60_000);
    }
  }
  const calls = from.aws.calls.slice(setUp);
  expect(calls.filter(({ error }) => error?.startsWith("AccessDenied"))).toEqual([]);
  const called = (part: string) =>
    [
      ...new Set(
        calls.filter(({ principal = "" }) => partOf(principal) === part).map(({ service, operation }) => `${service}:${operation}`),
      ),
    ].toSorted();
  // Tagging what is made, and keeping a password for it, are permissions of their own, and no calls.
  expect(called("repair")).toEqual(parts.repair.filter((action) => !/Tag|^kms:|^secretsmanager:/.test(action)));
  expect(called("base")).toEqual(parts.base.filter((action) => action !== "sts:SetSourceIdentity"));
  expect(called("looks")).toEqual(expect.arrayContaining(allowedBy(["draft"])));
  // Who asks may always ask who they are.
  expect(parts.looks).toEqual(expect.arrayContaining(called("looks").filter((action) => action !== "sts:GetCallerIdentity")));
  expect(callsOf(from, "CancelCommand")).toEqual([]);
});

test("the role that repairs can delete nothing, open no session, change no document, read no password and hand no right on, whatever else it is given", () => {
  const [denied] = policyOf("repair").filter(({ Sid }) => Sid === "Never");
  expect(denied).toMatchObject({ Effect: "Deny", Resource: "*" });
  expect(denied?.Action).toEqual(
    expect.arrayContaining(["rds:Delete*", "lightsail:Delete*", "ssm:StartSession", "ssm:UpdateDocument", "iam:*", "sts:AssumeRole"]),
  );
  expect(denied?.Action).toEqual(
    expect.arrayContaining(["lightsail:GetRelationalDatabaseMasterUserPassword", "secretsmanager:GetSecretValue"]),
  );
});
