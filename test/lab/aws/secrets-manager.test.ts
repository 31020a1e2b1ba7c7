import { CreateDBInstanceCommand, ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import type { AwsWorld } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");

async function account(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(NOW);
  const aws = await started({ rdsInstances: [{ DBInstanceIdentifier: "shop", MasterUsername: "shopadmin" }], ...world }, clock);
  const client = new SecretsManagerClient(clientOf(aws));
  return {
    aws,
    clock,
    rds: new RDSClient(clientOf(aws)),
    read: (SecretId: string, more: object = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more })),
    describe: (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId })),
  };
}

test("a password that RDS manages is in its secret, and the one before it still is after a rotation", async () => {
  const turns = ["first", "second"];
  const { rds, read, describe, clock } = await account({ hooks: { newPassword: () => turns.shift()! } });
  const modify = (input: object) =>
    rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "shop", ApplyImmediately: true, ...input }));
  const { DBInstance } = await modify({ ManageMasterUserPassword: true });
  const arn = DBInstance?.MasterUserSecret?.SecretArn ?? "";
  const told = await read(arn);
  expect(told).toMatchObject({ ARN: arn, Name: expect.stringMatching(/^rds!db-/), VersionStages: ["AWSCURRENT"], CreatedDate: NOW });
  expect(JSON.parse(told.SecretString ?? "")).toEqual({ username: "shopadmin", password: "first" });
  await clock.advance(60_000);
  await modify({ RotateMasterUserPassword: true });
  const value = async (more: object = {}) => (JSON.parse((await read(arn, more)).SecretString ?? "") as { password: string }).password;
  expect([await value(), await value({ VersionStage: "AWSPREVIOUS" }), await value({ VersionId: told.VersionId })]).toEqual([
    "second",
    "first",
    "first",
  ]);
  expect(await describe(told.Name ?? "")).toMatchObject({
    OwningService: "rds",
    RotationEnabled: true,
    CreatedDate: NOW,
    LastChangedDate: new Date("2026-11-05T09:01:00Z"),
  });
});

test("the secret of a new instance is there from the beginning, and the same in every run", async () => {
  const made = async () => {
    const { rds, read } = await account();
    const create = new CreateDBInstanceCommand({
      DBInstanceIdentifier: "incident-7-db",
      DBInstanceClass: "db.t4g.small",
      Engine: "postgres",
      AllocatedStorage: 40,
      MasterUsername: "shopadmin",
      ManageMasterUserPassword: true,
    });
    const arn = (await rds.send(create)).DBInstance?.MasterUserSecret?.SecretArn ?? "";
    return [arn, (await read(arn)).SecretString];
  };
  expect(await made()).toEqual(await made());
});

test("secrets of the world are read by name and by ARN, as they are now", async () => {
  const secrets = [{ name: "shop/db", value: "old" }];
  const { read } = await account({ secrets });
  const { ARN = "", SecretString } = await read("shop/db");
  expect([SecretString, ARN.slice(0, -6)]).toEqual(["old", "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db-"]);
  secrets[0]!.value = "new";
  expect([(await read(ARN)).SecretString, (await read(ARN.slice(0, -7))).SecretString]).toEqual(["new", "new"]);
});

test("a secret that is not there, a version that it has not, and one that may not be read, are refused", async () => {
  const { read, describe, aws } = await account({
    secrets: [{ name: "shop/db", value: "x" }],
    allowed: ({ resource = "" }) => !resource.includes("secret:hidden"),
  });
  expect(await refusal(read("nothing"))).toEqual({
    name: "ResourceNotFoundException",
    status: 400,
    message: "Secrets Manager can't find the specified secret.",
  });
  expect((await refusal(describe("nothing"))).name).toBe("ResourceNotFoundException");
  expect((await refusal(read("shop/db", { VersionStage: "AWSPREVIOUS" }))).message).toBe(
    "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
  );
  expect((await refusal(read("hidden"))).name).toBe("AccessDeniedException");
  aws.faults.add({ service: "secretsmanager", times: 1, kind: "http-503" });
  expect((await refusal(read("shop/db"))).status).toBe(503);
});
