import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type Server } from "../../lab/shop/database/server.ts";
import { dbProbe } from "../../src/evidence/parse/database/db-probe.ts";
import { windowOf } from "../../src/incident/window.ts";
import { probeText } from "../../src/postgres/probe.ts";
import { queryText } from "../../src/postgres/query.ts";

let dir = "";
let server: Server;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gs-"));
  server = await startServer(dir, "s3cret");
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

const limits = (timeoutMs = 5_000, signal = new AbortController().signal) => ({ timeoutMs, signal });
const urlOf = (password: string) => `postgres://postgres:${password}@/postgres?host=${encodeURIComponent(dirname(server.socket))}`;
const now = new Date();
const read = (text: string) =>
  dbProbe.parse(text, {
    at: now,
    timezone: "UTC",
    window: windowOf(now),
    names: { gunicornUnit: "g", caddyUnit: "c", databasePort: 5432 },
  });

test("the probe tells how long the connect took, which version answers, and its connections against the most it takes", async () => {
  expect(read(await probeText(urlOf("s3cret"), limits()))).toEqual({
    whole: true,
    facts: {
      connectMs: expect.closeTo(0, -4.5) as number,
      serverVersion: expect.stringMatching(/^1\d/) as string,
      connections: 1,
      maxConnections: 60,
    },
  });
});

test("a port where nothing listens, and a server that does not answer, are told by what they are", async () => {
  const silent = createServer((socket) => void socket.resume());
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const url = `postgres://shop@127.0.0.1:${port}/shop`;
  await expect(probeText(url, limits(300))).rejects.toThrow(`connection to server at "127.0.0.1", port ${port} failed: timeout expired`);
  const stop = new AbortController();
  const stopped = probeText(url, limits(60_000, stop.signal));
  setTimeout(() => stop.abort(), 100);
  const began = performance.now();
  await expect(stopped).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(20_000);
  silent.close();
  await once(silent, "close");
  await expect(probeText(url, limits())).rejects.toThrow(/port \d+ failed: connect ECONNREFUSED/);
});

test("a look changes nothing: its transactions are read-only, and a statement that takes too long is ended", async () => {
  const ask = async (query: string, timeoutMs = 5_000) => queryText(urlOf("s3cret"), query, { ...limits(timeoutMs), samples: 1 });
  await expect(ask("create table t (a int)")).rejects.toThrow("cannot execute CREATE TABLE in a read-only transaction");
  await expect(ask("select pg_sleep(5)", 300)).rejects.toThrow(/timeout/);
  expect(await ask("select 1 as a, 'x|y' as b")).toBe("a|b\n1|x y\n(1 rows)\n");
});

test("a probe that was cut, or is something else, is not whole or no probe", () => {
  const text = "connect_ms|server_version|connections|max_connections\n12.5|16.4|23|79\n(1 rows)\n";
  expect(read(text)).toEqual({ whole: true, facts: { connectMs: 12.5, serverVersion: "16.4", connections: 23, maxConnections: 79 } });
  for (let length = 0; length < text.length; length++) {
    const cut = read(text.slice(0, length));
    if (cut?.whole) expect(cut.facts).toEqual(read(text)?.facts);
  }
  for (const other of ["", "state|count\nidle|3\n(1 rows)\n", "\u0000", '{"connect_ms": "x"}\n'])
    expect(read(other)?.facts ?? {}).toEqual({});
});

test("what the server says itself is told as it is", async () => {
  const refusal = probeText(urlOf("wrong"), limits());
  await expect(refusal).rejects.toThrow('password authentication failed for user "postgres"');
  expect(read('psql: error: password authentication failed for user "postgres"\n')).toBeUndefined();
});
