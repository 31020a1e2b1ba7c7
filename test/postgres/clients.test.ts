import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type Server } from "../../lab/shop/database/server.ts";
import { clientAddresses } from "../../src/postgres/clients.ts";

let dir = "";
let server: Server;
const sessions: Client[] = [];

const urlOf = (user: string, database = "shop") =>
  `postgres://${user}:s3cret@/${database}?host=${encodeURIComponent(dirname(server.socket))}`;
const addresses = async (user = "monitor") => clientAddresses(urlOf(user), { timeoutMs: 10_000, signal: new AbortController().signal });

async function session(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  sessions.push(client);
  return client;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gs-"));
  server = await startServer(dir, "s3cret");
  const admin = await session(urlOf("postgres", "postgres"));
  await admin.query("create role app login password 's3cret'; create role monitor login password 's3cret' in role pg_monitor");
  await admin.query("create role rdsadmin login superuser password 's3cret'");
  await admin.query("create database shop");
  await admin.end();
  sessions.pop();
});
afterAll(async () => {
  for (const each of sessions) await each.end();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

test("clients are told by their addresses, each once; who only looks and the service's own sessions are none", async () => {
  await session(urlOf("monitor"));
  await session(urlOf("rdsadmin"));
  expect(await addresses()).toEqual([]);
  await session(urlOf("app"));
  await session(urlOf("app"));
  expect(await addresses()).toEqual(["local"]);
});

test("behind a fence nobody can look, which is known; what broke is thrown", async () => {
  const admin = await session(urlOf("postgres", "postgres"));
  await admin.query("revoke connect on database shop from public");
  expect(await addresses()).toBeUndefined();
  await admin.query("grant connect on database shop to public");
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'shop'`);
  await admin.query("alter database shop rename to shop_aside");
  expect(await addresses()).toEqual(["local"]);
  await admin.query("revoke connect on database postgres from public");
  expect(await addresses()).toBeUndefined();
  await admin.query("grant connect on database postgres to public");
  await admin.query("alter database shop_aside rename to shop");
  await expect(addresses("nobody")).rejects.toThrow('password authentication failed for user "nobody"');
});
