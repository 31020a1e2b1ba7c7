import { ListCommandInvocationsCommand, ListCommandsCommand, SSMClient } from "@aws-sdk/client-ssm";
import { parseArgs } from "node:util";
import { settingsOf } from "../../lab/demo/alarms.ts";
import { chanceOf } from "../../lab/storm/chance.ts";
import { CHAIN } from "../../lab/story/chain.ts";
import { plainLines } from "../../lab/demo/plain-blocks.ts";
import { FAULTS } from "./faults.ts";
import { playScene, type Kill, type Played } from "./scene.ts";
import { openSite, untilTold, type Scene } from "./site.ts";

// The product is killed at every recorded boundary of a step of the whole repair, and at random moments of it, while the application writes:
// npm run test:repairs -- [--seed 1] [--n 10]; --each: at all boundaries of a repair in one scene, which is quicker; one repair alone: --only move-database [--boundary 3,12 | --boundary all] [--after 3500] [--times 5] [--steps]; --faults plays those instead
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    n: { type: "string", default: "10" },
    only: { type: "string" },
    boundary: { type: "string" },
    each: { type: "boolean", default: false },
    after: { type: "string" },
    times: { type: "string", default: "1" },
    steps: { type: "boolean", default: false },
    faults: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const chance = chanceOf(seed);
const began = performance.now();
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
console.log(`seed ${seed}`);

const site = await openSite();
console.log(`the first act: ${seconds(performance.now() - began)}`);
let [passed, failed] = [0, 0];
/** What a repair was where nobody killed anything. */
const whole: Played[] = [];

async function play(repair: number, kill: Kill, after: (scene: Scene) => Promise<void> = async () => {}): Promise<Played | undefined> {
  const from = performance.now();
  const scene = await site.begin(repair);
  try {
    const played = await playScene(scene, kill);
    print(scene, kill, played, performance.now() - from);
    if (values.steps) await printCommands(scene);
    if (played.wrong.length > 0) failed++;
    else passed++;
    await after(scene);
    return played;
  } catch (error) {
    failed++;
    console.log(`WRONG ${scene.action} ${JSON.stringify(kill)}: ${String(error)}`);
    return undefined;
  } finally {
    await scene.stop();
  }
}

function print({ action, gumshoe }: Scene, kill: Kill, { killedAt, ended, acknowledged, wrong, told, ms }: Played, wholeMs: number): void {
  const [at] = killedAt;
  const when =
    "never" in kill
      ? "not killed"
      : "each" in kill
        ? `killed ${killedAt.length} times`
        : `killed ${"boundary" in kill ? `at ${kill.boundary}` : `${seconds(kill.afterMs)} after ${kill.told ?? 0}`}, ${at ?? "which never came"}`;
  const took = `${seconds(ms)}, with setting it ${seconds(wholeMs)}`;
  console.log(`${wrong.length === 0 ? "ok   " : "WRONG"} ${action} ${when}: ${ended}; ${acknowledged} rows; ${took}`);
  if (values.steps) for (const { what, atMs } of told) console.log(`        ${seconds(atMs)} ${what}`);
  for (const each of wrong) console.log(`        ${each}`);
  if (wrong.length > 0) console.log(gumshoe().log().slice(-4_000));
}

/** What hosts did meanwhile. */
async function printCommands({ stage, began }: Scene): Promise<void> {
  const ssm = new SSMClient(settingsOf(stage.aws));
  const { CommandInvocations = [] } = await ssm.send(new ListCommandInvocationsCommand({ Details: true, MaxResults: 50 }));
  const { Commands = [] } = await ssm.send(new ListCommandsCommand({ MaxResults: 50 }));
  ssm.destroy();
  for (const { CommandId, DocumentName, RequestedDateTime: at = new Date(0), CommandPlugins } of CommandInvocations.toReversed()) {
    if (at < began) continue;
    const { Parameters } = Commands.find((each) => each.CommandId === CommandId) ?? {};
    const [{ ResponseStartDateTime: start = at, ResponseFinishDateTime: end = at } = {}] = CommandPlugins ?? [];
    const took = `${seconds(start.getTime() - began.getTime())} for ${seconds(end.getTime() - start.getTime())}`;
    console.log(`        ${took} ${DocumentName} ${Parameters?.["verb"]?.[0] ?? ""}`);
  }
}

