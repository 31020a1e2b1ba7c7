import { parseArgs } from "node:util";
import { showNumbers } from "./demo/numbers.ts";
import { playRepair } from "./demo/repair.ts";
import { setStage } from "./demo/stage.ts";
import { playInTerminal } from "./demo/terminal.ts";

// The founding incident, in a page that works like Slack: the real product looks at a shop whose database's disk has choked, over a local
// AWS. Everything is on this machine, nothing needs an account, and nothing is left behind.
const HELP = `npm run demo [-- options]
  --repair     play the whole repair here: an alarm, the verdict, a database on a faster disk, the move, and the proof
  --terminal   play it here, without a browser, and end with the verdict
  --calm       begin with a shop that is well; the page has a button that lets its disk choke, and an alarm opens the thread
  --alarm      as --calm, and after ten seconds the disk chokes by itself: nobody types anything
  --korean     the channel's language is Korean
  --port N     the page's port (4455; another one where it is taken)`;

const { values: options } = parseArgs({
  options: {
    terminal: { type: "boolean", default: false },
    repair: { type: "boolean", default: false },
    calm: { type: "boolean", default: false },
    alarm: { type: "boolean", default: false },
    korean: { type: "boolean", default: false },
    port: { type: "string", default: "4455" },
    help: { type: "boolean", default: false },
  },
});
const CAUSE = options.korean ? "디스크가" : "disk cannot keep up";

/** Until the disk of `--alarm` chokes: time to look at a shop that is well. */
const CALM_MS = 10_000;

const SHOP = "A shop on Caddy, gunicorn and Django, its PostgreSQL on a Lightsail database.";
const CHOKED = `${SHOP} After 180,000 products were inserted, its
pages take half a minute and end in 502. Starting it, and Gumshoe …`;
const WELL = `${SHOP} It is well, and alarms watch it.
Starting it, and Gumshoe …`;

const WITHOUT_POSTGRES = `This machine has no PostgreSQL with psql and pg_dump, 15 or newer, so the copy to another database is refused; all
before it can be played. Install it for the whole story: apt-get install postgresql.`;

if (options.help) console.log(HELP);
else await play();

function readyWith(alarm: boolean, calm: boolean): string {
  if (alarm) return `the disk chokes in ${CALM_MS / 1000} s, and within a minute of that an alarm opens a thread in #prod.`;
  return calm
    ? 'press "Let the disk choke" in the bar; within a minute an alarm opens a thread in #prod.'
    : "send /diagnose prod in #prod.";
}

async function play(): Promise<void> {
  const port = Number(options.port);
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) throw new Error(`--port ${options.port}: a port is a number up to 65535`);
  const calm = options.calm || options.alarm || options.repair;
  const here = options.terminal || options.repair;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const stage = await setStage({
    port,
    story: calm ? "calm" : "choking",
    language: options.korean ? "ko" : "en",
    onPage: ({ url }) => {
      if (!here) console.log(`Open  ${url}/?channel=prod${calm ? "" : "&draft=/diagnose%20prod"}\n`);
      console.log(calm ? WELL : CHOKED);
    },
  });
  if (!stage.installed) console.log(`\n${WITHOUT_POSTGRES}`);
  try {
    if (options.repair) {
      console.log("");
      const { closed, because } = await playRepair(stage, console.log);
      if (!closed) throw new Error(`the incident is not closed: ${because ?? ""}`);
      return;
    }
    if (options.terminal) {
      console.log("");
      if (!(await playInTerminal(stage, CAUSE, console.log))) throw new Error(`the thread does not name the cause\n${stage.gumshoe.log()}`);
      return;
    }
    const end = showNumbers(stage);
    console.log(`Ready: ${readyWith(options.alarm, calm)} Ctrl-C ends it.`);
    const choke = options.alarm ? setTimeout(() => stage.shop.disk.choke(), CALM_MS) : undefined;
    await Promise.race([stopped(stop.signal), stage.gumshoe.ended]);
    clearTimeout(choke);
    end();
    if (!stop.signal.aborted) throw new Error(`gumshoe ended by itself\n${stage.gumshoe.log()}`);
    console.log("\nStopping …");
  } finally {
    await stage.stop();
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}
