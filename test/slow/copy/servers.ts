import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { NOBODY } from "../../../src/store/embedded/unprivileged.ts";

/** A real PostgreSQL 15 on 127.0.0.1 whose administrator, as at RDS, is no superuser. */
export type Server = { port: number; dir: string; stop: () => Promise<void> };

/** Who is asked: `rdsadmin` is the superuser whom customers of RDS never are; `master` is what they are given instead. */
export const PASSWORDS: Record<string, string> = { rdsadmin: "super", master: "m4ster-pw", app: `a'p p"%1\\z#`, reporter: "r3porter" };

const BIN = "/usr/lib/postgresql/15/bin";

/** What a test file does with its tests: it skips them, loudly, where PostgreSQL 15's server is not installed. */
export function withoutServers(): boolean {
  const missing = !existsSync(join(BIN, "initdb")) || process.getuid?.() !== 0;
  if (missing)
    console.warn(`SKIPPED: copying a database is not tested: as root, with PostgreSQL 15 in ${BIN} (apt-get install postgresql-15)`);
  return missing;
}

/** Ends the server when this process's end of the pipe closes, however this process ended. */
const KEEPER = `"$@" & server=$!
while read -r _; do :; done
kill -QUIT "$server"; wait "$server"`;

/** Throws with what the server said. `base` is where its tables stand, when not beside the rest. */
export async function startServer(options: { base?: string; settings?: readonly string[] } = {}): Promise<Server> {
  const dir = await mkdtemp(join(tmpdir(), "gs-copy-"));
  await chmod(dir, 0o755);
  await writeFile(join(dir, "pw"), PASSWORDS["rdsadmin"] ?? "", { mode: 0o644 });
  await mkdir(join(dir, "pg"));
  await chown(join(dir, "pg"), NOBODY, NOBODY);
  const data = join(dir, "pg", "data");
  asNobody(
    "initdb",
    "-D",
    data,
    "-U",
    "rdsadmin",
    "-A",
    "scram-sha-256",
    `--pwfile=${join(dir, "pw")}`,
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
  );
  if (options.base) spawnSync("sh", ["-c", 'cp -a "$1/base/." "$2" && rm -r "$1/base" && ln -s "$2" "$1/base"', "sh", data, options.base]);
  const port = await freePort();
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "fsync=off",
    "shared_buffers=64MB",
    "max_connections=40",
    "autovacuum_naptime=1h",
  ];
  const args = ["-D", data, "-k", join(dir, "pg"), ...[...settings, ...(options.settings ?? [])].flatMap((setting) => ["-c", setting])];
  const words = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups", join(BIN, "postgres"), ...args];
  const keeper = spawn("sh", ["-c", KEEPER, "sh", "setpriv", ...words], { stdio: ["pipe", "ignore", "pipe"], detached: true, cwd: "/" });
  await ready(keeper);
  const server = { port, dir, stop: async () => stop(keeper, dir) };
  const asked = ask(server, "rdsadmin", "postgres");
  await asked(`create role rds_superuser; grant pg_signal_backend, pg_read_all_data, pg_monitor to rds_superuser with admin option;
    create role master login createrole createdb password '${PASSWORDS["master"]}'; grant rds_superuser to master`);
  return server;
}

function asNobody(program: string, ...args: string[]): void {
  const ids = { uid: NOBODY, gid: NOBODY };
  const done = spawnSync(join(BIN, program), args, { ...ids, encoding: "utf8", cwd: "/" });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
}

async function ready(keeper: ChildProcess): Promise<void> {
  let said = "";
  for await (const chunk of keeper.stderr ?? []) {
    said += String(chunk);
    if (said.includes("ready to accept connections")) break;
  }
  if (!said.includes("ready to accept connections")) throw new Error(`starting PostgreSQL: ${said}`);
}

async function stop(keeper: ChildProcess, dir: string): Promise<void> {
  keeper.stdin?.end();
  if (keeper.exitCode === null) await once(keeper, "exit");
  await rm(dir, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** The address of a database as one of its users. */
export function urlOf(server: Server, user: string, database: string): string {
  return `postgres://${user}:${encodeURIComponent(PASSWORDS[user] ?? "")}@127.0.0.1:${server.port}/${database}`;
}

/** Runs statements in one connection of their own; answers with the rows of the last one. */
export function ask(server: Server, user: string, database: string): (sql: string) => Promise<Record<string, unknown>[]> {
  return async (sql) => {
    const client = new pg.Client({ connectionString: urlOf(server, user, database) });
    client.on("error", () => {});
    await client.connect();
    try {
      const results = await client.query(sql);
      return (([results].flat() as unknown as pg.QueryResult[]).at(-1)?.rows ?? []) as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
}

/** The application's role, and a database `shop` that it owns; on the target neither is there yet. */
export async function makeShop(server: Server): Promise<void> {
  await ask(
    server,
    "master",
    "postgres",
  )(`create role app login password '${(PASSWORDS["app"] ?? "").replaceAll("'", "''")}'; grant app to master`);
  await ask(server, "master", "postgres")("create database shop owner app");
}
