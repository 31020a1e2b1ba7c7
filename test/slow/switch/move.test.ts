import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateRelationalDatabaseSnapshotCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import { actionsOf } from "../../../src/cli/start/actions.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Action } from "../../../src/remediation/action.ts";
import type { Input } from "../../../src/remediation/plan.ts";
import { account, node, type Account } from "../../aws/account.ts";
import { APPROVERS, REPAIR } from "../../aws/repairs/approve.ts";
import { registerRepairs } from "../../aws/repairs/unit-node.ts";
import { carryOut, planOf } from "../../remediation/actions/carry-out.ts";
import { ask, makeShop, PASSWORDS, startServer, withoutServers, type Server } from "../copy/servers.ts";
import { application, healthOf, plainUrl } from "./application.ts";
import { makeHost, type Host } from "./host.ts";
import { CONNECTIONS_CUT, DUMP_KILLED, phaseOf } from "./strikes.ts";

const FOLDER = "/srv/shop";

/** Who closes the old database (an administrator, or the application itself, which then cannot be kept out by its login), and what strikes one move. */
const CLOSED_BY = [
  ["an administrator's login", false, DUMP_KILLED],
  ["the application's own, whose database is set aside", true, CONNECTIONS_CUT],
] as const;

const closedBy = describe.skipIf(withoutServers()).each(CLOSED_BY);

