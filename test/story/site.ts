import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import type { Gumshoe } from "../../lab/demo/gumshoe.ts";
import { setStage, type Stage } from "../../lab/demo/stage.ts";
import { CHAIN } from "../../lab/story/chain.ts";
import { CAST, rowsOf } from "../../lab/story/player.ts";
import { databaseIn, startWriter, type Writer } from "../../lab/story/writer.ts";

/** A stage on which the first act is over: the shop's disk has choked, and the verdict stands in its thread. Each scene begins there. */
export type Site = { stage: Stage; begin: () => Promise<Scene>; stop: () => Promise<void> };

/** The story from the verdict on, on a store and a database of its own. */
export type Scene = {
  stage: Stage;
  /** The URL of its store. */
  store: string;
  began: Date;
  writer: Writer;
  gumshoe: () => Gumshoe;
  /** Ends the product as a machine that loses power does, and starts it again. */
  kill: () => Promise<void>;
  /** Where the application's database is, by its environment file. */
  address: () => Promise<string>;
  stop: () => Promise<void>;
};

/** What the store tells of every step, as soon as it is written down. */
const TELL_STEPS = `
  create function public.tell_step() returns trigger language plpgsql as $$
  begin
    perform pg_notify('step', case when new.done_at is null then 'begun ' else 'done ' end || new.kind || ' ' || new.name);
    return null;
  end $$;
  create trigger tell_step after insert or update on gumshoe.plan_step for each row execute function public.tell_step()`;

/** Plays the first act once. Everything is on this machine, and gone when it is stopped. */
export async function openSite(): Promise<Site> {
  const stage = await setStage({ port: 0, story: "choking", language: "en", pace: "brisk" });
  try {
    const { files, app } = stage.shop.parts;
    const kept = { data: join(dirname(files.application), "../../kept"), environment: await readFile(files.application, "utf8") };
    await firstAct(stage);
    await stage.databases.keep(kept.data);
    let scenes = 0;
    const begin = async (): Promise<Scene> => {
      const store = await copyOfStore(stage, `scene_${scenes++}`);
      await setBack(stage, kept);
      await app.gunicorn.restart();
      let gumshoe = await stage.startAgain(store);
      const writer = startWriter({ port: app.ports.site, file: join(kept.data, "../acknowledged"), word: `Written ${scenes}` });
      return {
        stage,
        store,
        began: new Date(),
        writer,
        gumshoe: () => gumshoe,
        kill: async () => {
          process.kill(gumshoe.pid, "SIGKILL");
          await gumshoe.ended;
          gumshoe = await stage.startAgain(store);
        },
        address: async () => databaseIn(files.application),
        stop: async () => {
          await writer.stop();
          process.kill(gumshoe.pid, "SIGKILL");
          await gumshoe.ended;
          await dropStore(stage, store);
        },
      };
    };
    return { stage, begin, stop: stage.stop };
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

/** Up to the verdict, and until nothing is owed to Slack any more. From then on the disk is well, so that scenes are short. */
async function firstAct({ slack, shop, store, gumshoe }: Stage): Promise<void> {
  await slack.people.command({ user: CAST.asks, channel: CAST.channel, command: "/diagnose", text: "prod" });
  const owed = "select from diagnosis where state = 'running' union all select from post where outcome is null";
  for (const end = performance.now() + 180_000; performance.now() < end; await pause(200)) {
    const offered = slack.workspace.messages.some(({ blocks }) => JSON.stringify(blocks ?? []).includes(`plan:make:${CHAIN[0]}`));
    if (!offered || (await rowsOf(store, owed)).length > 0) continue;
    shop.disk.mend();
    await pause(1_000);
    process.kill(gumshoe.pid, "SIGKILL");
    await gumshoe.ended;
    // Looks that are due later would look at a shop whose disk is well.
    await rowsOf(store, "update diagnosis set due_at = now() + interval '1 day' where state = 'wanted'");
    await rowsOf(store, TELL_STEPS);
    return;
  }
  throw new Error(`no verdict offers ${CHAIN[0]}\n${gumshoe.log().slice(-3_000)}`);
}

async function copyOfStore(stage: Stage, name: string): Promise<string> {
  const url = new URL(stage.store);
  await inMaintenance(stage, `create database ${name} template ${decodeURIComponent(url.pathname.slice(1))}`);
  url.pathname = `/${name}`;
  return url.href;
}

async function dropStore(stage: Stage, store: string): Promise<void> {
  await inMaintenance(stage, `drop database ${new URL(store).pathname.slice(1)} with (force)`);
}

async function inMaintenance({ store }: Stage, statement: string): Promise<void> {
  const url = new URL(store);
  url.pathname = "/postgres";
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The shop's database, its file, its host and its account as they were. */
async function setBack({ databases, shop, aws }: Stage, kept: { data: string; environment: string }): Promise<void> {
  const { files, host } = shop.parts;
  const folder = dirname(files.application);
  for (const name of await readdir(folder)) if (name.includes(".gumshoe-")) await rm(join(folder, name));
  await writeFile(files.application, kept.environment);
  await rm(host.state, { recursive: true, force: true });
  await mkdir(host.state, { recursive: true });
  aws.world.rdsInstances.splice(0);
  aws.world.lightsailDatabases.splice(1);
  await databases.beginAnew(kept.data);
}
