import { afterEach, expect, test } from "vitest";
import { objectsIn } from "../../../src/slack/contract/walk.ts";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import { faultsOfView } from "../../../src/slack/contract/check-view.ts";
import { message, type Message } from "../../../src/slack/messages/message.ts";
import { offerBlocks } from "../../../src/slack/messages/plan/offer.ts";
import { planMessage } from "../../../src/slack/messages/plan/plan-message.ts";
import { readConfig } from "../../../src/config/config.ts";
import { LANGUAGES, wordsOf } from "../../../src/words/language.ts";
import { say } from "../../../src/words/plan-say.ts";
import { later } from "../incident/made-untold.ts";
import { madeRow } from "./made-plan.ts";
import { REPAIRS, startRepairs, type MadeRepairs } from "./made-repairs.ts";

const ALLOWED = `        create-rds-gp3: { subnetGroup: default, securityGroups: [sg-0123456789abcdef0] }
        create-index: { login: { envFile: /etc/shop.env, key: DATABASE_URL } }
`;
const CHAINED = REPAIRS.replace("        reboot-database:", `${ALLOWED}        reboot-database:`);
const actions = readConfig("gumshoe.yml", CHAINED).environments.get("prod")?.actions;
const unchained = readConfig("gumshoe.yml", REPAIRS).environments.get("prod")?.actions;

const actionIds = ({ blocks }: Pick<Message, "blocks">) =>
  objectsIn(blocks, "").flatMap(({ value }) => (value["type"] === "button" ? [value["action_id"]] : []));
const told = (id: string) => ({ id, title: `Title of ${id}` });
const CAUSE = ["snapshot-database", "move-rds-to-gp3", "create-rds-gp3", "restore-to-ha"].map(told);

test("repairs that follow each other are one numbered list; only the next of them has a button", () => {
  for (const language of LANGUAGES) {
    const words = wordsOf(language);
    const offered = (done: readonly string[]) =>
      message(offerBlocks(CAUSE, { incident: 7, environment: "prod", actions, done: new Set(done) }, words));
    expect(faultsOf(offered([]))).toEqual([]);
    expect(actionIds(offered([]))).toEqual(["plan:make:snapshot-database"]);
    expect(actionIds(offered(["snapshot-database"]))).toEqual(["plan:make:create-rds-gp3"]);
    expect(actionIds(offered(["snapshot-database", "create-rds-gp3"]))).toEqual([]);
    if (language !== "en") continue;
    const { text } = offered(["snapshot-database"]);
    expect(text).toContain("The way to a faster disk, in 2 steps");
    expect(text).toMatch(/Title of snapshot-database: done\n.*Title of create-rds-gp3: next/);
    expect(text).toContain("It can end after any of them: everything works as it stands then.");
    // What is no part of the chain stands as ever.
    expect(text).toContain("Title of move-rds-to-gp3: gumshoe.yml does not allow it here");
    expect(text).toContain("Title of restore-to-ha: gumshoe.yml does not allow it here");
  }
});

test("the whole way to a new database is one offer of four steps", () => {
  const login = "{ envFile: /etc/shop.env, key: DATABASE_URL }";
  const whole = CHAINED.replace(
    ALLOWED,
    `${ALLOWED}        rehearse-copy: {}
        move-database: { envFiles: [{ path: /etc/shop.env, key: DATABASE_URL }], units: [web], health: "http://127.0.0.1/" }
`,
  ).replace("      allow:", `      copy: { host: web-1, administrator: ${login}, reader: ${login}, application: ${login} }\n      allow:`);
  const all = readConfig("gumshoe.yml", whole).environments.get("prod")?.actions;
  const done = new Set(["snapshot-database", "create-rds-gp3"]);
  const titleOf = (id: string) => `Called ${id}`;
  const offered = message(offerBlocks(CAUSE, { incident: 7, environment: "prod", actions: all, done, titleOf }, wordsOf("en")));
  expect(faultsOf(offered)).toEqual([]);
  expect(actionIds(offered)).toEqual(["plan:make:rehearse-copy"]);
  expect(offered.text).toContain("The way to a faster disk, in 4 steps");
  expect(offered.text).toMatch(/Called rehearse-copy: next\n.*Called move-database: later/);
});

