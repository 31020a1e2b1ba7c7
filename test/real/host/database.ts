import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Cgroup, makeCgroup } from "./cgroups.ts";
import { REAL, type Images } from "./image.ts";
import { copyMounted } from "./machine.ts";
import { pause, run, waitUntil } from "./shell.ts";

/** The database's host: PostgreSQL on 127.0.0.2 with a disk, control groups and a root folder of its own. */
export type Database = {
  cgroup: Cgroup;
  /** Its disk: the block device's name and `major:minor`, and where it is mounted. */
  disk: { name: string; device: string; at: string };
  /** Runs SQL as the superuser beside the database; returns the rows as text. */
  sql: (text: string, timeoutS?: number) => Promise<string>;
  /** Starts a client that holds its session open after this SQL, until `kill()` of what is returned. */
  session: (text: string) => ChildProcess;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Keeps the database's files out of the page cache until `kill()` of what is returned, 10 minutes at most. */
  forget: () => ChildProcess;
};

const FORGET = join(REAL, "host/forget.py");
const BIN = "/usr/lib/postgresql/15/bin";
const AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"];
const DATA = "/var/lib/postgresql/data";

/** Copies the database's disk below `folder`, mounts it and starts PostgreSQL; it ends with the caller's pid namespace at the latest. */
export async function startDatabase(images: Images, folder: string, group: string): Promise<Database> {
  const root = join(folder, "database");
  const at = join(root, "var/lib/postgresql");
  await copyMounted(images.debian, join(folder, "database.img"), root);
  await copyMounted(images.data, join(folder, "data.img"), at);
  const cgroup = makeCgroup(`${group}/database`);
  const asPostgres = (command: string) => ["chroot", root, ...AS_POSTGRES, "sh", "-c", command];
  const database: Database = {
    cgroup,
    disk: diskOf(at),
    sql: (text, timeoutS = 60) => run(asPostgres("psql -qAtX -v ON_ERROR_STOP=1 -d shop"), { input: text, timeoutS }),
    session: (text) => {
      const [program = "", ...args] = asPostgres("exec psql -qAtX -d shop");
      const client = spawn(program, args, { stdio: ["pipe", "ignore", "inherit"] });
      client.stdin?.write(`${text}\n`);
      return client;
    },
    start: async () => {
      // The shell puts itself into the group first, so that each process of the server is in it from its start.
      const server = spawn("sh", ["-c", 'read -r go && exec "$@"', "start", ...asPostgres(`exec ${BIN}/postgres -D ${DATA}`)], {
        stdio: ["pipe", "ignore", "ignore"],
      });
      cgroup.join(server.pid ?? 0);
      server.stdin.end("go\n");
      await waitUntil("PostgreSQL accepts connections", 60, () => answers(database));
    },
    stop: async () => {
      await run(asPostgres(`${BIN}/pg_ctl -D ${DATA} -m fast -w -t 60 stop`));
      await pause(0.5);
    },
    forget: () => spawn("chroot", [root, "python3", "-", DATA, "600"], { stdio: [openSync(FORGET, "r"), "ignore", "inherit"] }),
  };
  await database.start();
  return database;
}

async function answers(database: Database): Promise<boolean> {
  try {
    return (await database.sql("SELECT 1")) === "1\n";
  } catch {
    return false; // still starting
  }
}

function diskOf(at: string): Database["disk"] {
  const { dev } = statSync(at);
  const device = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  const name = /^DEVNAME=(.*)$/m.exec(readFileSync(`/sys/dev/block/${device}/uevent`, "utf8"))?.[1] ?? "";
  return { name, device, at };
}
