import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { childrenOf, processOf } from "../../../lab/shop/processes.ts";

/** A process that starts a shop, runs a long script on its host, and tells the shop's processes. */
const STARTER = `
  const { startShop } = await import(process.argv[1]);
  const shop = await startShop({ dir: process.argv[2], story: "calm" });
  const run = (script) => shop.node({ script, env: {}, timeoutMs: 60000, signal: new AbortController().signal });
  const { stdout } = await run("ps -eo sid,pid,ppid,args | sed 1d | cut -b 9-16");
  void run("echo $$ >&2; sleep 60");
  console.log(stdout.trim().split(/\\s+/).join(" "));
`;

it("ends with the process that started it, also when that is killed: application, database and scripts", { timeout: 60_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-ends-"));
  try {
    const shop = new URL("../../../lab/shop/shop.ts", import.meta.url).href;
    const args = ["--input-type=module", "-e", STARTER, shop, join(dir, "shop")];
    const starter = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface({ input: starter.stdout }), "line")) as [string];
    const database = Number((await readFile(join(dir, "shop/database/data/postmaster.pid"), "utf8")).split("\n", 1)[0]);
    const pids = [...line.split(" ").map(Number), database, ...childrenOf(database), ...childrenOf(starter.pid ?? 0)];
    expect(pids.filter(alive).length).toBeGreaterThan(8);
    starter.kill("SIGKILL");
    await vi.waitFor(() => expect(pids.filter(alive)).toEqual([]), { timeout: 20_000, interval: 100 });
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
});

function alive(pid: number): boolean {
  return (processOf(pid)?.state ?? "Z") !== "Z";
}
