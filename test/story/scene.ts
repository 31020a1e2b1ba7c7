import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { playerOf } from "../../lab/story/player.ts";
import { found, type Found } from "./found.ts";
import type { Scene } from "./site.ts";

/** When the product is killed in a scene: never, when the nth thing about a step is written down, or so long after the plan is asked for. */
export type Kill = { never: true } | { boundary: number } | { afterMs: number };

/** What a scene was: how long it took from its first click, what was written down of its steps and when, and what it came to. */
export type Played = { ms: number; told: readonly { what: string; atMs: number }[]; killedAt?: string } & Found;

/** A scene that takes longer has gone wrong. */
const LONGEST_MS = 180_000;

/** Plays one repair, kills the product at the moment, and holds what it comes to against what must be so. */
export async function playScene(scene: Scene, when: Kill): Promise<Played> {
  const told: { what: string; atMs: number }[] = [];
  const began = performance.now();
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
    told.push({ what: payload, atMs: performance.now() - began });
    if ("boundary" in when && told.length === when.boundary + 1) kill(payload);
  });
  await listener.connect();
  await listener.query("listen step");
  const timer = "afterMs" in when ? setTimeout(() => kill(told.at(-1)?.what ?? "nothing yet"), when.afterMs) : undefined;
  try {
    await playRepair(scene);
    clearTimeout(timer);
    const ms = performance.now() - began;
    await killing;
    return { ms, told, ...(killedAt === undefined ? {} : { killedAt }), ...(await found(scene)) };
  } finally {
    clearTimeout(timer);
    await killing.catch(() => {});
    await listener.end();
  }
}

/** One repair, until it has ended or stops with a question. */
async function playRepair({ stage, store, gumshoe, action }: Scene): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const player = playerOf({ slack: stage.slack, store, signal });
  try {
    const plan = await player.plan(action);
    await player.approve(plan);
    let standing = await player.standing(plan.id);
    for (; !["ended", "asking"].includes(standing.state); standing = await player.standing(plan.id)) await pause(50, undefined, { signal });
  } catch (error) {
    throw new Error(`${signal.aborted ? "it takes too long" : String(error)}\n${gumshoe().log().slice(-3_000)}`, { cause: error });
  }
}
