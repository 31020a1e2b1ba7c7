import { parseArgs } from "node:util";
import { showNumbers } from "./demo/numbers.ts";
import { setStage } from "./demo/stage.ts";
import { playInTerminal } from "./demo/terminal.ts";

// The founding incident, in a page that works like Slack: the real product looks at a shop whose database's disk has choked, over a local
// AWS. Everything is on this machine, nothing needs an account, and nothing is left behind.
const HELP = `npm run demo [-- options]
  --terminal   play it here, without a browser, and end with the verdict
  --calm       begin with a shop that is well; the page has a button that lets its disk choke
  --korean     the channel's language is Korean
  --port N     the page's port (4455; another one where it is taken)`;

const { values: options } = parseArgs({
  options: {
    terminal: { type: "boolean", default: false },
    calm: { type: "boolean", default: false },
    korean: { type: "boolean", default: false },
    port: { type: "string", default: "4455" },
    help: { type: "boolean", default: false },
  },
});
const CAUSE = options.korean ? "디스크" : "disk";

if (options.help) console.log(HELP);
else await play();

async function play(): Promise<void> {
  const port = Number(options.port);
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) throw new Error(`--port ${options.port}: a port is a number up to 65535`);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const stage = await setStage({
    port,
    story: options.calm ? "calm" : "choking",
    language: options.korean ? "ko" : "en",
    onPage: ({ url }) => {
      if (!options.terminal) console.log(`Open  ${url}/?channel=prod&draft=/diagnose%20prod\n`);
      console.log(`A shop on Caddy, gunicorn and Django, its PostgreSQL on a Lightsail database. After 180,000 products were inserted, its
pages take half a minute and end in 502. Starting it, and Gumshoe …`);
    },
  });
  try {
    if (options.terminal) {
      console.log("");
      if (!(await playInTerminal(stage, CAUSE, console.log))) throw new Error(`the thread does not name the cause\n${stage.gumshoe.log()}`);
      return;
    }
    const end = showNumbers(stage);
    console.log("Ready: send /diagnose prod in #prod. Ctrl-C ends it.");
    await Promise.race([stopped(stop.signal), stage.gumshoe.ended]);
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
