import { ListCommandInvocationsCommand, ListCommandsCommand, SSMClient } from "@aws-sdk/client-ssm";
import { parseArgs } from "node:util";
import { settingsOf } from "../../lab/demo/alarms.ts";
import { chanceOf } from "../../lab/storm/chance.ts";
import { CHAIN } from "../../lab/story/chain.ts";
import { playScene, type Kill, type Played } from "./scene.ts";
import { openSite, type Scene } from "./site.ts";

// The product is killed at every recorded boundary of a step of the whole repair, and at random moments of it, while the application writes:
// npm run test:repairs -- [--seed 1] [--n 10]; one repair alone: --only move-database [--boundary 12 | --after 3500] [--times 5] [--steps]
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    n: { type: "string", default: "10" },
    only: { type: "string" },
    boundary: { type: "string" },
    after: { type: "string" },
    times: { type: "string", default: "1" },
    steps: { type: "boolean", default: false },
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
  const at = "boundary" in kill ? `at ${kill.boundary}` : "afterMs" in kill ? `after ${seconds(kill.afterMs)}` : "never";
  const where = killedAt === undefined ? ("never" in kill ? "" : ", which never came") : `, ${killedAt}`;
  const took = `${seconds(ms)}, with setting it ${seconds(wholeMs)}`;
  console.log(`${wrong.length === 0 ? "ok   " : "WRONG"} ${action} killed ${at}${where}: ${ended}; ${acknowledged} rows; ${took}`);
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
  for (const [repair, { told }] of whole.entries())
    for (const boundary of told.keys()) await play(repair, { boundary });
  for (let nth = 0; nth < Number(values.n); nth++) {
    const repair = chance.below(whole.length);
    await play(repair, { afterMs: chance.below(whole[repair]?.ms ?? 1) });
  }
}

/** Scenes of one repair alone. */
async function playOnly(repair: number): Promise<void> {
  const kill = values.boundary === undefined ? { afterMs: Number(values.after) } : { boundary: Number(values.boundary) };
  if (values.boundary === undefined && values.after === undefined) return;
  for (let nth = 0; nth < Number(values.times); nth++) await play(repair, kill);
}

try {
  await playWhole();
  if (values.only === undefined) await playKills();
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
