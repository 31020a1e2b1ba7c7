import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { CHAIN } from "../../lab/story/chain.ts";
import { playerOf } from "../../lab/story/player.ts";
import { found, type Found } from "./found.ts";
import type { Scene } from "./site.ts";

/** When the product is killed in a scene: never, when the nth thing about a step is written down, or so long after the first plan is asked for. */
export type Moment = { never: true } | { boundary: number } | { afterMs: number };

/** What a scene was: how long it took from its first click, everything that was written down of its steps, and what it came to. */
export type Played = { ms: number; told: readonly string[]; killedAt?: string } & Found;

/** A scene that takes longer has gone wrong. */
const LONGEST_MS = 600_000;

/** Plays the story from the verdict on, kills the product at the moment, and holds what it comes to against what must be so. */
export async function playScene(scene: Scene, moment: Moment): Promise<Played> {
  const told: string[] = [];
  let killedAt: string | undefined;
  let killing: Promise<void> = Promise.resolve();
  const kill = (at: string) => {
    if (killedAt !== undefined) return;
    killedAt = at;
    killing = scene.kill();
  };
  const listener = new Client({ connectionString: scene.store });
  listener.on("error", () => {});
  listener.on("notification", ({ payload = "" }) => {
    told.push(payload);
    if ("boundary" in moment && told.length === moment.boundary + 1) kill(payload);
  });
  await listener.connect();
  await listener.query("listen step");
  const began = performance.now();
  const timer = "afterMs" in moment ? setTimeout(() => kill(told.at(-1) ?? "nothing yet"), moment.afterMs) : undefined;
  try {
    await playChain(scene);
    clearTimeout(timer);
    const ms = performance.now() - began;
    await killing;
    return { ms, told, ...(killedAt === undefined ? {} : { killedAt }), ...(await found(scene)) };
  } finally {
    clearTimeout(timer);
    await killing;
    await listener.end();
  }
}

/** One repair after the other, until one has not ended well or stops with a question. */
async function playChain({ stage, store, gumshoe }: Scene): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const player = playerOf({ slack: stage.slack, store, signal });
  let at = "";
  try {
    for (const action of CHAIN) {
      at = action;
      const plan = await player.plan(action);
      await player.approve(plan);
      let standing = await player.standing(plan.id);
      for (; !["ended", "asking"].includes(standing.state); standing = await player.standing(plan.id))
        await pause(50, undefined, { signal });
      if (standing.ending?.how !== "done") return;
    }
  } catch (error) {
    throw new Error(`${at}: ${signal.aborted ? "it takes too long" : String(error)}\n${gumshoe().log().slice(-3_000)}`, { cause: error });
  }
}
