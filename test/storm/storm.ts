import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { sendStorm } from "../../lab/storm/send.ts";
import { stormOf } from "../../lab/storm/storm.ts";
import { calm, holdAgainst } from "./found.ts";
import { openSite } from "./site.ts";

// A storm of alarms goes over one copy in one go: npm run test:storm -- [--seed 1] [--n 10000]
const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, n: { type: "string", default: "10000" } } });
const [seed, deliveries] = [Number(values.seed), Number(values.n)];

/** Resident memory of the copy at its most, in MB (the bound; Node, DBs and Slack's packages take about 150 of it). */
const MOST_MB = 256;

const site = await openSite();
let failed = 1;
let passed = 0;
try {
  const storm = stormOf({ seed, from: new Date(Date.now() - 20 * 60_000), deliveries, bad: Math.round(deliveries / 100), unmatched: 20 });
  console.log(`seed ${seed}: ${storm.count} deliveries, ${storm.truth.distinct.size} changes of ${storm.truth.alarms.size} alarms`);
  await sendStorm(storm.deliveries(), site.queue);
  const began = Date.now();
  const copy = await site.startCopy(0);
  let [mostKb, taken] = [0, 0];
  const watch = setInterval(() => (mostKb = Math.max(mostKb, residentKb(copy.pid))), 100);
  while ((await site.waiting()) > 0) await new Promise((wake) => setTimeout(wake, 200));
  taken = Date.now() - began;
  await calm(site, 300_000).catch((error: unknown) => {
    console.log(copy.log());
    throw error;
  });
  clearInterval(watch);
  const found = await holdAgainst(site, storm.truth);
  const limited = site.slack.calls.filter(({ status }) => status === 429).length;
  found.push({
    claim: "memory stays flat",
    holds: mostKb / 1024 < MOST_MB,
    figures: `${Math.round(mostKb / 1024)} MB at most, ${MOST_MB} allowed`,
  });
  found.push({ claim: "Slack's rate limits are kept", holds: limited <= 5, figures: `${limited} answers with 429` });
  for (const { claim, holds, figures } of found) console.log(`${holds ? "ok   " : "WRONG"} ${claim}: ${figures}`);
  console.log(`${Math.round((storm.count * 1000) / taken)} deliveries a second, from the start of the copy until the queue was empty`);
  failed = found.filter(({ holds }) => !holds).length;
  passed = found.length - failed;
  if (failed > 0) console.log(copy.log().slice(-6000));
  await copy.stop();
} catch (error) {
  console.log(String(error));
} finally {
  await site.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function residentKb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
