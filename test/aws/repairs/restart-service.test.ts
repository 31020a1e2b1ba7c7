import { SSMClient, UpdateDocumentCommand, UpdateDocumentDefaultVersionCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { repairDocument } from "../../../src/aws/repairs/documents.ts";
import { restartsOverSsm } from "../../../src/aws/repairs/restart-service.ts";
import { textOf } from "../../../src/aws/ssm/document.ts";
import { restartService } from "../../../src/remediation/actions/restart-service.ts";
import { planOf, stepsInMemory } from "../../remediation/actions/carry-out.ts";
import { account, callsOf, meanwhile } from "../account.ts";
import { actsIn, carriedOut, carriedOutPlan, draftIn, type Moving } from "./approve.ts";
import { registerRepairs, unitNode } from "./unit-node.ts";

const RESTART = "Gumshoe-Repair-restart-service";

/** An account with web hosts that run the unit `shop`. */
async function farm(names = ["web-1"], more: Partial<ManagedNode> = {}) {
  const clock = virtualClock(new Date());
  const made = names.map((name) => unitNode(name, clock, more));
  const opened = await account({ nodes: made.map((each) => each.node) }, { clock });
  const from: Moving = { ...opened, clock };
  await meanwhile(clock, registerRepairs());
  const port = restartsOverSsm({ hosts: { tags: { role: "web" } }, looks: from.access, acts: actsIn(from.access) });
  return { from, units: made.map(({ unit }) => unit), nodes: made.map((each) => each.node), action: restartService(port, ["shop"]) };
}

const restarts = (from: Moving) =>
  // A call that never arrived has no input.
  callsOf(from, "SendCommand").filter(
    ({ input }) => ((input ?? { DocumentName: RESTART }) as { DocumentName: string }).DocumentName === RESTART,
  );

test("a service is restarted on one host after the other, by the registered document and with the repair role alone", async () => {
  const { from, units, nodes, action } = await farm(["web-1", "web-2"]);
  const { came, plan } = await carriedOut(from, action);
  expect(came).toEqual({ says: ["shop runs again on web-1, web-2"] });
  expect(units.map((unit) => unit.restarts)).toEqual([1, 1]);
  expect(restarts(from).map(({ input }) => input)).toEqual(
    nodes.map(({ id }) => ({
      DocumentName: RESTART,
      DocumentVersion: "1",
      DocumentHash: plan.draft.touches.find(({ kind }) => kind === "document")?.state["hash"],
      DocumentHashType: "Sha256",
      Parameters: { unit: ["shop"], waitS: ["60"] },
      Comment: `gumshoe p1 restart-service ${id}`,
      TimeoutSeconds: 30,
      MaxConcurrency: "100%",
      MaxErrors: "100%",
      InstanceIds: [id],
    })),
  );
  for (const { operation, principal } of from.aws.calls)
    if (operation !== "SendCommand") expect([operation, principal?.includes("gumshoe-repair")]).toEqual([operation, false]);
  for (const { principal } of restarts(from))
    expect(principal).toBe("arn:aws:sts::111122223333:assumed-role/gumshoe-repair/gumshoe-i12,Jun-Park");
});

test("a restart whose answer was lost is found by its word, and one that never arrived is asked about", async () => {
  for (const [kind, came, ran] of [
    ["reset-after", { says: ["shop runs again on web-1"] }, 1],
    ["reset-before", { how: "asks", step: "restart web-1" }, 0],
  ] as const) {
    const { from, units, action } = await farm();
    const plan = await meanwhile(from.clock, planOf(action, {}, from.clock.now()));
    // The first command looks at the unit, the second one restarts it.
    from.aws.faults.add({ operation: "SendCommand", kind: "slow", times: 1 });
    from.aws.faults.add({ operation: "SendCommand", kind, times: 1 });
    expect(await carriedOutPlan(from, action, plan)).toMatchObject(came);
    expect(restarts(from)).toHaveLength(1);
    expect(units[0]?.restarts).toBe(ran);
  }
});

test("a copy that takes over finds the command by its word, and sends none", async () => {
  const { from, units, action } = await farm();
  const steps = stepsInMemory();
  const plan = await meanwhile(from.clock, planOf(action, {}, from.clock.now()));
  const begun = { begunAt: from.clock.now() };
  expect(await carriedOutPlan(from, action, plan)).toMatchObject({ says: [expect.stringContaining("runs again") as string] });
  steps.kept.set("restart web-1", begun);
  expect(await carriedOutPlan(from, action, plan, steps)).toMatchObject({ says: [expect.stringContaining("runs again") as string] });
  expect(restarts(from)).toHaveLength(1);
  expect(units[0]?.restarts).toBe(1);
});

test("a unit that fails to start, and one that does not stay up, are told as such", async () => {
  const failing = await farm();
  failing.units[0]!.starts = false;
  expect((await carriedOut(failing.from, failing.action)).came).toEqual({
    how: "failed",
    step: "wait web-1",
    because: "shop on web-1 does not run: systemd calls it failed/failed (exit-code)",
  });
  const looping = await farm();
  looping.units[0]!.loops = true;
  expect((await carriedOut(looping.from, looping.action)).came).toMatchObject({ step: "verify web-1" });
});

test("a host that is offline, a document that is missing and one that does something else are refused before anybody is asked", async () => {
  const offline = await farm(["web-1"], { ping: "ConnectionLost" });
  expect(await draftIn(offline.from, offline.action)).toMatch(/^host-offline: web-1 could not be reached: /);
  expect(callsOf(offline.from, "SendCommand")).toEqual([]);
  const { from, action } = await farm();
  const other = repairDocument("restart-service");
  const Content = textOf({ ...other, mainSteps: [{ ...other.mainSteps[0], inputs: { timeoutSeconds: "180", runCommand: ["reboot"] } }] });
  await meanwhile(from.clock, new SSMClient({}).send(new UpdateDocumentCommand({ Name: RESTART, Content, DocumentVersion: "$LATEST" })));
  await meanwhile(from.clock, new SSMClient({}).send(new UpdateDocumentDefaultVersionCommand({ Name: RESTART, DocumentVersion: "2" })));
  await expect(draftIn(from, action)).rejects.toThrow(/version 2 of the SSM document Gumshoe-Repair-restart-service is not what/);
  const none = await account({ nodes: [] }, { clock: from.clock });
  const port = restartsOverSsm({ hosts: [from.aws.world.nodes[0]!.id], looks: none.access, acts: actsIn(none.access) });
  await expect(draftIn({ ...none, clock: from.clock }, restartService(port, ["shop"]))).rejects.toThrow(/there is no SSM document/);
});

test("a document that is changed after the approval is not sent: the approved version is", async () => {
  const { from, units, action } = await farm();
  const plan = await meanwhile(from.clock, planOf(action, {}, from.clock.now()));
  const Content = textOf({ ...repairDocument("restart-service"), description: "other words" });
  await meanwhile(from.clock, new SSMClient({}).send(new UpdateDocumentCommand({ Name: RESTART, Content, DocumentVersion: "$LATEST" })));
  await meanwhile(from.clock, new SSMClient({}).send(new UpdateDocumentDefaultVersionCommand({ Name: RESTART, DocumentVersion: "2" })));
  expect(await carriedOutPlan(from, action, plan)).toMatchObject({ says: [expect.stringContaining("runs again") as string] });
  expect(restarts(from).map(({ input }) => (input as { DocumentVersion: string }).DocumentVersion)).toEqual(["1"]);
  expect(units[0]?.restarts).toBe(1);
});

test("a role that may not send the document changes nothing, and says what it lacks", async () => {
  const { from, units, action } = await farm();
  const plan = await meanwhile(from.clock, planOf(action, {}, from.clock.now()));
  from.aws.world.allowed = ({ operation, principal }) => operation !== "SendCommand" || !principal.includes("gumshoe-repair");
  const came = await carriedOutPlan(from, action, plan);
  expect(came).toMatchObject({
    how: "failed",
    step: "restart web-1",
    because: expect.stringMatching(/^the role lacks ssm:SendCommand on /) as string,
  });
  expect(units[0]?.restarts).toBe(0);
});
