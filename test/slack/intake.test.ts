import { describe, expect, test } from "vitest";
import { readAsk } from "../../src/slack/ask/read-ask.ts";
import { deliveryKey, firstAnywhere, firstInMemory } from "../../src/slack/listen/deliveries.ts";

const known = { environments: ["prod", "staging", "shop-eu"], runbooks: ["web-errors", "queue-lag"] };

describe("what is written after /diagnose or a mention", () => {
  test.each([
    ["prod", { kind: "diagnose", environment: "prod" }],
    ["  PROD  ", { kind: "diagnose", environment: "prod" }],
    ["`prod`.", { kind: "diagnose", environment: "prod" }],
    ["<@U0GUMSHOE|gumshoe> diagnose prod", { kind: "diagnose", environment: "prod" }],
    ["<@U0GUMSHOE> prod web-errors", { kind: "diagnose", environment: "prod", runbook: "web-errors" }],
    ["prod 진단", { kind: "no-runbook", said: "진단" }],
    ["진단 prod", { kind: "diagnose", environment: "prod" }],
    ["", { kind: "help" }],
    ["<@U0GUMSHOE>", { kind: "help" }],
    ["help", { kind: "help" }],
    ["도움말", { kind: "help" }],
    ["status", { kind: "status" }],
    ["상태", { kind: "status" }],
    ["prdo", { kind: "no-environment", said: "prdo", nearest: "prod" }],
    ["production", { kind: "no-environment", said: "production", nearest: "prod" }],
    ["stage", { kind: "no-environment", said: "stage", nearest: "staging" }],
    ["everything", { kind: "no-environment", said: "everything" }],
    ["prod web-error", { kind: "no-runbook", said: "web-error", nearest: "web-errors" }],
    ["prod web-errors now", { kind: "too-much", said: "prod web-errors now" }],
    ["&lt;script&gt;", { kind: "no-environment", said: "<script>" }],
    ["__proto__", { kind: "no-environment", said: "proto", nearest: "prod" }],
  ])("%s", (text, ask) => {
    expect(readAsk(text, known)).toEqual(ask);
  });

  test("is read in no time, whatever it is", () => {
    const began = performance.now();
    readAsk("x ".repeat(80_000) + "<".repeat(80_000) + "@".repeat(80_000), known);
    readAsk("y".repeat(160_000), known);
    // Half a second; what grew with the square of the length would take minutes.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe("what makes two deliveries the same", () => {
  test("an event's id, whichever attempt it is", () => {
    expect(deliveryKey({ event_id: "Ev1" }, "e1")).toBe(deliveryKey({ event_id: "Ev1" }, "e2"));
  });
  test("the trigger of a command, a shortcut or a dialog", () => {
    expect(deliveryKey({ trigger_id: "1.2.a" }, "e1")).toBe(deliveryKey({ trigger_id: "1.2.a" }, "e2"));
    expect(deliveryKey({ trigger_id: "1.2.a" }, "e1")).not.toBe(deliveryKey({ trigger_id: "1.2.b" }, "e1"));
  });
  test("of a click the message, the moment and the person", () => {
    const click = (user: string, at: string) => ({
      type: "block_actions",
      trigger_id: `t${Math.random()}`,
      user: { id: user },
      container: { message_ts: "1.1" },
      actions: [{ action_ts: at }],
    });
    expect(deliveryKey(click("U1", "5.5"), undefined)).toBe(deliveryKey(click("U1", "5.5"), undefined));
    expect(deliveryKey(click("U1", "5.5"), undefined)).not.toBe(deliveryKey(click("U2", "5.5"), undefined));
    expect(deliveryKey(click("U1", "5.5"), undefined)).not.toBe(deliveryKey(click("U1", "5.6"), undefined));
  });
  test("else the envelope, and nothing where there is none", () => {
    expect(deliveryKey({}, "e1")).toBe("envelope e1");
    expect(deliveryKey({}, undefined)).toBeUndefined();
  });
});

describe("deliveries remembered", () => {
  test("are known for fifteen minutes, and then forgotten", async () => {
    let now = new Date("2026-11-26T03:00:00Z");
    const isFirst = firstInMemory(() => now);
    expect(await isFirst("a")).toBe(true);
    expect(await isFirst("a")).toBe(false);
    now = new Date(now.getTime() + 14 * 60_000);
    expect(await isFirst("a")).toBe(false);
    now = new Date(now.getTime() + 2 * 60_000);
    expect(await isFirst("a")).toBe(true);
  });

  test("are only so many: the oldest go first", async () => {
    const isFirst = firstInMemory(() => new Date(0));
    for (let nth = 0; nth < 60_000; nth++) await isFirst(String(nth));
    expect(await isFirst("59999")).toBe(false);
    expect(await isFirst("1")).toBe(true);
  });
});

describe("deliveries to any of several copies", () => {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };
  const now = () => new Date(0);

  test("are taken by one of them", async () => {
    const store = firstInMemory(now);
    const [one, other] = [firstAnywhere(firstInMemory(now), store, silent), firstAnywhere(firstInMemory(now), store, silent)];
    expect([await one("a"), await other("a"), await one("a")]).toEqual([true, false, false]);
  });

  test.each([
    ["fails", async () => Promise.reject(new Error("the store is down"))],
    ["does not answer", async () => new Promise<boolean>(() => {})],
  ])("are taken also where the store %s, once by this copy", async (_, store) => {
    const isFirst = firstAnywhere(firstInMemory(now), store, silent);
    expect([await isFirst("a"), await isFirst("a")]).toEqual([true, false]);
  });
});
