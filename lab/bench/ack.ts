import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startLocalSlack, type LocalSlack } from "../slack/local-slack.ts";

/** How often the p99 of the product may be that of a Bolt app that does nothing but acknowledge. */
const ALLOWED = 2;
/** A command that was not acknowledged by then is lost; one that took longer than Slack's 3 s on a busy machine is late, which the p99 shows. */
const PATIENCE_MS = 30_000;
const ROUNDS = 5;
const COMMANDS = 1_000;
const WARM_UP = 100;
/** A side that is told to end may take so long. */
const LEAVES_MS = 20_000;
/** Between two commands: what the product does after an acknowledgement may overlap with the next. */
const GAP_MS = 3;

/** Where the product writes down what happens. */
const folder = mkdtempSync(join(tmpdir(), "gumshoe-ack-"));

type Side = { slack: LocalSlack; child: ChildProcess };
type Heard = { times: number[]; lost: number };

async function open(kind: "bare" | "product"): Promise<Side> {
  const slack = await startLocalSlack({ manifest: readFileSync("manifest.yml", "utf8"), patienceMs: PATIENCE_MS });
  const app = new URL("ack-app.ts", import.meta.url);
  const child = fork(app, [kind, slack.apiUrl, slack.tokens.bot, slack.tokens.app, folder]);
  await once(child, "message");
  return { slack, child };
}

async function ask({ slack }: Side, heard: Heard): Promise<void> {
  const began = performance.now();
  const { acked } = await slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
  if (acked) heard.times.push(performance.now() - began);
  else heard.lost++;
}

/** Renew a socket of each, once both have theirs: Slack does not renew both at the same moment either. */
async function renew(...sides: Side[]): Promise<void> {
  for (const { slack } of sides) {
    while (slack.sockets() < 2) await pause(20);
    slack.faults.disconnect("refresh_requested", 1);
  }
}

/** One round: a command here, a command there, so that whatever slows the machine down meets both; a socket of each is renewed in the middle. */
async function round(bare: Side, product: Side, commands: number): Promise<Record<"bare" | "product", Heard>> {
  const heard = { bare: { times: [], lost: 0 } as Heard, product: { times: [], lost: 0 } as Heard };
  for (let nth = 0; nth < commands; nth++) {
    if (nth === Math.floor(commands / 2)) await renew(bare, product);
    await ask(bare, heard.bare);
    await ask(product, heard.product);
    await pause(GAP_MS);
  }
  return heard;
}

/** The threads that the product opened. */
function threads({ slack }: Side): number {
  return slack.workspace.messages.filter(
    ({ user, threadTs, ephemeralFor }) => user === slack.workspace.botUserId && !threadTs && !ephemeralFor,
  ).length;
}

/** A command that Slack delivers twice: how many threads it causes. */
async function duplicated(product: Side): Promise<number> {
  const before = threads(product);
  product.slack.faults.add({ kind: "duplicate", type: "slash_commands", envelope: "new", times: 1 });
  await ask(product, { times: [], lost: 0 });
  for (const end = performance.now() + 30_000; threads(product) === before && performance.now() < end;) await pause(20);
  await pause(500);
  return threads(product) - before;
}

function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
}

const shown = (ms: number) => `${ms.toFixed(2)} ms`.padStart(9);
const [bare, product] = await Promise.all([open("bare"), open("product")]);
try {
  const fromDuplicate = await duplicated(product);
  await round(bare, product, WARM_UP);
  const all = { bare: [] as number[], product: [] as number[], lost: 0 };
  for (let nth = 1; nth <= ROUNDS; nth++) {
    const heard = await round(bare, product, COMMANDS);
    const [ours, theirs] = [heard.product, heard.bare];
    all.bare.push(...theirs.times);
    all.product.push(...ours.times);
    all.lost += ours.lost;
    const times = quantile(ours.times, 0.99) / quantile(theirs.times, 0.99);
    console.log(
      `round ${nth}  Bolt alone: p50 ${shown(quantile(theirs.times, 0.5))} p99 ${shown(quantile(theirs.times, 0.99))}   ` +
        `Gumshoe: p50 ${shown(quantile(ours.times, 0.5))} p99 ${shown(quantile(ours.times, 0.99))}   ×${times.toFixed(2)}, ${ours.lost} lost`,
    );
  }
  // Of all rounds together: one that other work on the machine has hit, on one side alone, weighs no more than its share.
  const ratio = quantile(all.product, 0.99) / quantile(all.bare, 0.99);
  console.log(
    `${COMMANDS} commands a round, one socket renewed in each: p99 is ${ratio.toFixed(2)} times Bolt's over all ${ROUNDS} rounds (${ALLOWED} allowed), ${all.lost} lost`,
  );
  console.log(`a command delivered twice: ${fromDuplicate} thread`);
  if (!(ratio <= ALLOWED) || all.lost > 0 || fromDuplicate !== 1) process.exitCode = 1;
} finally {
  for (const { child, slack } of [bare, product]) {
    const ended = child.exitCode ?? child.signalCode ?? once(child, "exit");
    child.kill();
    const late = setTimeout(() => child.kill("SIGKILL"), LEAVES_MS);
    await ended;
    clearTimeout(late);
    await slack.stop();
  }
  rmSync(folder, { recursive: true, force: true });
}
