import {
  CreateDocumentCommand,
  DescribeDocumentCommand,
  DescribeInstanceInformationCommand,
  GetDocumentCommand,
  ListDocumentsCommand,
  SendCommandCommand,
  SSMClient,
  UpdateDocumentCommand,
  UpdateDocumentDefaultVersionCommand,
} from "@aws-sdk/client-ssm";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, node, refusal, started } from "./started.ts";

const content = (command: string) =>
  JSON.stringify({
    schemaVersion: "2.2",
    description: "Look at a host",
    parameters: {
      lines: { type: "String", description: "How many", default: "100", allowedPattern: "^[0-9]+$", interpolationType: "ENV_VAR" },
    },
    mainSteps: [{ action: "aws:runShellScript", name: "look", inputs: { timeoutSeconds: "20", runCommand: [command] } }],
  });
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

test("a document has versions with hashes, and its default version changes only when it is told to", async () => {
  const client = new SSMClient(clientOf(await started({ nodes: [node()] })));
  const [first, second] = [content("echo 1"), content("echo 2")];
  const created = await client.send(
    new CreateDocumentCommand({ Name: "Incident-Diagnose", Content: first, VersionName: "a", Tags: [{ Key: "team", Value: "sre" }] }),
  );
  expect(created.DocumentDescription).toMatchObject({
    Status: "Creating",
    Hash: hashOf(first),
    HashType: "Sha256",
    DocumentVersion: "1",
    DefaultVersion: "1",
    LatestVersion: "1",
    Owner: "111122223333",
    SchemaVersion: "2.2",
    VersionName: "a",
    Description: "Look at a host",
    Parameters: [{ Name: "lines", Type: "String", Description: "How many", DefaultValue: "100" }],
  });
  const updated = await client.send(new UpdateDocumentCommand({ Name: "Incident-Diagnose", Content: second, DocumentVersion: "$LATEST" }));
  expect(updated.DocumentDescription).toMatchObject({
    Status: "Updating",
    Hash: hashOf(second),
    DocumentVersion: "2",
    DefaultVersion: "1",
    LatestVersion: "2",
  });
  const described = async (DocumentVersion?: string) =>
    (await client.send(new DescribeDocumentCommand({ Name: "Incident-Diagnose", DocumentVersion }))).Document;
  expect([(await described())?.Hash, (await described("$LATEST"))?.Hash, (await described("2"))?.Status]).toEqual([
    hashOf(first),
    hashOf(second),
    "Active",
  ]);
  const send = (more: object) =>
    client.send(new SendCommandCommand({ DocumentName: "Incident-Diagnose", InstanceIds: ["mi-0123456789abcdef0"], ...more }));
  expect((await send({ DocumentHash: hashOf(first), DocumentHashType: "Sha256" })).Command?.DocumentVersion).toBe("1");
  await client.send(new UpdateDocumentDefaultVersionCommand({ Name: "Incident-Diagnose", DocumentVersion: "2" }));
  expect((await client.send(new GetDocumentCommand({ Name: "Incident-Diagnose" }))).Content).toBe(second);
  expect((await client.send(new GetDocumentCommand({ Name: "Incident-Diagnose", VersionName: "a" }))).Content).toBe(first);
  expect((await refusal(send({ DocumentHash: hashOf(first) }))).name).toBe("InvalidDocument");
});

test("documents are listed by owner, name and tag, Amazon's among them", async () => {
  const client = new SSMClient(clientOf(await started()));
  await client.send(
    new CreateDocumentCommand({ Name: "Incident-Diagnose", Content: content("true"), Tags: [{ Key: "team", Value: "sre" }] }),
  );
  const names = async (...Filters: { Key: string; Values: string[] }[]) =>
    (await client.send(new ListDocumentsCommand({ Filters }))).DocumentIdentifiers?.map(({ Name }) => Name);
  expect(await names()).toEqual(["AWS-RunShellScript", "Incident-Diagnose"]);
  expect(await names({ Key: "Owner", Values: ["Self"] })).toEqual(["Incident-Diagnose"]);
  expect(await names({ Key: "Name", Values: ["AWS-"] }, { Key: "Owner", Values: ["Amazon"] })).toEqual(["AWS-RunShellScript"]);
  expect(await names({ Key: "tag:team", Values: ["sre"] })).toEqual(["Incident-Diagnose"]);
  const page = await client.send(new ListDocumentsCommand({ MaxResults: 1 }));
  expect((await client.send(new ListDocumentsCommand({ MaxResults: 1, NextToken: page.NextToken }))).DocumentIdentifiers?.[0]?.Name).toBe(
    "Incident-Diagnose",
  );
});

