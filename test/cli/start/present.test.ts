import { expect, test } from "vitest";
import { environmentOf } from "../../../src/alarm/match.ts";
import { logMoved, presentIn, withNewDatabases } from "../../../src/cli/start/present.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Moves } from "../../../src/remediation/moves.ts";
import { madeAlarm } from "../../alarm/made-alarms.ts";

const ENVIRONMENT = `
    hosts: [local]
    aws: { region: us-east-1 }
    caddy: { accessLog: /log }
    database: { host: db-a.example }
    metrics: { lightsailDatabase: shop-db }
    channel: "#prod"`;
const YAML = `environments:
  prod:${ENVIRONMENT}
    actions: { approvers: [U9999], allow: { snapshot-database: {} } }
  staging:${ENVIRONMENT.replace("shop-db", "stage-db")}
`;
const { environments } = readConfig("gumshoe.yml", YAML);
const MOVE = { left: "db-a.example:5432", to: "db-b.example:5432", rds: "shop-gp3" };

function store(moves: Moves = []) {
  const state = { moves, down: false, asked: [] as string[] };
  const warned: string[] = [];
  const movesIn = async (name: string) => {
    state.asked.push(name);
    if (state.down) throw new Error("the store does not answer");
    return name === "prod" ? state.moves : [];
  };
  const presenting = {
    environments,
    movesIn,
    log: { warn: (facts: object, doing: string) => void warned.push(`${doing} ${JSON.stringify(facts)}`) },
  };
  return { state, warned, presenting, present: presentIn(presenting) };
}

test("a move that another copy has made is seen at the next look", async () => {
  const { state, present } = store();
  expect((await present("prod"))?.database.host).toBe("db-a.example");
  state.moves = [MOVE];
  expect(await present("prod")).toMatchObject({ database: { host: "db-b.example" }, metrics: { rds: "shop-gp3" } });
  expect((await present("staging"))?.moved).toBeUndefined();
  expect(await present("nowhere")).toBeUndefined();
});

test("while the store does not answer an environment is as it was last seen, else as gumshoe.yml says, and the log tells why", async () => {
  const { state, present, warned } = store([MOVE]);
  state.down = true;
  expect((await present("prod"))?.database.host).toBe("db-a.example");
  expect(warned).toEqual([expect.stringContaining("reading where repairs have led an application")]);
  state.down = false;
  await present("prod");
  state.down = true;
  expect((await present("prod"))?.database.host).toBe("db-b.example");
});

test("a start says which environments have another database than gumshoe.yml names", async () => {
  const { presenting, present, warned } = store([MOVE]);
  await logMoved(presenting, present);
  expect(warned).toEqual([expect.stringMatching(/gumshoe\.yml names a database that the application has left.*"prod".*db-b\.example/)]);
});

test("alarms of the new database are the environment's, those of the old one stay so, and where nothing is repaired nobody is asked", async () => {
  const { state, present } = store([MOVE]);
  const presently = await withNewDatabases(environments, present)();
  const whose = (dimensions: Record<string, string>) =>
    environmentOf(madeAlarm({ name: "queue", dimensions, region: "us-east-1" }), presently, () => undefined);
  expect(whose({ DBInstanceIdentifier: "shop-gp3" })).toEqual({ environment: "prod" });
  expect(whose({ Database: "shop-db" })).toEqual({ environment: "prod" });
  expect(whose({ Database: "stage-db" })).toEqual({ environment: "staging" });
  expect(state.asked).toEqual(["prod"]);
});