/** Each repair once without a kill, so that the next can begin there. */
async function playWhole(): Promise<void> {
  for (const repair of CHAIN.keys()) {
    const played = await play(repair, { never: true }, async (scene) => site.keep(scene));
    if (!played) throw new Error(`${CHAIN[repair]} did not come to its end, so nothing can be killed in what follows`);
    whole.push(played);
    if (CHAIN[repair] === values.only) return;
  }
}

async function playKills(): Promise<void> {
  for (const [repair, { told }] of whole.entries()) {
    if (values.each) await play(repair, { each: true });
    else for (const boundary of told.keys()) await play(repair, { boundary });
  }
  // A scene that was over before its moment came was no kill, and another stands in for it.
  const wanted = Number(values.n);
  for (let [kills, scenes] = [0, 0]; kills < wanted && scenes < 2 * wanted; scenes++) {
    const repair = chance.below(whole.length);
    const played = await play(repair, momentIn(whole[repair], chance));
    if (!played || played.killedAt.length > 0) kills++;
  }
}

/** A random moment of a repair, as the last thing that was written down before it, and how long after that. */
function momentIn({ told, ms }: Pick<Played, "told" | "ms"> = { told: [], ms: 1 }, chance: ReturnType<typeof chanceOf>): Kill {
  const at = chance.below(Math.ceil(ms));
  const before = told.filter(({ atMs }) => atMs <= at);
  return { afterMs: Math.round(at - (before.at(-1)?.atMs ?? 0)), told: before.length };
}

/** Each fault once, and what its thread says at the end. */
async function playFaults(): Promise<void> {
  for (const { name, action, when, strike, ...comes } of FAULTS) {
    if (values.only !== undefined && action !== values.only) continue;
    const scene = await site.begin(CHAIN.findIndex((each) => each === action));
    console.log(`${name}:`);
    let struck: Promise<void> = Promise.resolve();
    const hit = () => void (struck = (async () => strike(scene))());
    try {
      if (when === undefined) hit();
      const played = await playScene(scene, { never: true }, { hear: (what) => what === when && hit(), comes });
      await struck;
      print(scene, { never: true }, played, played.ms);
      await untilTold(scene);
      for (const line of cardOf(scene)) console.log(`        │ ${line}`);
      if (played.wrong.length > 0) failed++;
      else passed++;
    } catch (error) {
      failed++;
      console.log(`WRONG ${String(error)}`);
    } finally {
      await struck.catch(() => {});
      delete site.stage.aws.world.endsBadly;
      await scene.stop();
    }
  }
}

/** How the last message of a plan begins: what became of it, and what people can do. */
function cardOf({ stage, action }: Scene): string[] {
  const cards = stage.slack.workspace.messages.filter(({ metadata }) => JSON.stringify(metadata ?? {}).includes(`"plan:`));
  const card = cards.at(-1);
  return card ? plainLines(card).slice(0, 4) : [`nothing is said of ${action}`];
}

/** Scenes of one repair alone: all its boundaries, or the moments that were asked for. */
async function playOnly(repair: number): Promise<void> {
  const every = values.boundary === "all" ? [...(whole[repair]?.told.keys() ?? [])] : numbers(values.boundary);
  const kills: Kill[] = [
    ...(values.each ? [{ each: true } as const] : []),
    ...every.map((boundary) => ({ boundary })),
    ...numbers(values.after).map((afterMs) => ({ afterMs })),
  ];
  for (let nth = 0; nth < Number(values.times); nth++) for (const kill of kills) await play(repair, kill);
}

const numbers = (list = "") => list.split(",").filter(Boolean).map(Number);

// Whoever stops it in its middle leaves nothing behind; npm hands a signal on that had reached this process already.
let stopping: Promise<void> | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void (stopping ??= site.stop().finally(() => process.exit(1))));

try {
  await playWhole();
  if (values.faults) await playFaults();
  else if (values.only === undefined) await playKills();
  else await playOnly(CHAIN.findIndex((action) => action === values.only));
} catch (error) {
  failed++;
  console.log(String(error));
} finally {
  await site.stop();
}
console.log(`it took ${seconds(performance.now() - began)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