test("a document may be written in YAML", async () => {
  const client = new SSMClient(clientOf(await started()));
  const yaml = "schemaVersion: '2.2'\nmainSteps:\n- action: aws:runShellScript\n  name: look\n  inputs:\n    runCommand: [uptime]\n";
  await client.send(new CreateDocumentCommand({ Name: "Look", Content: yaml, DocumentFormat: "YAML" }));
  expect(await client.send(new GetDocumentCommand({ Name: "Look" }))).toMatchObject({ Content: yaml, DocumentFormat: "YAML" });
});

const step = { action: "aws:runShellScript", name: "look", inputs: { runCommand: ["true"] } };
test.each([
  ["text that is no JSON", "{", "InvalidDocumentContent", "not well-formed"],
  ["an unknown schema version", JSON.stringify({ schemaVersion: "9" }), "InvalidDocumentSchemaVersion", "9"],
  ["no steps", JSON.stringify({ schemaVersion: "2.2", mainSteps: [] }), "InvalidDocumentContent", "mainSteps"],
  ["two steps of one name", JSON.stringify({ schemaVersion: "2.2", mainSteps: [step, step] }), "InvalidDocumentContent", "look"],
  [
    "an environment variable that is a list",
    JSON.stringify({ schemaVersion: "2.2", parameters: { x: { type: "StringList", interpolationType: "ENV_VAR" } }, mainSteps: [step] }),
    "InvalidDocumentContent",
    "ENV_VAR",
  ],
  [
    "more than 64 KB",
    JSON.stringify({ schemaVersion: "2.2", description: "x".repeat(65_536), mainSteps: [step] }),
    "MaxDocumentSizeExceeded",
    "64 KB",
  ],
])("CreateDocument refuses %s", async (_, Content, name, message) => {
  const client = new SSMClient(clientOf(await started()));
  expect(await refusal(client.send(new CreateDocumentCommand({ Name: "Look", Content })))).toMatchObject({
    name,
    message: expect.stringContaining(message),
  });
});

test("names that are taken, reserved or unknown, and content that is not new, are refused", async () => {
  const client = new SSMClient(clientOf(await started()));
  const create = (Name: string) => client.send(new CreateDocumentCommand({ Name, Content: content("true") }));
  await create("Look");
  expect((await refusal(create("Look"))).name).toBe("DocumentAlreadyExists");
  expect((await refusal(create("AWS-Look"))).message).toContain("reserved");
  const update = (Name: string, command: string, DocumentVersion = "$LATEST") =>
    client.send(new UpdateDocumentCommand({ Name, Content: content(command), DocumentVersion }));
  expect((await refusal(update("Look", "true"))).name).toBe("DuplicateDocumentContent");
  expect((await refusal(update("Look", "false", "7"))).name).toBe("InvalidDocumentVersion");
  expect((await refusal(update("Nothing", "false"))).name).toBe("InvalidDocument");
});

test("nodes are described by id, ping, kind and tag, ten at a time", async () => {
  const clock = virtualClock(new Date("2026-11-05T09:03:20Z"));
  const many = Array.from({ length: 11 }, (_, index) => node({ id: `i-0123456789abcde${String(index).padStart(2, "0")}`, tags: {} }));
  const nodes = [
    node({ name: "web" }),
    node({ id: "mi-0123456789abcdef1", ping: "ConnectionLost", lastPingAt: new Date("2026-11-05T07:00:00Z") }),
    ...many,
  ];
  const client = new SSMClient(clientOf(await started({ nodes }, clock)));
  const ask = (input: object) => client.send(new DescribeInstanceInformationCommand(input));
  const ids = async (...Filters: { Key: string; Values: string[] }[]) =>
    (await ask({ Filters, MaxResults: 50 })).InstanceInformationList?.map(({ InstanceId }) => InstanceId);
  expect((await ask({ Filters: [{ Key: "InstanceIds", Values: ["mi-0123456789abcdef0"] }] })).InstanceInformationList).toEqual([
    expect.objectContaining({
      InstanceId: "mi-0123456789abcdef0",
      PingStatus: "Online",
      LastPingDateTime: new Date("2026-11-05T09:00:00Z"),
      AgentVersion: "3.3.3050.0",
      ResourceType: "ManagedInstance",
      ComputerName: "web",
      PlatformType: "Linux",
    }),
  ]);
  expect(await ids({ Key: "PingStatus", Values: ["ConnectionLost"] })).toEqual(["mi-0123456789abcdef1"]);
  expect(await ids({ Key: "ResourceType", Values: ["EC2Instance"] })).toHaveLength(11);
  expect(await ids({ Key: "tag:env", Values: ["prod"] }, { Key: "PingStatus", Values: ["Online"] })).toEqual(["mi-0123456789abcdef0"]);
  const first = await ask({});
  expect(first.InstanceInformationList).toHaveLength(10);
  expect((await ask({ NextToken: first.NextToken })).InstanceInformationList).toHaveLength(3);
  expect((await refusal(ids({ Key: "Colour", Values: ["red"] }))).name).toBe("InvalidInstanceInformationFilterValue");
});
