import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import type { Gumshoe } from "../../lab/demo/gumshoe.ts";
import { chanceOf } from "../../lab/storm/chance.ts";
import { sendStorm } from "../../lab/storm/send.ts";
import { stormOf } from "../../lab/storm/storm.ts";
import { calm, holdAgainst } from "./found.ts";
import { openSite } from "./site.ts";

// Two copies on one PostgreSQL are killed at random moments of a storm: npm run test:crash -- [--seed 1] [--n 50]
const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, n: { type: "string", default: "50" } } });
const [seed, kills] = [Number(values.seed), Number(values.n)];

/** A storm that outlasts the kills; more of it comes while copies are down. */
const DELIVERIES_A_KILL = 120;
/** A copy lives up to this long after it answers that it is well. */
const LIVES_MS = 2_500;

const chance = chanceOf(seed);
const site = await openSite();
let failed = 1;
let passed = 0;
try {
  const storm = stormOf({
    seed,
    from: new Date(Date.now() - 20 * 60_000),
    deliveries: Math.max(600, kills * DELIVERIES_A_KILL),
    unmatched: 5,
  });
  console.log(
    `seed ${seed}: ${kills} kills in a storm of ${storm.count} deliveries, ${storm.truth.distinct.size} changes of ${storm.truth.alarms.size} alarms`,
  );
  const coming = storm.deliveries();
  const copies: (Gumshoe | undefined)[] = [await site.startCopy(0), await site.startCopy(1)];
  for (let kill = 0; kill < kills; kill++) {
    const nth = chance.below(2);
    const both = chance.next() < 0.2;
    await sendStorm(next(coming, DELIVERIES_A_KILL), site.queue);
    await pause(chance.below(LIVES_MS));
    for (const [index, copy] of copies.entries()) if (copy && (both || index === nth)) process.kill(copy.pid, "SIGKILL");
    for (const [index, copy] of copies.entries()) {
      if (!copy || !(both || index === nth)) continue;
      await copy.ended;
      copies[index] = await site.startCopy(index);
    }
  }
  await sendStorm(coming, site.queue);
  await calm(site, 600_000);
  const found = await holdAgainst(site, storm.truth);
  for (const { claim, holds, figures } of found) console.log(`${holds ? "ok   " : "WRONG"} ${claim}: ${figures}`);
  failed = found.filter(({ holds }) => !holds).length;
  passed = found.length - failed;
  for (const copy of copies) {
    if (failed > 0) console.log(copy?.log().slice(-4000));
    await copy?.stop();
  }
} catch (error) {
  console.log(String(error));
} finally {
  await site.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The next so many; the iterator goes on after them. */
function* next<Item>(items: Iterator<Item>, count: number): Generator<Item> {
  for (let taken = 0; taken < count; taken++) {
    const { done, value } = items.next();
    if (done) return;
    yield value;
  }
}
