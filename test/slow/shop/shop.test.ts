import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { processOf } from "../../../lab/shop/processes.ts";
import { startShop, type Shop } from "../../../lab/shop/shop.ts";
import { queryText } from "../../../src/postgres/query.ts";
import { withoutPython } from "../../lab/shop/without-python.ts";

const root = mkdtempSync(join(tmpdir(), "gumshoe-shop-"));
let well: Shop;
let choking: Shop;

beforeAll(async () => {
  well = await startShop({ dir: join(root, "well"), story: "calm" });
  choking = await startShop({ dir: join(root, "choking"), story: "choking", systemPath: withoutPython(join(root, "programs")) });
});
afterAll(async () => {
  await well.stop();
  rmSync(root, { recursive: true, force: true });
});

it("ends what still runs on its host and leaves nothing behind when it is stopped", async () => {
  const signal = new AbortController().signal;
  const running = choking.node({ script: "sleep 300", env: {}, timeoutMs: 300_000, signal });
  await choking.stop();
  expect((await running).exitCode).toBe(143);
  expect(existsSync(join(root, "choking"))).toBe(false);
});

it("lets its monitor look at the sessions of the others", async () => {
  const limits = { timeoutMs: 10_000, samples: 1, signal: AbortSignal.timeout(20_000) };
  const text = await queryText(well.monitorUrl, "select count(*) from pg_stat_activity where query is not null", limits);
  expect(text).toMatch(/^count\n\d+\n/);
  await expect(queryText(well.monitorUrl, "select * from products", limits)).rejects.toThrow("permission denied");
});

it("shows the host's programs as its own: units, sockets and processes of the shop, and no others", async () => {
  const script = `systemctl is-active x; systemctl status caddy | head -n 3; systemctl status nginx 2>&1; echo "exit $?"
      ps -eo sid,pid,ppid,user,stat,pcpu,pmem,rss,etimes,wchan:20,args --sort=-pcpu | wc -l; ss -ltn | grep -c LISTEN; last; who -b`;
  const { stdout } = await well.node({ script, env: {}, timeoutMs: 20_000, signal: AbortSignal.timeout(20_000) });
  expect(stdout).toMatch(/^inactive\n● caddy\.service - Caddy\n/);
  expect(stdout).toContain("Unit nginx.service could not be found.\nexit 4\n6\n2\n");
});

it("gives a script what it was sent with and nothing of its own, and exactly the bytes that it prints", async () => {
  const script = String.raw`printf 'a\tb\n\n'; printf '%s|' "$WHO" "$HOME" "$SECRET"; printf 'wrong\n' >&2; exit 3`;
  process.env["SECRET"] = "mine";
  const { stdout, stderr, exitCode } = await well.node({
    script,
    env: { WHO: "me" },
    timeoutMs: 20_000,
    signal: AbortSignal.timeout(20_000),
  });
  delete process.env["SECRET"];
  expect(stdout).toMatch(/^a\tb\n\nme\|[^|]+\|\|$/);
  expect([stderr, exitCode]).toEqual(["wrong\n", 3]);
});

it("ends a script that takes too long with all that it started", async () => {
  const script = "sleep 300 & echo $!; sleep 300";
  const { stdout, exitCode } = await well.node({ script, env: {}, timeoutMs: 3_000, signal: AbortSignal.timeout(20_000) });
  expect(exitCode).toBe(143);
  await vi.waitFor(() => expect(processOf(Number(stdout))?.state ?? "Z").toBe("Z"), 15_000);
});
