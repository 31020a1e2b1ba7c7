import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/store/database/connect.ts";
import { storeOf } from "../../src/store/store.ts";
import { freshDatabase } from "./fresh-store.ts";
import { person, planFor } from "./plans/a-plan.ts";
import { at, opening, type Outcome, type Post } from "./parts.ts";

test("the copies hear at once of what was kept, and nothing of what was not", async () => {
  const { url, db } = await freshDatabase();
  const { client, leave } = await connect(url);
  onTestFinished(leave);
  const heard: string[] = [];
  let awaited = "";
  let hear = () => {};
  client.on("notification", ({ payload = "" }) => {
    heard.push(payload);
    if (payload === awaited) hear();
  });
  await client.query("listen gumshoe");
  const until = async (topic: string, work: () => Promise<unknown>) => {
    const ringing = new Promise<void>((resolve) => (hear = resolve));
    awaited = topic;
    heard.length = 0;
    await work();
    await ringing;
    return [...heard];
  };
  const copies = { id: "a", isAlive: async () => true };
  const store = storeOf<Post, string, Outcome>({ db, copies, now: () => at(0) });
  const { ledger, outbox, diagnoses } = store;
  const failing = async () =>
    ledger.decide("prod", async (desk) => {
      await desk.open(opening());
      throw new Error("no");
    });
  const kept = await until("incident", async () => {
    await failing().catch(() => {});
    await ledger.decide("prod", async (desk) => desk.incidents(at(0)));
    await ledger.decide("prod", async (desk) => desk.open(opening()));
  });
  expect(kept).toEqual(["incident"]);
  await until("diagnosis", async () =>
    ledger.decide("prod", async (desk) => {
      const incident = (await desk.incidents(at(0)))[0]?.id ?? 0;
      await desk.want({ incident, environment: "prod", runbook: "web", why: "opened", by: "gumshoe", dueAt: at(0) });
    }),
  );
  const post = { key: "k", channel: "C1", message: "x" };
  expect(await until("outbox", async () => outbox.owe(post))).toEqual(["outbox"]);
  await until("settled", async () => {
    await outbox.owe(post);
    await outbox.settle("k", { ts: "1.1" });
  });
  expect(heard).toEqual(["settled"]);
  const taken = await diagnoses.takeDue(at(1));
  await until("diagnosis", async () => diagnoses.end(taken?.row.id ?? "", { how: "stopped" }, at(2)));
  const { plans } = store;
  const incident = taken?.incident.id ?? 0;
  const plan = planFor(incident);
  await until("plan", async () => plans.propose(plan));
  await until("plan", async () => plans.approve(plan.id, plan.digest, person(1), at(1)));
  await until("plan", async () => plans.takeDue(at(2)));
  await until("plan", async () => plans.progress(plan.id, { step: "s", state: "begun", elapsedMs: 0 }));
  await until("plan", async () => plans.halt({ environment: "prod", by: person(1), at: at(2) }));
});