test("where the chain's key is not allowed, or the cause does not lead there, offers look as they always did", () => {
  const words = wordsOf("en");
  const plain = message(offerBlocks(CAUSE, { incident: 7, environment: "prod", actions: unchained }, words));
  expect(actionIds(plain)).toEqual(["plan:make:snapshot-database"]);
  expect(plain.text).not.toContain("steps");
  const other = message(
    offerBlocks([told("snapshot-database"), told("reboot-database")], { incident: 7, environment: "prod", actions }, words),
  );
  expect(actionIds(other)).toEqual(["plan:make:snapshot-database", "plan:make:reboot-database"]);
  expect(other.text).not.toContain("steps");
});

test("a step that was done says which comes next, with its button; one that failed, and the last one, say nothing of it", () => {
  for (const language of LANGUAGES) {
    const telling = {
      words: wordsOf(language),
      titleOf: (id: string) => `Title of ${id}`,
      causeOf: (id: string) => id,
      actionsIn: () => actions,
    };
    const done = { state: "ended", endedAt: later(9), end: { how: "done", says: [say("snapshotStands", "s", 40)] } } as const;
    const card = planMessage(madeRow(done), telling);
    expect(faultsOf(card)).toEqual([]);
    expect(actionIds(card)).toEqual(["plan:make:create-rds-gp3"]);
    expect(card.text).toContain("Title of create-rds-gp3");
    if (language === "en") expect(card.text).toContain("Next: step 2 of 2, Title of create-rds-gp3. Everything works if it ends here.");
    expect(actionIds(planMessage(madeRow(done, { action: "create-rds-gp3" }), telling))).toEqual([]);
    const failed = { ...done, end: { how: "failed", step: "create-snapshot", because: say("restartedSince") } } as const;
    expect(actionIds(planMessage(madeRow(failed), telling))).toEqual([]);
    expect(actionIds(planMessage(madeRow(done), { ...telling, planned: new Set(["snapshot-database", "create-rds-gp3"]) }))).toEqual([]);
    expect(actionIds(planMessage(madeRow(done), { ...telling, actionsIn: () => unchained }))).toEqual([]);
  }
});

let made: MadeRepairs | undefined;
afterEach(async () => made?.stop().finally(() => (made = undefined)));

test(
  "the next step is planned from the card of the one before, whose button goes while it is planned and comes back where it is not",
  { timeout: 60_000 },
  async () => {
    const here = (made = await startRepairs(CHAINED));
    await here.press("U0ALEX", "plan:make:snapshot-database", await here.offers(["snapshot-database", "create-rds-gp3"]));
    await here.until(() => here.card() !== undefined, "a plan's message");
    await here.plans.end("p-1", { how: "done", says: [say("snapshotStands", "gumshoe-p-1", 40)] }, new Date());
    await here.until(() => here.card()!.text.includes("Next: step 2 of 2"), "a card that says what comes next");
    await here.press("U0TAE", "plan:make:create-rds-gp3", here.card()!);
    await here.until(() => here.card("p-2") !== undefined, "the plan of the next step");
    await here.until(() => !here.card()!.text.includes("Next: step 2 of 2"), "a card whose button is gone, since the step is planned");
    expect(actionIds({ blocks: here.card()!.blocks as Message["blocks"] })).toEqual([]);
    expect(here.plans.rows.get("p-2")!.plan).toMatchObject({ action: "create-rds-gp3", requestedBy: { userId: "U0TAE" } });
    await here.plans.withdraw("p-2", { userId: "U0TAE", name: "Tae" }, new Date());
    await here.until(
      () => here.card()!.text.includes("Next: step 2 of 2"),
      "a card that offers the step again, since its plan was taken back",
    );
  },
);

test("a table and its columns are typed in a dialog that opens at once", { timeout: 60_000 }, async () => {
  const here = (made = await startRepairs(CHAINED));
  await here.press("U0ALEX", "plan:choose:create-index", await here.offers(["create-index"]));
  await here.until(() => here.slack.workspace.view("U0ALEX")?.callback_id === "plan:table", "a dialog");
  const view = here.slack.workspace.view("U0ALEX")!;
  expect(faultsOfView({ type: view.type, title: view.title, submit: view.submit, close: view.close, blocks: view.blocks })).toEqual([]);
  const typed = (value: string) => ({ text: { type: "plain_text_input" as const, value } });
  const values = { table: typed(" orders "), columns: typed("customer_id, placed") };
  await here.slack.people.submitView({ user: "U0ALEX", viewId: view.id, values });
  await here.until(() => here.card() !== undefined, "a plan's message");
  expect(here.plans.rows.get("p-1")!.plan.input).toEqual({ table: "orders", columns: "customer_id, placed" });
});
