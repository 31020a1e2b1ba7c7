import { existsSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import { switchesOverSsm } from "../../../src/aws/repairs/switch-endpoint.ts";
import { switchEndpoint } from "../../../src/remediation/actions/switch-endpoint.ts";
import { stepsInMemory } from "../../remediation/actions/carry-out.ts";
import { postgresLike, type Host } from "./host.ts";
import { FOLDER, OLD, patientClock, realNode } from "./real-node.ts";
import { account, callsOf, meanwhile } from "../../aws/account.ts";
import { actsIn, carriedOut, draftIn, type Moving } from "../../aws/repairs/approve.ts";
import { registerRepairs } from "../../aws/repairs/unit-node.ts";

const FILE = `${FOLDER}/shop.env`;

let database: Awaited<ReturnType<typeof postgresLike>>;
beforeAll(async () => {
  database = await postgresLike();
});
afterAll(() => database.close());

const hosts: Host[] = [];
afterEach(() => {
  for (const { dir } of hosts.splice(0)) rmSync(dir, { recursive: true, force: true });
});

async function farm(names: readonly string[], more: Partial<ManagedNode> = {}) {
  const clock = patientClock();
  const made = names.map((name) => realNode(name, more));
  hosts.push(...made.map(({ host }) => host));
  const opened = await account({ nodes: made.map((each) => each.node) }, { clock });
  const from: Moving = { ...opened, clock };
  await meanwhile(clock, registerRepairs());
  const endpoint = { from: "db-old.example:5432", to: `127.0.0.1:${database.port}` };
  const settings = {
    endpoint,
    envFiles: [{ path: FILE, key: "DATABASE_URL" }],
    units: ["web", "worker"],
    health: "",
    copy: { id: "move", host: names[0] ?? "" },
  };
  const port = switchesOverSsm({ hosts: { tags: { role: "web" } }, looks: from.access, acts: actsIn(from.access), settings });
  return { from, hosts: made.map(({ host }) => host), action: switchEndpoint(port, { endpoint, units: settings.units, everyMs: 1_000 }) };
}

const verbsOf = (from: Moving) =>
  callsOf(from, "SendCommand").flatMap(({ input }) => {
    const { DocumentName, Parameters } = input as { DocumentName: string; Parameters: { verb: string[] } };
    return DocumentName === "Gumshoe-Repair-switch-endpoint" ? Parameters.verb : [];
  });

test("two hosts are switched by the registered documents, and no secret is in a command, its output or the plan", async () => {
  const { from, hosts: on, action } = await farm(["web-1", "web-2"]);
  const { came, plan } = await carriedOut(from, action);
  expect(came).toHaveProperty("says");
  expect(verbsOf(from)).toEqual(["stage", "stage", "switch", "switch"]);
  for (const host of on) {
    expect(host.text("shop.env")).toBe(OLD.replace("db-old.example:5432", `127.0.0.1:${database.port}`));
    expect(host.calls()).toEqual(["web", "worker"]);
    expect(host.text("state/fence")).toBe("proven\n");
  }
  // The login is the application's own, and is read on the host.
  expect(on[0]!.text("bin/logins")).toBe(`127.0.0.1:${database.port} shop s3cret shop\n`.repeat(4));
  expect(JSON.stringify(plan)).not.toMatch(/s3cret/);
  for (const { input } of from.aws.calls) expect(JSON.stringify(input ?? "")).not.toMatch(/s3cret/);
  expect(plan.draft.touches[0]).toMatchObject({ name: "web-1", state: { consumers: "web.service" } });
});

test("a unit that does not start on the second host leads both back, and only then is the old database opened", async () => {
  const { from, hosts: on, action } = await farm(["web-1", "web-2"]);
  on[1]!.write("bin/units/worker/fails", "");
  const { came } = await carriedOut(from, action);
  expect(came).toMatchObject({ how: "failed", step: "switch web-2", because: expect.stringContaining("worker does not run") as string });
  expect(verbsOf(from)).toEqual([
    "stage",
    "stage",
    "switch",
    "switch",
    "back",
    "back",
    "unfence",
    "wake",
    ...Array<string>(3).fill("wake"),
  ]);
  for (const host of on) expect(host.text("shop.env")).toBe(OLD);
  expect(on[0]!.text("state/fence")).toBe("down\n");
});

test("an order whose answer was lost is found by its word", async () => {
  const { from, hosts: on, action } = await farm(["web-1"]);
  let sent = 0;
  const steps = stepsInMemory();
  const begin = steps.begin;
  steps.begin = async (name, what, now) => {
    if (name === "switch web-1" && sent++ === 0) from.aws.faults.add({ operation: "SendCommand", kind: "reset-after", times: 1 });
    return begin(name, what, now);
  };
  expect((await carriedOut(from, action, { steps })).came).toHaveProperty("says");
  expect(on[0]!.calls()).toEqual(["web", "worker"]);
});

test("an offline host, a fence that is down and a consumer that nobody configured are refused", async () => {
  const offline = await farm(["web-1"], { ping: "ConnectionLost" });
  expect(await draftIn(offline.from, offline.action)).toMatch(/^host-offline/);
  const { from, hosts: on, action } = await farm(["web-1"]);
  on[0]!.write("state/fence", "down\n");
  expect(await draftIn(from, action)).toMatch(/^copy-does-not-hold: .*fence=down/);
  on[0]!.write("bin/units/beat/state", "active\n");
  on[0]!.write("bin/units/beat/id", "1\n");
  on[0]!.write("bin/units/beat/more", `EnvironmentFiles=${on[0]!.at("shop.env")} (ignore_errors=no)\n`);
  expect(await draftIn(from, action)).toMatch(/^unknown-consumer: beat\.service .* on web-1/);
  expect(existsSync(on[0]!.at(".shop.env.gumshoe-p1.new"))).toBe(false);
});
