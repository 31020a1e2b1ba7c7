import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ArbiterSettings, ArbiterState } from "../../../lab/shop/app/arbiter.ts";
import { startUnit, type Unit } from "../../../lab/shop/unit.ts";

// A gunicorn of one worker and little patience, before a database that takes connections and never answers.
const printed = { gunicorn: [] as string[], caddy: [] as string[] };
let dir: string;
let silent: Server;
let arbiter: Unit<ArbiterState>;
let proxy: Unit<{ port: number }>;
let state: ArbiterState;
/** The most connections that waited at a time since a test last said 0. */
let mostWaiting = 0;
let site: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gumshoe-app-"));
  silent = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const DATABASE_URL = `postgres://shop:none@127.0.0.1:${(silent.address() as AddressInfo).port}/shop`;
  const settings: ArbiterSettings = { workers: 1, timeoutS: 2 };
  arbiter = startUnit({ program: lab("arbiter.ts"), settings, env: { DATABASE_URL } }, (line) => printed.gunicorn.push(line));
  state = await arbiter.until(({ ready }) => ready);
  arbiter.hear((told) => {
    state = told;
    mostWaiting = Math.max(mostWaiting, told.backlog);
  });
  const front = { upstreamPort: state.port, accessLog: join(dir, "access.log") };
  proxy = startUnit({ program: lab("proxy.ts"), settings: front }, (line) => printed.caddy.push(line));
  site = (await proxy.until(() => true)).port;
});

afterAll(async () => {
  await proxy.stop();
  await arbiter.stop();
  silent.close();
  await rm(dir, { recursive: true });
});

it("kills a worker that waits for longer than its time-out, and boots another in its place", async () => {
  const [before] = state.workers;
  expect(await get("/api/products/")).toBe(502);
  await vi.waitFor(() => expect(state.workers).not.toContain(before), 15_000);
  await vi.waitFor(() => expect(printed.gunicorn.at(-1)).toContain(`Booting worker with pid: ${state.workers[0]}`), 15_000);
  const said = printed.gunicorn.join("\n");
  expect(said).toMatch(new RegExp(`\\[CRITICAL\\] WORKER TIMEOUT \\(pid:${before}\\)`));
  expect(said).toContain(`[ERROR] Worker (pid:${before}) was sent SIGKILL! Perhaps out of memory?`);
  await vi.waitFor(async () => expect(await lastLine()).toMatchObject({ status: 502 }), 15_000);
  expect((await lastLine()).duration).toBeGreaterThan(2);
  await vi.waitFor(() => expect(printed.caddy.at(-1)).toContain('"msg":"EOF"'), 15_000);
});

it("lets requests wait for the worker in their order, one at a time", async () => {
  await vi.waitFor(() => expect(state.ready).toBe(true), 15_000);
  const order: string[] = [];
  mostWaiting = 0;
  const taken = once(silent, "connection");
  const stuck = get("/api/products/7/").then((status) => order.push(`stuck ${status}`));
  await taken;
  const waiting = get("/healthz/").then((status) => order.push(`waiting ${status}`));
  await Promise.all([stuck, waiting]);
  expect(order).toEqual(["stuck 502", "waiting 200"]);
  await vi.waitFor(() => expect({ mostWaiting, waiting: state.backlog }).toEqual({ mostWaiting: 1, waiting: 0 }), 15_000);
});

it("logs a client that went away without an answer as status 0, with the client's patience", async () => {
  await vi.waitFor(() => expect(state.ready).toBe(true), 15_000);
  const [leave, began, taken] = [new AbortController(), performance.now(), once(silent, "connection")];
  const answer = get("/api/products/9/", leave.signal);
  await taken;
  await pause(300);
  leave.abort();
  expect(await answer).toBe(0);
  await vi.waitFor(async () => expect(await lastLine()).toMatchObject({ status: 0, size: 0, level: "info" }), 15_000);
  const { duration } = await lastLine();
  expect(duration).toBeGreaterThan(0.29);
  expect(duration).toBeLessThan((performance.now() - began) / 1000);
});

function lab(name: string): URL {
  return new URL(`../../../lab/shop/app/${name}`, import.meta.url);
}

async function get(path: string, signal?: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port: site, path, agent: false, ...(signal ? { signal } : {}) }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    asked.on("error", () => resolve(0)).end();
  });
}

async function lastLine(): Promise<{ status: number; duration: number; size: number; level: string }> {
  const text = await readFile(join(dir, "access.log"), "utf8");
  return JSON.parse(text.trimEnd().split("\n").at(-1) ?? "{}") as { status: number; duration: number; size: number; level: string };
}
