import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { playerOf } from "../../lab/story/player.ts";
import { found, type Found, type ToCome } from "./found.ts";
import type { Scene } from "./site.ts";

/**
 * When the product is killed in a scene: never, when the nth thing about a step is written down, each time that something is, or so long after the plan
 * is asked for; with `told` so long after so many things are written down, which is the same moment of a slower machine, too.
 */
export type Kill = { never: true } | { boundary: number } | { each: true } | { afterMs: number; told?: number };

/** What a scene was: how long it took from its first click, what was written down of its steps and when, after what of it there was a kill, and what it came to. */
export type Played = { ms: number; told: readonly { what: string; atMs: number }[]; killedAt: readonly string[] } & Found;

/** A scene that takes longer has gone wrong: with one kill at most, and with one at each step. */
const LONGEST_MS = { once: 300_000, each: 1_200_000 };

/** What else happens in a scene, as soon as something was written down, and what is to come of it. */
export type Meanwhile = { hear: (what: string) => void; comes: ToCome };

/** Plays one repair, kills the product at the moment, and holds what it comes to against what must be so. */
export async function playScene(
  scene: Scene,
  when: Kill,
  meanwhile: Meanwhile = { hear: () => {}, comes: { ends: "done" } },
): Promise<Played> {
  const told: { what: string; atMs: number }[] = [];
  const began = performance.now();
  const killedAt: string[] = [];
  let killing: Promise<void> | undefined;
  const kill = (at: string) => {
    // What is written down until it is well again is no moment of its own here: each boundary by itself is another scene.
    if (killing) return;
    killedAt.push(at);
    killing = scene.kill().then(() => (killing = undefined));
  };
  let timer: NodeJS.Timeout | undefined;
  const setTimer = () => {
    if (!("afterMs" in when) || told.length !== (when.told ?? 0)) return;
    timer = setTimeout(() => kill(told.at(-1)?.what ?? "nothing yet"), when.afterMs);
  };
  const listener = new Client({ connectionString: scene.store });
  listener.on("error", () => {});
  listener.on("notification", ({ payload = "" }) => {
    told.push({ what: payload, atMs: performance.now() - began });
    setTimer();
    meanwhile.hear(payload);
    if ("each" in when || ("boundary" in when && told.length === when.boundary + 1)) kill(payload);
  });
  await listener.connect();
  await listener.query("listen step");
  setTimer();
  try {
    await playRepair(scene, LONGEST_MS["each" in when ? "each" : "once"]);
    clearTimeout(timer);
    const ms = performance.now() - began;
    await killing;
    return { ms, told, killedAt, ...(await found(scene, meanwhile.comes)) };
  } finally {
    clearTimeout(timer);
    await killing?.catch(() => {});
    await listener.end();
  }
}

/** One repair, until it has ended or stops with a question. */
async function playRepair({ stage, store, gumshoe, action, starts }: Scene, longestMs: number): Promise<void> {
  const signal = AbortSignal.timeout(longestMs);
  const player = playerOf({ slack: stage.slack, store, signal, starts });
  try {
    const plan = await player.plan(action);
    await player.approve(plan);
    let standing = await player.standing(plan.id);
    for (; !["ended", "asking"].includes(standing.state); standing = await player.standing(plan.id)) await pause(50, undefined, { signal });
  } catch (error) {
    throw new Error(`${signal.aborted ? "it takes too long" : String(error)}\n${gumshoe().log().slice(-3_000)}`, { cause: error });
  }
}
