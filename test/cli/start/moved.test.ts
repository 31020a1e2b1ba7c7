import { expect, test } from "vitest";
import { storeOf } from "../../../src/store/store.ts";
import { founding, partOf, startGumshoe } from "../../slack/made-gumshoe.ts";
import { reachOfCase } from "../../slack/made-reach.ts";
import { planFor } from "../../store/plans/a-plan.ts";

const YAML = `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db-old.example }
    metrics: { lightsailDatabase: shop-db }
    channel: "#prod"
    actions: { approvers: [U0MINA], allow: { create-rds-gp3: { subnetGroup: default, securityGroups: [sg-0123456789abcdef0] } } }
`;

/** The product, and at which databases its looks were. */
async function shop() {
  const looked: string[] = [];
  const gumshoe = await startGumshoe({
    yaml: YAML,
    reach: ({ database, metrics }) => {
      looked.push(`${database.host}:${database.port} ${JSON.stringify(metrics)}`);
      return reachOfCase(founding);
    },
  });
  const { slack, until, store } = gumshoe;
  const parts = storeOf({ db: store.db, copies: store.copies, now: () => founding.at });
  const diagnose = async () => {
    const before = looked.length;
    await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
    await until(() => looked.length > before, "a look");
    // Asked while it is still under way, the next would be none of its own.
    const running = store.db.selectFrom("diagnosis").select("id").where("state", "<>", "ended");
    await expect.poll(async () => running.execute()).toEqual([]);
    await until(() => gumshoe.idle(), "its thread");
  };
  /** Writes down that a plan of the incident has led the application over, as a copy does that has carried it out. */
  const moved = async (id: string, left: string, ledTo: string, ledToRds: string) => {
    await parts.plans.propose(planFor(1, { id, expiresAt: new Date(founding.at.getTime() + 3_600_000) }));
    const ending = JSON.stringify({ how: "done", says: [], gives: { left, ledTo, ledToRds } });
    await store.db.updateTable("plan").set({ state: "ended", ended_at: new Date(), ending }).where("id", "=", id).execute();
  };
  return { gumshoe, looked, diagnose, moved };
}

test("once a plan has led the application over, looks are at the new database, and a repair that is for the old one is refused", async () => {
  const { gumshoe, looked, diagnose, moved } = await shop();
  try {
    await diagnose();
    expect(looked).toEqual(['db-old.example:5432 {"lightsailDatabase":"shop-db"}']);
    await moved("p-1", "db-old.example:5432", "db-new.example:6432", "shop-gp3");
    await diagnose();
    await moved("p-2", "db-new.example:6432", "db-newer.example:5432", "shop-2");
    await diagnose();
    expect(looked.slice(1)).toEqual(['db-new.example:6432 {"rds":"shop-gp3"}', 'db-newer.example:5432 {"rds":"shop-2"}']);
    const verdict = gumshoe.messages().find((each) => JSON.stringify(each.blocks).includes("plan:make:create-rds-gp3"))!;
    expect(partOf(verdict)).toMatch(/^verdict/);
    await gumshoe.slack.people.click({ user: "U0ALEX", channel: "C0PROD", ts: verdict.ts, actionId: "plan:make:create-rds-gp3" });
    const answers = () => gumshoe.private("U0ALEX").map(({ text }) => text);
    await gumshoe.until(() => answers().some((text) => text.includes("for a database at Lightsail")), "the refusal");
  } finally {
    await gumshoe.stop();
  }
}, 60_000);