closedBy("a database that is moved over SSM by the real programs, and closed by %s", (_, aside, struck) => {
  let live: Server, restored: Server, target: Server, host: Host, writer: ReturnType<typeof application>;
  let health: Awaited<ReturnType<typeof healthOf>>;
  /** The new database does not suit the application. */
  let breaks = false;
  beforeAll(async () => {
    [live, restored, target] = await Promise.all([startServer(), startServer(), startServer()]);
    for (const server of [live, restored]) {
      await makeShop(server);
      if (aside)
        await ask(server, "rdsadmin", "postgres")("alter role app createdb createrole; grant rds_superuser to app; revoke app from master");
      await ask(server, "master", "postgres")("create role reader login password 'r34der'; grant pg_read_all_data to reader");
      await ask(
        server,
        "app",
        "shop",
      )(
        `create sequence receipts; create table orders (id bigserial primary key, n integer unique);
         create table payments (n integer primary key references orders (n), receipt bigint); create table other as select n from generate_series(1, 20000) n`,
      );
    }
    host = makeHost({ units: ["web"] });
    // The stand-in for psql is not wanted here.
    rmSync(host.at("bin/psql"));
    host.write("shop.env", `DEBUG=0\nDATABASE_URL="${plainUrl(live, "app")}"\n`);
    host.write("copy.env", `ADMIN=${plainUrl(live, "master")}\nREADER=postgres://reader:r34der@127.0.0.1:${live.port}/shop\n`, 0o600);
    host.write("bin/units/web/more", `EnvironmentFiles=${host.at("shop.env")} (ignore_errors=no)\n`);
    // A host without the AWS CLI, which signs with curl.
    mkdirSync(host.at("usr"));
    for (const program of readdirSync("/usr/bin"))
      if (!program.startsWith("aws")) symlinkSync(join("/usr/bin", program), host.at(`usr/${program}`));
    writer = application(host);
    health = await healthOf(host, writer.url, (url) => breaks && url === plainUrl(target, "app"));
  }, 180_000);
  afterAll(async () => {
    await writer.stop();
    health.stop();
    await Promise.all([live, restored, target].map(async (server) => server.stop()));
    rmSync(host.dir, { recursive: true, force: true });
  });

  /** Runs a script as the SSM Agent does: a file of its own, in a group of its own; what is left of that group is ended when the script has ended. */
  const agent = (own: () => Record<string, string>): ManagedNode["run"] => {
    let scripts = 0;
    return async ({ script, env }) => {
      const file = host.at(`_script-${++scripts}.sh`);
      writeFileSync(file, script, { mode: 0o700 });
      const local = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll(FOLDER, host.dir)]));
      // The lab's database from the snapshot is a name alone; this server has what the snapshot would have.
      if (local["SSM_source"]?.startsWith("ls-")) local["SSM_source"] = `127.0.0.1:${restored.port}`;
      const child = spawn("sh", ["-c", file], { env: { ...own(), ...local }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      const [code] = (await once(child, "exit")) as [number | null];
      try {
        process.kill(-(child.pid ?? 0), "SIGKILL");
      } catch {
        // Nothing is left of it.
      }
      return { exitCode: code ?? 137, stdout: stdout.replaceAll(host.dir, FOLDER), stderr };
    };
  };

  /** An account with the present database, its snapshot, and the secret that RDS keeps for the new one. */
  async function farm() {
    const { GUMSHOE_SWITCH_BASE, GUMSHOE_SWITCH_ROOT, GUMSHOE_SWITCH_PROC } = host.values;
    const own = {
      PATH: `${host.at("bin")}:${host.at("usr")}`,
      GUMSHOE_SWITCH_BASE,
      GUMSHOE_SWITCH_ROOT,
      GUMSHOE_SWITCH_PROC,
      SSM_stayS: "0",
      SSM_times: "1",
    };
    const copies = {
      GUMSHOE_COPY_BASE: GUMSHOE_SWITCH_BASE,
      GUMSHOE_COPY_PROOF_S: "2",
      AWS_SHARED_CREDENTIALS_FILE: host.at("credentials"),
    };
    let opened: Account | undefined;
    const run = agent(
      () => ({ ...own, ...copies, AWS_ENDPOINT_URL_SECRETS_MANAGER: opened?.aws.env["AWS_ENDPOINT_URL"] ?? "" }) as Record<string, string>,
    );
    const web = node("web-1", { run });
    const secret = { name: "rds!db-1", value: JSON.stringify({ username: "master", password: PASSWORDS["master"] }) };
    opened = await account({
      nodes: [web],
      lightsailDatabases: [{ name: "shop-db" }],
      secrets: [secret],
      delaysMs: { lightsailStart: 0, lightsailStall: 0, lightsailSnapshot: 0, lightsailCreating: 500 },
    });
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = opened.aws.env;
    const token = AWS_SESSION_TOKEN === "" ? "" : `aws_session_token = ${AWS_SESSION_TOKEN}\n`;
    host.write(
      "credentials",
      `[default]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n${token}`,
    );
    await registerRepairs();
    const tags = [
      { key: "managed-by", value: "gumshoe" },
      { key: "gumshoe-plan", value: "p0" },
    ];
    const take = { relationalDatabaseName: "shop-db", relationalDatabaseSnapshotName: "gumshoe-i12-p0", tags };
    await new LightsailClient({}).send(new CreateRelationalDatabaseSnapshotCommand(take));
    const { ARN = "" } = await new SecretsManagerClient({}).send(new DescribeSecretCommand({ SecretId: secret.name }));
    const config = readConfig("gumshoe.yml", yamlFor(web.id, opened.access.region));
    const environment = config.environments.get("prod")!;
    const allowed = actionsOf(environment, { looks: opened.access, approvers: APPROVERS, everyMs: 100 });
    return { aws: opened.aws, allowed, made: { address: `127.0.0.1:${target.port}`, secret: ARN } };
  }

  const yamlFor = (id: string, region: string) => `environments:
  prod:
    hosts: [${id}]
    aws: { region: ${region} }
    caddy: { accessLog: /log }
    database: { host: 127.0.0.1, port: ${live.port} }
    metrics: { lightsailDatabase: shop-db }
    actions:
      approvers: [U2222]
      role: ${REPAIR}
      copy:
        host: web-1
        ${aside ? "" : `administrator: { envFile: ${FOLDER}/copy.env, key: ADMIN }`}
        reader: { envFile: ${FOLDER}/copy.env, key: READER }
        application: { envFile: ${FOLDER}/shop.env, key: DATABASE_URL }
      allow:
        rehearse-copy: {}
        move-database:
          envFiles: [{ path: ${FOLDER}/shop.env, key: DATABASE_URL }]
          units: [web]
          health: http://127.0.0.1:${health.port}/
`;

  /** Has a plan made and carries it out in real time. `meanwhile` is told the plan's copy. */
  async function carriedOut(id: string, planId: string, more: Input = {}, meanwhile: () => Promise<void> = async () => {}) {
    const { aws, allowed, made } = await farm();
    const own = allowed?.actionOf(id);
    if (!own) throw new Error(id);
    let gives: Input | undefined;
    const action: Action = {
      ...own,
      draft: async (asked) => own.draft({ ...asked, planId, made: { ...made, ...more } }),
      run: async (...with_) => {
        const done = await own.run(...with_);
        gives = done.gives;
        return done;
      },
    };
    const plan = { ...(await planOf(action, {}, new Date())), id: planId };
    const time = { now: () => new Date(), sleep: async (ms: number) => sleep(ms) };
    const [came] = await Promise.all([carryOut(action, plan, { time }), meanwhile()]);
    const told = [plan, came, aws.calls.filter(({ operation }) => operation === "SendCommand")];
    for (const who of ["master", "app"]) expect(JSON.stringify(told).includes(PASSWORDS[who] ?? "")).toBe(false);
    return { came, plan, gives, aws };
  }

  const databases = async () =>
    (await ask(target, "rdsadmin", "postgres")("select datname from pg_database order by 1")).map(({ datname }) => datname);

  /** The application writes to the old database, as it did. */
  async function worksAsBefore() {
    const before = writer.acknowledged.length;
    await expect.poll(() => writer.acknowledged.length).toBeGreaterThan(before + 10);
    expect(writer.url()).toBe(plainUrl(live, "app"));
    expect(host.text("bin/units/web/state")).toBe("active\n");
  }

  test("a rehearsal reads the database from the snapshot, leaves nothing on the target, and gives what it took", async () => {
    const before = writer.acknowledged.length;
    const { came, gives, aws } = await carriedOut("rehearse-copy", "p1");
    expect(came).toEqual({
      says: [expect.stringContaining("found no difference"), expect.stringContaining("gumshoe-i12-p1-rehearsal is left")],
    });
    expect(Number(gives?.["rehearsedS"])).toBeGreaterThan(0);
    expect(await databases()).toEqual(["postgres", "template0", "template1"]);
    expect(writer.acknowledged.length).toBeGreaterThan(before);
    expect([...writer.errors]).toEqual([]);
    expect(aws.calls.filter(({ operation }) => operation === "CreateRelationalDatabaseFromSnapshot")).toHaveLength(1);
  });

  test("a copy that is killed on its way leads back: the application writes to the old database, as it did", async () => {
    const kill = async () => {
      while (phaseOf(host, "m-p2") !== "prove") await sleep(20);
      const [pid = ""] = /\d+(?=-\d+$)/.exec(readFileSync(host.at("state/copy-m-p2/pid"), "utf8").trim()) ?? [];
      process.kill(Number(pid), "SIGKILL");
    };
    const { came } = await carriedOut("move-database", "p2", {}, kill);
    expect(came).toMatchObject({
      how: "failed",
      step: "copy",
      because: expect.stringMatching(/was killed in phase prove.*All went back: web-1/) as string,
    });
    await worksAsBefore();
  });

  test(`one ${struck.what} says so, and leads back in the same way`, async () => {
    const { came } = await carriedOut("move-database", "p4", {}, async () => struck.strike(host, live, "m-p4"));
    expect(came).toMatchObject({ how: "failed", step: "copy", because: expect.stringMatching(struck.says) as string });
    expect(came).toHaveProperty("because", expect.stringMatching(/All went back: web-1 use .* again, and it is open$/));
    await worksAsBefore();
  });

  test("an application that the new database does not suit goes back, and the end says what it wrote there meanwhile", async () => {
    breaks = true;
    const { came } = await carriedOut("move-database", "p5");
    breaks = false;
    expect(came).toMatchObject({ how: "failed", step: "switch web-1" });
    expect(came).toHaveProperty(
      "because",
      expect.stringMatching(/last answer: 500\)\. All went back: web-1 use .* again, and it is open\. What was/),
    );
    const { because } = came as { because: string };
    const [, orders = ""] =
      /\(rows inserted, changed or deleted, as its statistics count them\): orders ([\d,]+), payments \1$/.exec(because) ?? [];
    const rowsIn = async (server: Server) =>
      new Set((await ask(server, "app", "shop")("select n from orders join payments using (n)")).map(({ n }) => Number(n)));
    await worksAsBefore();
    const acknowledged = [...writer.acknowledged];
    const [there, here] = [await rowsIn(target), await rowsIn(live)];
    const written = Number(orders.replaceAll(",", ""));
    const behind = new Set([...there].filter((n) => !here.has(n)));
    expect(behind.size).toBe(written);
    expect(written).toBeGreaterThan(0);
    expect(acknowledged.filter((n) => !there.has(n) && !here.has(n))).toEqual([]);
    // People have taken from it what they want.
    writer.acknowledged.splice(0, Infinity, ...writer.acknowledged.filter((n) => !behind.has(n)));
    await ask(target, "rdsadmin", "postgres")("drop database shop with (force)");
  });

  test("the move copies everything and switches in one go: each row that was acknowledged is in the new database, and the old one is closed", async () => {
    const { came, plan } = await carriedOut("move-database", "p3", { rehearsedS: "30" });
    expect(came).toEqual({ says: expect.arrayContaining([expect.stringContaining("was copied to")]) as string[] });
    expect(plan.draft.says.takes).toEqual([{ say: "moveTakes", args: [30_000, 1, 45_000] }]);
    const moved = writer.acknowledged.length;
    await expect.poll(() => writer.acknowledged.length).toBeGreaterThan(moved + 10);
    await writer.stop();
    expect(writer.url()).toBe(plainUrl(target, "app"));
    const rows = await ask(target, "app", "shop")("select n from orders join payments using (n) order by n");
    expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining(writer.acknowledged));
    await expect(ask(live, "app", "shop")("select 1")).rejects.toThrow(
      aside ? 'database "shop" does not exist' : "not permitted to log in",
    );
    expect(JSON.stringify(came).includes("under the name shop-gumshoe-m-p3, and never deleted")).toBe(aside);
    const count = async (server: Server, user: string, of = "shop") => ask(server, user, of)("select count(*) from other");
    expect(await count(target, "app")).toEqual(await (aside ? count(live, "app", "shop-gumshoe-m-p3") : count(live, "master")));
    expect(await databases()).toEqual(["postgres", "shop", "template0", "template1"]);
  });
});
