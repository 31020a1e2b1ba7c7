import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FURTHER, ORDINARY } from "./faults/catalogue.ts";
import { removeCgroups } from "./host/cgroups.ts";
import { imagesIn, installTools } from "./host/image.ts";
import type { Order } from "./trial.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// Failures induced on a real host: npm run test:real -- [--all | --only db-unreachable,app-oom]; --build makes the images alone, so that a later run begins at once
const { values } = parseArgs({ options: { only: { type: "string" }, all: { type: "boolean" }, build: { type: "boolean" } } });
const cache = process.env["GUMSHOE_REAL_CACHE"] ?? "/var/cache/gumshoe-real";
const records = process.env["GUMSHOE_REAL_OUT"] ?? join(cache, "records");
const faults = chosen();

if (process.getuid?.() !== 0) throw new Error("the real host is built by root: namespaces, mounts and control groups");
const name = `gumshoe-real-${process.pid}`;
const folder = join(cache, name);
removeLeftovers();
await installTools();
mkdirSync(records, { recursive: true });
const order: Order = { images: imagesIn(cache), folder, group: name, faults, records };
const built = await inNamespaces("build.ts", [], order);
process.exitCode = built === 0 && !values.build ? await inNamespaces("trial.ts", ["--net"], order) : built;
removeLeftovers(name);

/** Runs a script in namespaces of its own: when it ends, however that is, its processes, mounts, loop devices and network end with it. */
async function inNamespaces(script: string, more: readonly string[], order: Order): Promise<number> {
  const namespaces = ["unshare", "--mount", "--pid", ...more, "--fork", "--mount-proc", "--kill-child"];
  const command = ["--pdeathsig", "KILL", ...namespaces, process.execPath, join(import.meta.dirname, script), JSON.stringify(order)];
  const child = spawn("setpriv", command, { stdio: "inherit" });
  const stop = () => child.kill("SIGKILL");
  for (const signal of SIGNALS) process.on(signal, stop);
  const [code] = (await once(child, "exit")) as [number | null];
  for (const signal of SIGNALS) process.off(signal, stop);
  return code ?? 130;
}

/** The faults to induce, by name: an ordinary run's, all, or those named by `--only`; a run without names induces ten or more. */
function chosen(): string[] {
  const known = [...ORDINARY, ...FURTHER].map((fault) => fault.name);
  const wanted = values.only?.split(",") ?? (values.all ? known : ORDINARY.map((fault) => fault.name));
  const unknown = wanted.filter((fault) => !known.includes(fault));
  if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(", ")}; there are ${known.join(", ")}`);
  if (!values.only && wanted.length < 11) throw new Error("an ordinary run induces at least ten failures beside the healthy look");
  return wanted;
}

/** Removes the folders and control groups of this run, or of earlier runs whose process is gone. */
function removeLeftovers(own?: string): void {
  mkdirSync(cache, { recursive: true });
  const runs = readdirSync(cache).filter((entry) => /^gumshoe-real-\d+$/.test(entry));
  for (const run of runs.filter((entry) => entry === own || !existsSync(`/proc/${entry.split("-").at(-1)}`))) {
    removeCgroups(run);
    rmSync(join(cache, run), { recursive: true, force: true });
  }
}
