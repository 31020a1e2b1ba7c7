import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Server as Net } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type Server } from "../../../lab/shop/database/server.ts";
import { reachOf } from "../../../src/cli/reach.ts";
import { readConfig } from "../../../src/config/config.ts";
import { gather, type Reach } from "../../../src/evidence/gather.ts";
import { readEvidence } from "../../../src/evidence/read-evidence.ts";
import { presentOf } from "../../../src/remediation/moves.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";

const { environments } = readConfig(
  "gumshoe.yml",
  `environments:
  prod:
    hosts: [local]
    caddy: { accessLog: /log }
    database: { host: db-old.invalid, user: shop, name: shop, monitorUrlFrom: SHOP_DB_URL }
`,
);
const named = environments.get("prod")!;
const { library, parsers } = await openLibrary();
const runbook = library.runbooks.get("web-errors")!;

let dir = "";
let server: Server;
let way: Net;
let to = "";

/** A server that listens where the application was led, and nobody where it was. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gs-"));
  server = await startServer(dir, "s3cret");
  const admin = new Client({ connectionString: `postgres://postgres:s3cret@/postgres?host=${encodeURIComponent(dirname(server.socket))}` });
  await admin.connect();
  await admin.query("create role monitor login password 's3cret' in role pg_monitor");
  await admin.query("create database shop");
  await admin.end();
  way = createServer((client) => {
    const up = connect(server.socket);
    client.on("error", () => up.destroy()).pipe(up);
    up.on("error", () => client.destroy()).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(way, "listening");
  to = `127.0.0.1:${(way.address() as AddressInfo).port}`;
});
afterAll(async () => {
  way.close();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

/** What a look at the database itself comes to, by the monitoring role's address. */
async function look(url: string, environment = presentOf(named, [{ left: "db-old.invalid:5432", to }])) {
  const reach = reachOf(environment, runbook, { SHOP_DB_URL: url });
  const steps = runbook.steps.filter(({ id }) => id === "db-activity" || id === "db-probe");
  const asked: Reach = { ...reach, askHosts: async () => {}, signal: AbortSignal.timeout(20_000) };
  const raw = await gather(environment, steps, asked, () => new Date());
  return readEvidence(raw, steps, parsers).shared;
}

test("after a move the monitoring role's login is used at the new database, whatever host its address names", async () => {
  const shared = await look("postgres://monitor:s3cret@db-old.invalid:5432/shop");
  expect(shared.get("db-probe")).toMatchObject({ kind: "facts", facts: { maxConnections: expect.any(Number) } });
  expect(shared.get("db-activity")).toMatchObject({ kind: "facts" });
});

test("without a move the address is taken as it is, and nothing of the new database is told as the old one's", async () => {
  const shared = await look("postgres://monitor:s3cret@db-old.invalid:5432/shop", named);
  expect(shared.get("db-probe")).toMatchObject({ kind: "unknown", because: { said: expect.stringContaining("db-old.invalid") } });
});

test("where the new database has no such role its own view is not seen, in the database's words", async () => {
  const shared = await look("postgres://nobody:s3cret@db-old.invalid:5432/shop");
  const said = { said: expect.stringMatching(/nobody/) };
  expect(shared.get("db-probe")).toMatchObject({ kind: "unknown", because: said });
  expect(shared.get("db-activity")).toMatchObject({ kind: "failed", because: said });
});

test("an address whose host cannot be replaced is not used, and says what to write", async () => {
  const shared = await look(`postgres://monitor:s3cret@/shop?host=${encodeURIComponent(dir)}`);
  expect(shared.get("db-probe")).toMatchObject({ kind: "unknown", because: { reason: "notLedOver", args: ["SHOP_DB_URL", to] } });
});
