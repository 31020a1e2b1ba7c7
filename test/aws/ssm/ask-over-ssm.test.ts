import { SSMClient, UpdateDocumentCommand, UpdateDocumentDefaultVersionCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { documentName, documentOf, textOf } from "../../../src/aws/ssm/document.ts";
import { readFrames } from "../../../src/evidence/frames.ts";
import type { HostAnswer } from "../../../src/evidence/gather.ts";
import { account, askHosts, callsOf, environment, node, register, runbook, runHere, steps } from "../account.ts";

const framesOf = (answer: HostAnswer | undefined) => readFrames(answer && "output" in answer ? answer.output : "").steps;

test("one command asks every host, and each answers what its script printed, with the values as environment variables", async () => {
  const web = [node("web-1"), node("web-2"), node("web-3")];
  const from = await account({ nodes: web });
  await register();
  const came = await askHosts(from, environment(`[${web.map(({ id }) => id).join(", ")}]`));
  expect(came.asked).toEqual(["web-1", "web-2", "web-3"]);
  for (const name of came.asked) {
    expect(framesOf(came.answers.get(name)).get("well")).toMatchObject({ text: "fine\n", whole: true });
    expect(framesOf(came.answers.get(name)).get("unit")).toMatchObject({ text: "unit shop\n", whole: true });
  }
  const [sent, ...more] = callsOf(from, "SendCommand");
  expect(more).toEqual([]);
  expect(sent?.input).toMatchObject({
    DocumentName: "Gumshoe-Diagnose-short",
    DocumentVersion: "1",
    DocumentHashType: "Sha256",
    TimeoutSeconds: 30,
    MaxConcurrency: "100%",
    MaxErrors: "100%",
    Parameters: { gunicornUnit: ["shop"] },
  });
  expect(came.sent).toEqual([
    {
      commandId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      document: "Gumshoe-Diagnose-short",
      version: "1",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      comment: expect.stringMatching(/^gumshoe short [0-9a-f-]{36}$/) as string,
      hosts: ["web-1", "web-2", "web-3"],
    },
  ]);
});

test("of hosts by tags the odd one is named, and its failure stops no other", async () => {
  const odd = node("web-2", { run: async () => ({ exitCode: 126, stdout: "", stderr: "sh: cannot execute\n" }) });
  const from = await account({ nodes: [node("web-1"), odd, node("web-3"), node("db-1", { tags: { role: "db" } })] });
  await register();
  const came = await askHosts(from, environment("{ tags: { role: web } }"));
  expect(came.asked).toEqual(["web-1", "web-2", "web-3"]);
  expect(came.said).toEqual({ "web-2": "the command ended with exit code 126: sh: cannot execute" });
  expect(framesOf(came.answers.get("web-1")).get("well")?.text).toBe("fine\n");
  expect(framesOf(came.answers.get("web-3")).get("well")?.text).toBe("fine\n");
});

test("hosts that cannot take the command are told at once and not sent to", async () => {
  const web = [
    node("web-1"),
    node("web-2", { ping: "ConnectionLost", lastPingAt: new Date(Date.now() - 40 * 60_000) }),
    node("web-3", { agentVersion: "3.3.1611.0" }),
  ];
  const from = await account({ nodes: web });
  await register();
  const came = await askHosts(from, environment(`[${web.map(({ id }) => id).join(", ")}, i-0123456789abcdef0]`));
  expect(came.said).toEqual({
    "web-2": "its SSM agent is offline, last heard 40 min ago",
    "web-3": "its SSM agent is too old (3.3.1611.0): 3.3.2746 or newer is needed",
    "i-0123456789abcdef0": "SSM knows no such node in this account and region",
  });
  expect(framesOf(came.answers.get("web-1")).get("well")?.text).toBe("fine\n");
  expect(callsOf(from, "SendCommand").map(({ input }) => (input as { InstanceIds: string[] }).InstanceIds)).toEqual([[web[0]?.id]]);
});

test("where no host can take it, nothing is sent", async () => {
  const from = await account({ nodes: [node("web-1", { ping: "Inactive" })] });
  await register();
  const came = await askHosts(from, environment("{ tags: { role: web } }"));
  expect(Object.keys(came.said)).toEqual(["web-1"]);
  expect(callsOf(from, "SendCommand")).toEqual([]);
});

test("two hosts of one name are called by what tells them apart", async () => {
  const web = [node("web"), node("web"), node("web-3")];
  const from = await account({ nodes: web });
  await register();
  expect((await askHosts(from, environment("{ tags: { role: web } }"))).asked).toEqual([web[0]?.id, web[1]?.id, "web-3"]);
});

test("more hosts than one command takes by id are sent to by their tags, in one command", async () => {
  const many = Array.from({ length: 53 }, (_, nth) =>
    node(`web-${nth}`, { run: async () => ({ exitCode: 0, stdout: `host ${nth}`, stderr: "" }) }),
  );
  const from = await account({ nodes: many });
  await register();
  const came = await askHosts(from, environment("{ tags: { role: web } }"));
  expect([...came.answers.values()].filter((answer) => "output" in answer)).toHaveLength(53);
  expect(callsOf(from, "SendCommand").map(({ input }) => (input as { Targets: unknown }).Targets)).toEqual([
    [{ Key: "tag:role", Values: ["web"] }],
  ]);
});

test("tags that fit no node are an error that names them", async () => {
  const from = await account({ nodes: [node("db-1", { tags: { role: "db" } })] });
  await expect(askHosts(from, environment("{ tags: { role: web, stage: prod } }"))).rejects.toThrow(
    "no managed node has the tags role=web, stage=prod",
  );
});

test("a document that is not there, or does something else, refuses, and nothing is sent", async () => {
  const from = await account({ nodes: [node("web-1")] });
  const where = environment("{ tags: { role: web } }");
  expect((await askHosts(from, where)).said["web-1"]).toMatch(/^there is no SSM document Gumshoe-Diagnose-short; .*gumshoe ssm-document/);
  await register({ id: "short", steps: steps({ well: "echo fine; reboot", unit: "id" }) });
  expect((await askHosts(from, where)).said["web-1"]).toMatch(
    /^version 1 of the SSM document Gumshoe-Diagnose-short is not what this runbook runs; .*gumshoe ssm-document/,
  );
  expect(callsOf(from, "SendCommand")).toEqual([]);
});

test("a document brought up to date is pinned in its new version", async () => {
  const from = await account({ nodes: [node("web-1")] });
  await register({ id: "short", steps: steps({ well: "echo before" }) });
  const ssm = new SSMClient({});
  const Name = documentName(runbook.id);
  await ssm.send(new UpdateDocumentCommand({ Name, Content: textOf(documentOf(runbook, "newer")), DocumentVersion: "$LATEST" }));
  await ssm.send(new UpdateDocumentDefaultVersionCommand({ Name, DocumentVersion: "2" }));
  expect((await askHosts(from, environment("{ tags: { role: web } }"))).sent).toMatchObject([{ version: "2" }]);
});

test("a value that the document does not let through stops before anything is sent", async () => {
  const from = await account({ nodes: [node("web-1")] });
  await register();
  const came = await askHosts(from, environment("{ tags: { role: web } }"), { values: { caddyLog: "/var/log/$(reboot)" } });
  expect(came.said).toEqual({ "web-1": "the SSM document takes no caddyLog like /var/log/$(reboot); nothing was sent" });
  expect(callsOf(from, "SendCommand")).toEqual([]);
});

test("where the operator chose AWS-RunShellScript the compiled script is sent, also to an old agent", async () => {
  const from = await account({ nodes: [node("web-1", { agentVersion: "3.1.0.0" })] });
  const came = await askHosts(from, environment("{ tags: { role: web } }", { document: "AWS-RunShellScript" }));
  expect(framesOf(came.answers.get("web-1")).get("unit")?.text).toBe("unit shop\n");
  expect(came.sent).toMatchObject([{ document: "AWS-RunShellScript" }]);
  expect(callsOf(from, "SendCommand")[0]?.input).toMatchObject({ Parameters: { executionTimeout: ["20"] } });
});

test("what a script says when it gives up is read as its own answer", async () => {
  const broken = node("web-1", { run: async (command) => runHere({ ...command, env: { ...command.env, PATH: "/nonexistent" } }) });
  const from = await account({ nodes: [broken] });
  await register();
  const came = await askHosts(from, environment("{ tags: { role: web } }"));
  expect(came.answers.get("web-1")).toEqual({ output: expect.stringMatching(/^gumshoe:1 failed: this host has no /) as string });
});
