import { expect, test } from "vitest";
import { restartService, type RestartService, type SentRestart } from "../../../src/remediation/actions/restart-service.ts";
import type { UnitState } from "../../../src/remediation/actions/unit.ts";
import { NotDone } from "../../../src/remediation/durable.ts";
import { reason } from "../../../src/words/because.ts";
import { say } from "../../../src/words/plan-say.ts";
import { carryOut, draftOf, passing, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";

const RUNS = { loaded: true, active: true, state: "active/running", activeSince: "then", restarts: 0 };

/** Two hosts whose unit begins anew with each restart; `after` is what it is like then. */
function farm({
  units = ["shop"],
  after = {},
  port = {},
}: { units?: string[]; after?: Partial<UnitState>; port?: Partial<RestartService> } = {}) {
  const time = passing();
  const begun = new Map([
    ["web-1", 0],
    ["web-2", 0],
  ]);
  const invocations = new Map([
    ["web-1", "a0"],
    ["web-2", "b0"],
  ]);
  const commands = new Map<string, SentRestart & { before: UnitState; after: UnitState }>();
  const unitOn = (host: string): UnitState => ({
    ...RUNS,
    invocation: invocations.get(host) ?? "",
    activeForMs: time.now().getTime() - (begun.get(host) ?? 0),
    ...(invocations.get(host)?.endsWith("0") ? {} : after),
  });
  const restart = (host: string, word: string) => {
    const before = unitOn(host);
    begun.set(host, time.now().getTime());
    invocations.set(host, `${invocations.get(host)}'`);
    const sent = { commandId: `c-${host}`, sentAt: time.now().toISOString() };
    commands.set(word, { ...sent, before, after: unitOn(host) });
    return sent;
  };
  const action = restartService(
    {
      look: async (_, _signal, nodes) =>
        [...begun.keys()]
          .map((host) => ({ host, node: `mi-${host}`, unit: unitOn(host) }))
          .filter(({ node }) => nodes?.includes(node) ?? true),
      document: async () => ({ name: "Restart", version: "3", hash: "h" }),
      values: (unit) => ({ unit, waitS: "60" }),
      send: async ({ node, word }) => restart(node.slice(3), word),
      find: async ({ word }) => commands.get(word),
      ended: async ({ commandId }) => [...commands.values()].find((each) => each.commandId === commandId) ?? "running",
      ...port,
    },
    units,
  );
  return { action, time, commands, invocations, restart };
}

test("a draft names the hosts, each unit's state and id, the document's version, and what breaks off", async () => {
  const draft = await draftOf(farm().action);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.calls).toEqual([
    { on: "host", document: "Restart", hosts: ["mi-web-1", "mi-web-2"], values: { unit: "shop", waitS: "60" } },
  ]);
  expect(draft.touches[0]).toEqual({
    kind: "host",
    name: "web-1",
    state: { node: "mi-web-1", unit: "shop", state: "active/running", invocation: "a0", activeSince: "then" },
  });
  expect(draft.touches[2]).toEqual({ kind: "document", name: "Restart", state: { version: "3", hash: "h" } });
  expect(sentencesOf(draft)).toEqual([
    expect.stringContaining("Restarts shop on web-1, web-2"),
    expect.stringContaining("Requests that shop is working on"),
    expect.stringContaining("some seconds a host"),
    "Nothing",
    expect.stringContaining("cannot be undone"),
  ]);
});

test("of a unit that does not stay up no id counts: it has another one each time", async () => {
  const looping = { ...RUNS, active: false, state: "activating/auto-restart", invocation: "x", activeForMs: undefined, restarts: 9 };
  const { action } = farm({ port: { look: async () => [{ host: "web-1", node: "mi-web-1", unit: looping }] } });
  const draft = await draftOf(action);
  expect(typeof draft === "string" ? draft : draft.touches[0]?.state).toEqual({
    node: "mi-web-1",
    unit: "shop",
    state: "does not stay up",
  });
});

test("only the units of the configuration may be restarted, and one of several must be named", async () => {
  const { action } = farm({ units: ["shop", "celery"] });
  expect(await draftOf(action, { unit: "sshd" })).toMatch(/^unit-not-allowed: sshd is not among the units .*shop, celery/);
  expect(await draftOf(action)).toMatch(/^unit-not-allowed/);
  expect(await draftOf(action, { unit: "celery.service" })).toMatchObject({ calls: [{ values: { unit: "celery" } }] });
});

test("one host can be named; a host that is not there, one that is away and one without the unit are refused", async () => {
  expect(await draftOf(farm().action, { host: "web-2" })).toMatchObject({ calls: [{ hosts: ["mi-web-2"] }] });
  expect(await draftOf(farm().action, { host: "web-9" })).toBe("no-such-host: there is no host web-9 here, only web-1, web-2");
  const away = farm({ port: { look: async () => [{ host: "web-1", node: "mi-web-1", unreachable: reason("hostOffline") }] } });
  expect(await draftOf(away.action)).toMatch(/^host-offline: web-1 could not be reached: /);
  const unit = { ...RUNS, loaded: false, active: false, state: "inactive/dead", invocation: "", activeForMs: undefined };
  const without = farm({ port: { look: async () => [{ host: "web-1", node: "mi-web-1", unit }] } });
  expect(await draftOf(without.action)).toBe("no-such-unit: there is no unit shop on web-1");
});

