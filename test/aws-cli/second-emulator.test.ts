import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../../lab/demo/free-port.ts";
import { openAccess, type Access } from "../../src/aws/access.ts";
import { rdsToGp3 } from "../../src/aws/repairs/disk/move-rds-to-gp3.ts";
import { rdsSnapshots } from "../../src/aws/repairs/rds.ts";
import { moveRdsToGp3 } from "../../src/remediation/actions/move-rds-to-gp3.ts";
import { snapshotDatabase } from "../../src/remediation/actions/snapshot-database.ts";
import { carryOut, planOf, type Time } from "../remediation/actions/carry-out.ts";

// The same repairs at an AWS that others have written: GUMSHOE_SECOND_AWS is where one listens, else moto's own server is started where it is installed.
const listens = process.env["GUMSHOE_SECOND_AWS"] ?? "";
const installed = spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status === 0;
const there = listens !== "" || installed;
const MISSING =
  "SKIPPED: no second AWS emulator: set GUMSHOE_SECOND_AWS to the URL of one that has RDS, or install moto_server (pip install 'moto[server]')";
if (!there) console.warn(MISSING);

const REGION = "us-east-1";
const DATABASE = `gumshoe-cross-${process.pid}`;

/** The emulator's waits are real ones, if it has any. */
const time: Time = { now: () => new Date(), sleep: async (ms) => pause(Math.min(ms, 200)) };

describe.skipIf(!there)("an AWS emulator of others", () => {
  let server: ChildProcess | undefined;
  let access: Access;

  beforeAll(async () => {
    const endpoint = listens === "" ? `http://127.0.0.1:${await freePort(0)}` : listens;
    if (listens === "") {
      server = spawn("moto_server", ["--host", "127.0.0.1", "--port", new URL(endpoint).port], { stdio: "ignore" });
      await vi.waitFor(async () => fetch(endpoint), { timeout: 60_000, interval: 200 });
    }
    const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" };
    const nobodys = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
    const given = listens === "" ? credentials : {};
    for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL: endpoint, ...nobodys, ...given })) vi.stubEnv(name, value);
    access = openAccess({ region: REGION }, { limitsMs: { connect: 2_000, request: 20_000 } });
    await access.open(RDSClient).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: DATABASE,
        Engine: "postgres",
        DBInstanceClass: "db.t4g.small",
        AllocatedStorage: 40,
        MasterUsername: "shopadmin",
        MasterUserPassword: "not-a-secret-1",
      }),
    );
    const look = async () => expect((await rdsSnapshots(database()).look(AbortSignal.timeout(20_000))).status).toBe("available");
    await vi.waitFor(look, { timeout: 60_000, interval: 200 });
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    if (server && server.exitCode === null) {
      server.kill();
      await once(server, "exit");
    }
  });

  const database = () => ({ name: DATABASE, looks: access, acts: () => access });

  test("a snapshot is planned, taken once and found again by its tags; the same plan once more takes none", async () => {
    const action = snapshotDatabase(rdsSnapshots(database()), { everyMs: 100 });
    const plan = await planOf(action);
    const stands = { says: [expect.stringMatching(/^The snapshot gumshoe-i12-p1 is available/)] };
    expect(await carryOut(action, plan, { time })).toEqual(stands);
    expect(await carryOut(action, plan, { time })).toEqual(stands);
  });

  test("an instance gets gp3 in place, and has it when it is looked at", async () => {
    const action = moveRdsToGp3(rdsToGp3(database()), { how: "in-place", everyMs: 100 });
    expect(await carryOut(action, await planOf(action), { time })).toHaveProperty("says");
    expect(await rdsToGp3(database()).look(AbortSignal.timeout(20_000))).toMatchObject({ storage: "gp3", status: "available" });
  });
});
