import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { CHAIN } from "../story/chain.ts";
import { makeMonitorRole } from "../story/moved.ts";
import { playerOf, Refusal, rowsOf, type Standing } from "../story/player.ts";
import { databaseIn, startWriter } from "../story/writer.ts";
import type { Stage } from "./stage.ts";
import { printChannel } from "./terminal.ts";

/** How long each part may take: until a thread offers a repair, until one is done, and until the proof closes the incident. */
const LIMITS_MS = { offer: 300_000, repair: 600_000, proof: 900_000 };

/** A shop's customer, not a load test, which would keep the new disk as busy as the old one. */
const WRITES_APART_MS = 1_000;

/** What people are called in the text. */
const [ASKS, APPROVE] = ["Alex", "Mina and Noa"];

/** Whether it was played to its end, and why not where it was not. */
export type Played = { closed: boolean; because?: string };

/**
 * Plays the whole story without a browser: the disk chokes, an alarm opens a thread, and one repair after the other is asked for by one person and
 * approved by others, until the symptom's own numbers close the incident. A client writes throughout, and at the end each row that it was promised is
 * looked for.
 */
export async function playRepair(stage: Stage, print: (line: string) => void): Promise<Played> {
  const { slack, shop, store, databases } = stage;
  const channel = printChannel(slack, print);
  const acknowledgedIn = join(shop.parts.host.state, "../acknowledged");
  const writer = startWriter({ port: shop.parts.app.ports.site, file: acknowledgedIn, word: "Written", apartMs: WRITES_APART_MS });
  const told = setInterval(() => channel.show(false), 500);
  const player = playerOf({ slack, store, signal: AbortSignal.timeout(LIMITS_MS.repair * CHAIN.length) });
  const until = async (holds: () => boolean | Promise<boolean>, limitMs: number, what: string) => {
    for (const end = Date.now() + limitMs; !(await holds()); await pause(250))
      if (Date.now() > end) throw new Error(`it takes too long ${what}`);
  };
  print("The disk chokes. A client writes through the application, and goes on whatever happens.\n");
  shop.disk.choke();
  try {
    await until(() => player.isOffered(CHAIN[0]), LIMITS_MS.offer, "until a verdict offers a repair");
    for (const action of CHAIN) {
      print(`— ${ASKS} asks for ${action} —\n`);
      const plan = await player.plan(action);
      print(`— ${APPROVE} approve —\n`);
      await player.approve(plan);
      let standing: Standing = plan;
      await until(
        async () => ["ended", "asking"].includes((standing = await player.standing(plan.id)).state),
        LIMITS_MS.repair,
        `until ${action} is done`,
      );
      if (standing.ending?.how !== "done")
        return { closed: false, because: `${action} is ${standing.ending?.how ?? "a question to people"}` };
    }
    print("— Whoever looks after the database makes the monitoring role in the new one; gumshoe.yml stays as it is —\n");
    await makeMonitorRole(shop, databases);
    await until(async () => (await openIncidents(store)) === 0, LIMITS_MS.proof, "until the incident is closed by its proof");
    const { acknowledged, failed } = writer.counts();
    const server = databases.serverAt(await databaseIn(shop.parts.files.application));
    const lost = server ? (await writer.lostRows(server)).length : acknowledged;
    print(
      `The client was promised ${acknowledged} rows (${failed} requests came to nothing, and it knows of each); ${lost} of them are missing.\n`,
    );
    return { closed: lost === 0, ...(lost === 0 ? {} : { because: `${lost} acknowledged rows are missing` }) };
  } catch (error) {
    if (error instanceof Refusal) return { closed: false, because: error.message };
    throw error;
  } finally {
    clearInterval(told);
    await pause(2_500);
    channel.show(true);
    channel.end();
    await writer.stop();
  }
}

async function openIncidents(store: string): Promise<number> {
  return (await rowsOf(store, "select from incident where state in ('open', 'easing')")).length;
}
