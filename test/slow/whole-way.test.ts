import { resolve } from "node:path";
import { expect, test } from "vitest";
import { recordedHost } from "../../lab/recorded-host.ts";
import { documentScript } from "../../src/aws/ssm/document.ts";
import { reachOf, scriptOf } from "../../src/cli/reach.ts";
import { openLibrary } from "../../src/cli/shipped.ts";
import { faultsOf } from "../../src/slack/contract/check-message.ts";
import { account, node, register, runHere } from "../aws/account.ts";
import { founding, keyOf, partOf, startGumshoe } from "../slack/made-gumshoe.ts";

test("from /diagnose prod in Slack over SSM to the host and back: the founding incident's cause, and exactly what ran", async () => {
  const { library } = await openLibrary();
  const runbook = library.runbooks.get("web-errors")!;
  const recording = resolve("lab/cases/lightsail-disk-queue");
  const host = await recordedHost(recording);
  const run = async (command: Parameters<typeof runHere>[0]) => runHere({ ...command, env: { ...command.env, PATH: host.path } });
  const { aws } = await account({ nodes: [node("web-1", { run }), node("web-2", { ping: "ConnectionLost" })] });
  await register({ id: runbook.id, steps: runbook.steps.filter((step) => step.on === "host") });
  const gumshoe = await startGumshoe({
    yaml: `environments:
  prod:
    hosts: { tags: { role: web } }
    aws: { region: us-east-1 }
    caddy: { accessLog: ${host.values.caddyLog} }
    database: { host: db.shop.internal }
    metrics: { files: ${recording}/metrics }
    channel: "#prod"
`,
    reach: (environment, wanted) => reachOf(environment, wanted, {}, () => founding.at),
    script: scriptOf,
  });
  try {
    await gumshoe.slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
    const said = () =>
      gumshoe
        .messages()
        .map(({ text }) => text)
        .join("\n");
    await gumshoe.until(() => gumshoe.idle() && said().includes("What ran"), "everything is told");
    expect(said()).toContain("root cause found. The database's disk cannot keep up");
    expect(said()).toMatch(/SSM document Gumshoe-Diagnose-web-errors, version 1, on web-1; command id [0-9a-f-]{36}/);
    expect(said()).toContain("web-2: the host did not answer: its SSM agent is offline, last heard 60 min ago");
    const cards = gumshoe.messages().find((each) => partOf(each) === "steps")!.blocks![0] as {
      tasks?: { title: string; status: string }[];
    } & object;
    expect(cards.tasks).toContainEqual(expect.objectContaining({ title: "Looking at web-2", status: "error" }));
    await gumshoe.until(() => gumshoe.slack.workspace.files.some(({ shares }) => shares.length > 0), "the script attached");
    expect(gumshoe.slack.workspace.files[0]?.bytes?.toString()).toBe(documentScript(runbook));
    for (const message of gumshoe.messages()) if (keyOf(message)) expect(faultsOf(message)).toEqual([]);
    expect(aws.calls.filter(({ operation }) => operation === "SendCommand")).toHaveLength(1);
  } finally {
    await gumshoe.stop();
    await host.remove();
  }
});
