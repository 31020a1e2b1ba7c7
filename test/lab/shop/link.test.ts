import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Disk, Work } from "../../../lab/shop/database/disk.ts";
import { startLink, type Link } from "../../../lab/shop/database/link.ts";

// A link before a server that keeps what it hears, and a disk whose work is done when the test says so.
let dir: string;
let server: Server;
let link: Link;
let heard: string;
let asked: { work: Work; done: () => void }[];

const startup = Buffer.from("\0\0\0\x10\0\x03\0\0user\0s\0\0", "latin1");
const statement = Buffer.concat([Buffer.from("Q"), Buffer.from([0, 0, 0, 13]), Buffer.from("select 1\0")]);

beforeEach(async () => {
  [heard, asked] = ["", []];
  dir = await mkdtemp(join(tmpdir(), "gumshoe-link-"));
  server = createServer((socket) => socket.on("error", () => {}).on("data", (part) => (heard += part.toString("latin1"))));
  server.listen(join(dir, "socket"));
  await once(server, "listening");
  const serve: Disk["serve"] = async (work) => new Promise((done) => asked.push({ work, done }));
  link = await startLink(join(dir, "socket"), { serve, choke() {}, mend() {}, read: nothing, stop() {} });
});

afterEach(async () => {
  await link.stop();
  server.close();
  await rm(dir, { recursive: true });
});

it("passes a message on when the disk has done what it asks for, and the next one after it", async () => {
  const client = await connected();
  client.write(Buffer.concat([startup, statement]));
  await vi.waitFor(() => expect(asked).toHaveLength(1), 15_000);
  expect([asked[0]?.work.operations, heard]).toEqual([18, ""]);
  asked[0]?.done();
  await vi.waitFor(() => expect(heard).toContain("user"), 15_000);
  await vi.waitFor(() => expect(asked).toHaveLength(2), 15_000);
  expect(heard).not.toContain("select");
  asked[1]?.done();
  await vi.waitFor(() => expect(heard).toContain("select 1"), 15_000);
  client.destroy();
});

it("counts the connection of a client that went away until the work that it asked for is done", async () => {
  const client = await connected();
  client.write(startup);
  await vi.waitFor(() => expect(asked).toHaveLength(1), 15_000);
  client.resetAndDestroy();
  await once(client, "close");
  expect(link.read().connections).toBe(1);
  asked[0]?.done();
  await vi.waitFor(() => expect(link.read().connections).toBe(0), 15_000);
});

it("ends a connection that speaks another protocol, and passes nothing of it on", async () => {
  const client = await connected();
  client.write("GET / HTTP/1.1\r\n\r\n");
  await once(client, "close");
  expect(link.read()).toMatchObject({ received: 18, transmitted: 0 });
  await vi.waitFor(() => expect(link.read().connections).toBe(0), 15_000);
  expect(heard).toBe("");
});

async function connected(): Promise<Socket> {
  const client = connect(link.port, "127.0.0.1");
  client.on("error", () => {});
  await once(client, "connect");
  return client;
}

function nothing() {
  return { queueDepth: 0, deepest: 0, readsPerS: 0, writesPerS: 0 };
}
