import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Gumshoe } from "../../lab/demo/gumshoe.ts";
import { setStage, type Stage } from "../../lab/demo/stage.ts";
import { CHAIN } from "../../lab/story/chain.ts";
import { CAST, rowsOf } from "../../lab/story/player.ts";
import { databaseIn, startWriter, type Writer } from "../../lab/story/writer.ts";
import { keepMoment, setBack, type Moment } from "./keeping.ts";
import { dropStore, leaveStore } from "./stores.ts";

/** A stage on which the first act is over: the shop's disk has choked, and the verdict stands in its thread. */
export type Site = {
  stage: Stage;
  /** Sets everything back to before a repair of the chain; it can be begun once the repair before it was kept. */
  begin: (repair: number) => Promise<Scene>;
  /** Keeps what a scene has come to, for the scenes of the next repair. */
  keep: (scene: Scene) => Promise<void>;
  stop: () => Promise<void>;
};

/** One repair of the story, on a store and databases of its own. */
export type Scene = {
  stage: Stage;
  action: string;
  /** The URL of its store. */
  store: string;
  began: Date;
  /** What there was at AWS when it began. */
  before: { instances: number; databases: number };
  writer: Writer;
  gumshoe: () => Gumshoe;
  /** How often the product was started. */
  starts: () => number;
  /** Ends the product as a machine that loses power does. */
  end: () => Promise<void>;
  /** The same, and starts it again. */
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

/** How long the product may owe something to Slack, or a verdict may take. */
const OWES_MS = 180_000;

/** Plays the first act once. Everything is on this machine, and gone when it is stopped. */
export async function openSite(): Promise<Site> {
  const stage = await setStage({ port: 0, story: "choking", language: "en", pace: "brisk" });
  const folder = join(dirname(stage.shop.parts.files.application), "../../kept");
  const moments: Moment[] = [];
  const keep = async (store: string) => {
    await leaveStore(stage, store);
    moments.push(await keepMoment({ stage, store, folder: join(folder, String(moments.length)) }));
  };
  let scenes = 0;
  try {
    await firstAct(stage);
    await keep(stage.store);
    return {
      stage,
      begin: async (repair) => {
        const moment = moments[repair];
        if (!moment) throw new Error(`${CHAIN[repair] ?? repair} has no moment to begin at`);
        const file = join(folder, "acknowledged");
        return beginScene(stage, { moments, moment, nth: scenes++, action: CHAIN[repair] ?? "", file });
      },
      keep: async (scene) => {
        await untilTold(scene);
        await scene.end();
        await keep(scene.store);
      },
      stop: stage.stop,
    };
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

type Beginning = { moments: readonly Moment[]; moment: Moment; nth: number; action: string; file: string };

async function beginScene(stage: Stage, { moments, moment, nth, action, file }: Beginning): Promise<Scene> {
  const { app, files } = stage.shop.parts;
  const store = await setBack(stage, moments, moment, `scene_${nth}`);
  const [, started] = await Promise.all([app.gunicorn.restart(), stage.startAgain(store)]);
  let [gumshoe, starts] = [started, 1];
  const writer = startWriter({ port: app.ports.site, file, word: `Written ${nth}` });
  const end = async () => {
    process.kill(gumshoe.pid, "SIGKILL");
    await gumshoe.ended;
  };
  const { rdsInstances, lightsailDatabases } = stage.aws.world;
  return {
    stage,
    action,
    store,
    began: new Date(),
    before: { instances: rdsInstances.length, databases: lightsailDatabases.length },
    writer,
    gumshoe: () => gumshoe,
    starts: () => starts,
    end,
    kill: async () => {
      await end();
      gumshoe = await stage.startAgain(store);
      starts++;
    },
    address: async () => databaseIn(files.application),
    stop: async () => {
      await writer.stop();
      await end().catch(() => {});
      await dropStore(stage, store);
    },
  };
}

/** Up to the verdict, and until nothing is owed to Slack any more. From then on the disk is well, so that scenes are short. */
async function firstAct({ slack, shop, store, gumshoe }: Stage): Promise<void> {
  await slack.people.command({ user: CAST.asks, channel: CAST.channel, command: "/diagnose", text: "prod" });
  for (const end = performance.now() + OWES_MS; performance.now() < end; await pause(200)) {
    const offered = slack.workspace.messages.some(({ blocks }) => JSON.stringify(blocks ?? []).includes(`plan:make:${CHAIN[0]}`));
    if (!offered || (await owed(store)) > 0) continue;
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

/** How much the product has yet to do or to say. */
async function owed(store: string): Promise<number> {
  const rows = await rowsOf(
    store,
    "select from diagnosis where state = 'running' union all select from post where outcome is null union all select from plan where version > told_version union all select from edit where version > sent_version",
  );
  return rows.length;
}

/** Waits until the product has said everything. */
export async function untilTold({ store }: Scene): Promise<void> {
  for (const end = performance.now() + OWES_MS; performance.now() < end; await pause(100)) if ((await owed(store)) === 0) return;
  throw new Error("the product does not come to rest");
}
