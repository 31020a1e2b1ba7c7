import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { recordedHost } from "./recorded-host.ts";

// The founding incident, diagnosed by the real command through the real host script, on a sandboxed host whose programs print what the
// incident's host printed. Nothing is opened to the network, and nothing is left behind.
const founding = join(import.meta.dirname, "cases/lightsail-disk-queue");
const { at } = JSON.parse(await readFile(join(founding, "case.json"), "utf8")) as { at: string };
const expected = "db-disk-saturated";

const host = await recordedHost(founding);
const dir = await mkdtemp(join(tmpdir(), "gumshoe-demo-"));
const config = join(dir, "gumshoe.yml");
const environment = {
  hosts: ["local"],
  caddy: { accessLog: host.values.caddyLog },
  gunicorn: { unit: host.values.gunicornUnit, address: host.values.appAddress },
  database: { host: host.values.dbHost, user: host.values.dbUser, name: host.values.dbName },
  metrics: { files: join(founding, "metrics") },
  channel: "#prod",
};

console.log(`A shop on Caddy, gunicorn and Django, its PostgreSQL on a Lightsail database. 180,000 products were inserted; since then
pages take half a minute and end in 502, and gunicorn's journal says "Perhaps out of memory?". It is ${at}.

$ gumshoe diagnose prod
`);

try {
  await writeFile(config, stringify({ environments: { prod: environment } }));
  const text = await diagnose(["diagnose", "prod", "--config", config, "--now", at]);
  console.log(text);
  if (!text.includes(expected)) throw new Error(`the demo came to another verdict than ${expected}`);
  console.log(`Your own host: write a gumshoe.yml (docs/configuration.md), then
$ npx gumshoe diagnose prod`);
} finally {
  await host.remove();
  await rm(dir, { recursive: true, force: true });
}

/** Run the command with the recorded host's programs on its PATH, its progress shown as it comes, and return what it printed. */
async function diagnose(args: readonly string[]): Promise<string> {
  const command = join(import.meta.dirname, "../src/gumshoe.js");
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PATH: host.path },
  });
  process.once("SIGINT", () => child.kill("SIGINT"));
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`gumshoe diagnose ended with exit code ${code}`);
  return text;
}
