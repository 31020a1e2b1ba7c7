import { parseArgs } from "node:util";
import { chanceOf } from "../../lab/storm/chance.ts";
import { playScene, type Moment, type Played } from "./scene.ts";
import { openSite } from "./site.ts";

// The product is killed at every recorded boundary of a step of the whole repair, and at random moments of it, while the application writes:
// npm run test:repairs -- [--seed 1] [--n 10]
const { values } = parseArgs({ options: { seed: { type: "string" }, n: { type: "string", default: "10" } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const randoms = Number(values.n);

const chance = chanceOf(seed);
const site = await openSite();
let [passed, failed] = [0, 0];
console.log(`seed ${seed}`);

async function play(moment: Moment): Promise<Played | undefined> {
  const scene = await site.begin();
  try {
    const played = await playScene(scene, moment);
    const { ms, killedAt, plans, asked, acknowledged, wrong } = played;
    const when =
      "boundary" in moment
        ? `${moment.boundary}, ${killedAt ?? "never came"}`
        : "afterMs" in moment
          ? `${(moment.afterMs / 1000).toFixed(1)} s, after ${killedAt ?? "the end"}`
          : "never";
    console.log(
      `${wrong.length === 0 ? "ok   " : "WRONG"} killed: ${when}: ${plans.join(", ")}${asked ? " (asks)" : ""}; ${acknowledged} rows, ${(ms / 1000).toFixed(1)} s`,
    );
    for (const each of wrong) console.log(`        ${each}`);
    if (wrong.length > 0) console.log(scene.gumshoe().log().slice(-4_000));
    if (wrong.length > 0) failed++;
    else passed++;
    return played;
  } catch (error) {
    failed++;
    console.log(`WRONG ${JSON.stringify(moment)}: ${String(error)}`);
    return undefined;
  } finally {
    await scene.stop();
  }
}

try {
  const whole = await play({ never: true });
  for (let boundary = 0; boundary < (whole?.told.length ?? 0); boundary++) await play({ boundary });
  for (let nth = 0; nth < randoms; nth++) await play({ afterMs: chance.below(whole?.ms ?? 1) });
} catch (error) {
  failed++;
  console.log(String(error));
} finally {
  await site.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
