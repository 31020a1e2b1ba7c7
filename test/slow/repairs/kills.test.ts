import { setTimeout as pause } from "node:timers/promises";
import { GetRelationalDatabaseSnapshotsCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settingsOf } from "../../../lab/demo/alarms.ts";
import type { Gumshoe } from "../../../lab/demo/gumshoe.ts";
import { setStage, type Stage } from "../../../lab/demo/stage.ts";
import { keyOf } from "../../slack/made-gumshoe.ts";

// The real program in the demo's shop, killed while it takes a snapshot: at each of its steps' boundaries, and in the middle of the wait.
let stage: Stage;
let gumshoe: Gumshoe;
let plans = 0;

beforeAll(async () => {
  stage = await setStage({ port: 0, story: "choking", language: "en" });
  gumshoe = stage.gumshoe;
  await command("prod");
  await until(() => offer() !== undefined, "a verdict that offers a snapshot");
});
afterAll(async () => stage.stop());

const command = async (text: string) => stage.slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text });
const offer = () =>
  stage.slack.workspace.messages.find(({ blocks }) => JSON.stringify(blocks ?? []).includes("plan:make:snapshot-database"));
const cards = () => stage.slack.workspace.messages.filter((each) => keyOf(each).startsWith("plan:"));
const press = async (user: string, actionId: string, on: { channel: string; ts: string } | undefined) =>
  void (await stage.slack.people.click({ user, channel: on?.channel ?? "", ts: on?.ts ?? "", actionId }));
/** What was sent before the plan of the test was approved. */
const before = { sent: 0 };
const sent = () => stage.aws.calls.filter(({ operation }) => operation === "CreateRelationalDatabaseSnapshot").length;

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 120_000; !(await holds()); await pause(50))
    if (Date.now() > end) throw new Error(`it did not come to this: ${what}\n${gumshoe.log().slice(-3_000)}`);
}

async function rows<Row>(query: string): Promise<Row[]> {
  const client = new Client({ connectionString: stage.store, options: "-c search_path=gumshoe" });
  await client.connect();
  try {
    return (await client.query(query)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Whether a step of the newest plan was begun, or is done. */
async function step(kind: "change" | "wait", how: "begun_at" | "done_at"): Promise<boolean> {
  const newest = "select id from plan order by planned_at desc limit 1";
  return (await rows(`select from plan_step where plan_id = (${newest}) and kind = '${kind}' and ${how} is not null`)).length > 0;
}

async function kill(): Promise<void> {
  process.kill(gumshoe.pid, "SIGKILL");
  await gumshoe.ended;
}

/** The snapshots that there are at Lightsail. */
async function snapshots(): Promise<number> {
  const lightsail = new LightsailClient(settingsOf(stage.aws));
  const { relationalDatabaseSnapshots = [] } = await lightsail.send(new GetRelationalDatabaseSnapshotsCommand({}));
  lightsail.destroy();
  return relationalDatabaseSnapshots.length;
}

type Moment = { when: string; fault?: () => void; comes: () => Promise<boolean> };

const moments: Moment[] = [
  {
    when: "its intent is written down, and the call has not arrived",
    fault: () => fault("hang"),
    comes: async () => step("change", "begun_at"),
  },
  { when: "the snapshot is begun, and its answer was lost", fault: () => fault("reset-after"), comes: async () => sent() > before.sent },
  { when: "the step is written down as done", comes: async () => step("change", "done_at") },
  { when: "it waits", comes: async () => step("wait", "begun_at") },
];

function fault(kind: "hang" | "reset-after"): void {
  stage.aws.faults.add({ operation: "CreateRelationalDatabaseSnapshot", kind, times: 1 });
}

test.each(moments)("killed when $when, it makes one snapshot, and the thread says that it stands", async ({ fault: befalls, comes }) => {
  const [there, posted] = [await snapshots(), plans++];
  await press("U0ALEX", "plan:make:snapshot-database", offer());
  await until(() => cards().length === posted + 1, "the plan");
  befalls?.();
  before.sent = sent();
  await press("U0MINA", "plan:approve", cards().at(-1));
  await until(comes, "the moment");
  await kill();
  stage.aws.faults.clear();
  gumshoe = await stage.startAgain();
  await until(() => /The snapshot gumshoe-\S+ is available/.test(cards().at(-1)?.text ?? ""), "what stands now");
  expect(await snapshots()).toBe(there + 1);
  expect(cards()).toHaveLength(posted + 1);
  const events = await rows<{ event: string; n: number }>(
    "select event, count(*)::int as n from audit where plan_id = (select id from plan order by planned_at desc limit 1) group by event",
  );
  const counted = Object.fromEntries(events.map(({ event, n }) => [event, n]));
  expect(counted).toMatchObject({ planned: 1, approved: 1, ended: 1, "step begun": counted["step done"] });
});