test("one host after the other is restarted and seen to stay up", async () => {
  const { action, time, commands, invocations } = farm();
  expect(await carryOut(action, await planOf(action), { time })).toEqual({ says: ["shop runs again on web-1, web-2"] });
  expect([...commands.keys()]).toEqual(["p1 restart-service mi-web-1", "p1 restart-service mi-web-2"]);
  expect([...invocations.values()]).toEqual(["a0'", "b0'"]);
});

test.each<[Partial<UnitState>, string, string]>([
  [{ active: false, state: "failed/failed (exit-code)" }, "wait web-1", "does not run: systemd calls it failed/failed (exit-code)"],
  [{ state: "activating/auto-restart" }, "verify web-1", "does not stay up"],
  [{ invocation: "a0" }, "wait web-1", "nothing tells that shop (web-1) was restarted"],
])("a unit that does not run afterwards stops the plan before the next host (%j)", async (after, step, because) => {
  const { action, time, commands } = farm({ after });
  expect(await carryOut(action, await planOf(action), { time })).toEqual({
    how: "failed",
    step,
    because: expect.stringContaining(because) as string,
  });
  expect(commands.size).toBe(1);
});

test("a unit that begins again after the restart is said not to stay up", async () => {
  const { action, time, restart } = farm({
    port: {
      ended: async (sent) => {
        const seen = { ...RUNS, activeForMs: 0 };
        restart(sent.commandId.slice(2), "by itself");
        return { before: { ...seen, invocation: "a0" }, after: { ...seen, invocation: "a0'" } };
      },
    },
  });
  expect(await carryOut(action, await planOf(action), { time })).toMatchObject({
    step: "verify web-1",
    because: expect.stringContaining("does not stay up") as string,
  });
});

test("a unit that somebody restarted since the plan was made is left alone", async () => {
  const { action, time, commands, restart } = farm();
  const plan = await planOf(action);
  restart("web-1", "by hand");
  commands.clear();
  expect(await carryOut(action, plan, { time })).toMatchObject({
    how: "failed",
    because: "it was restarted by somebody else since the plan was made",
  });
  expect(commands.size).toBe(0);
});

test("a command whose answer was lost is found by its word; without one the unit's id decides; where both say nothing people are asked", async () => {
  const lost = async () => {
    throw new Error("socket hang up");
  };
  const found = farm();
  let sends = 0;
  const action = (send: RestartService["send"], find?: RestartService["find"]) =>
    farm({ port: { send: async (...args) => (sends++, send(...args)), ...(find ? { find } : {}) } });
  expect(found.commands.size).toBe(0);
  const asked = action(lost);
  expect(await carryOut(asked.action, await planOf(asked.action), { time: asked.time })).toEqual({
    how: "asks",
    step: "restart web-1",
    because: "nothing tells that shop (web-1) was restarted since then",
  });
  expect(sends).toBe(1);
  for (const forgotten of [false, true]) {
    const arrives = action(
      async ({ node, word }) => {
        arrives.restart(node.slice(3), word);
        throw new Error("socket hang up");
      },
      forgotten ? async () => undefined : undefined,
    );
    const plan = await planOf(arrives.action, { host: "web-1" });
    expect(await carryOut(arrives.action, plan, { time: arrives.time })).toEqual({ says: ["shop runs again on web-1"] });
    expect(arrives.commands.size).toBe(1);
  }
});

test("a copy that takes a begun restart over looks for its command before anything is sent", async () => {
  const { action, time, commands, restart } = farm();
  const plan = await planOf(action, { host: "web-1" });
  const steps = stepsInMemory();
  steps.kept.set("restart web-1", { begunAt: plan.plannedAt });
  restart("web-1", "p1 restart-service mi-web-1");
  expect(await carryOut(action, plan, { time, steps })).toEqual({ says: ["shop runs again on web-1"] });
  expect(commands.size).toBe(1);
});

test("a refusal, and a host that does not take its command, stop the plan in words", async () => {
  const refused = farm({
    port: {
      send: async () => {
        throw new NotDone(say("refusedBy", { said: "no" }));
      },
    },
  });
  expect(await carryOut(refused.action, await planOf(refused.action), { time: refused.time })).toMatchObject({
    how: "failed",
    because: "no",
  });
  const away = farm({ port: { ended: async () => ({ unreachable: reason("deliveryTimedOut", 30) }) } });
  expect(await carryOut(away.action, await planOf(away.action), { time: away.time })).toMatchObject({
    how: "failed",
    step: "wait web-1",
    because: expect.stringMatching(/^web-1 could not be reached: /) as string,
  });
});
