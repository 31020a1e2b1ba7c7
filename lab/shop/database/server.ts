import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { findBinaries, type Binaries } from "../../../src/store/embedded/binaries.ts";
import { unprivileged, type Unprivileged } from "../../../src/store/embedded/unprivileged.ts";
import { copyFolder } from "./copy-folder.ts";
import type { Installed } from "./installed.ts";
import { layOut, passableTo, type Paths } from "./lay-out.ts";

/** A running PostgreSQL: its socket, the superuser and its password, the folder of its data, the process that leads it. */
export type Server = { socket: string; superuser: string; password: string; dataDir: string; pid: number; stop: () => Promise<void> };

/**
 * Which PostgreSQL it is (npm's), what its superuser is called (postgres), and the folder with data that it begins with, whose superuser it then has
 * (new data).
 */
export type ServerOptions = { installed?: Installed | undefined; superuser?: string; from?: string };

/** Bytes of a socket's path, with the NUL at its end (unix(7), sun_path). */
const LONGEST_SOCKET = 108;

/** The port in the socket's name; nothing listens on it. */
const SOCKET_NAME = ".s.PGSQL.5432";

// Its data is thrown away with the shop, so it need not be safe on the disk; and a start-up message may wait long at the link before it.
const SETTINGS = [
  "listen_addresses=",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "shared_buffers=64MB",
  "dynamic_shared_memory_type=mmap",
  "max_connections=60",
  "authentication_timeout=600",
  "autovacuum_naptime=5min",
];

/** Ends the server when this process's end of the pipe closes, however this process ended, and removes what nobody else would. */
const KEEPER = `"$@" & server=$!
while read -r _; do :; done
kill -QUIT "$server"; wait "$server"
[ -z "$REMOVE" ] || rm -rf -- "$REMOVE"`;

/** Where the server of a folder listens once it runs. */
export function socketOf(dir: string): string {
  return join(dir, "socket", SOCKET_NAME);
}

/** Creates a PostgreSQL in `dir` and starts it, on a socket in that folder only. It ends with this process. Throws with what the server said. */
export async function startServer(dir: string, password: string, options: ServerOptions = {}): Promise<Server> {
  const { installed, superuser = "postgres", from } = options;
  const socket = socketOf(dir);
  if (Buffer.byteLength(socket) >= LONGEST_SOCKET) throw new Error(`starting PostgreSQL: the folder's name is too long: ${socket}`);
  const as = unprivileged();
  const own = await passableTo(as, dir);
  const remove = own === dir ? "" : own;
  try {
    const paths = await layOut({ dir, own, as, password });
    const binaries = installed?.binaries ?? (await findBinaries(paths.lib));
    if (from === undefined) await createData(binaries, as, paths, superuser);
    else await takeOver(from, paths.data, as);
    const settings = ["-D", paths.data, "-k", paths.socket, ...SETTINGS.flatMap((setting) => ["-c", setting])];
    const keeper = startKeeper(binaries, as, settings, remove);
    await ready(keeper);
    const pid = Number((await readFile(join(paths.data, "postmaster.pid"), "utf8")).split("\n", 1)[0]);
    return { socket, superuser, password, dataDir: paths.data, pid, stop: async () => stop(keeper) };
  } catch (error) {
    if (remove) await rm(remove, { recursive: true, force: true });
    throw error;
  }
}

/** Data that this process has written parts of belongs to whoever runs the server. */
async function takeOver(from: string, data: string, { ids: { uid, gid } }: Unprivileged): Promise<void> {
  await copyFolder(from, data);
  if (uid !== undefined && gid !== undefined) await once(spawn("chown", ["-R", `${uid}:${gid}`, data], { stdio: "ignore" }), "close");
}

type Programs = Pick<Binaries, "initdb" | "postgres" | "env">;

async function createData(binaries: Programs, as: Unprivileged, paths: Paths, superuser: string): Promise<void> {
  const how = [
    "-U",
    superuser,
    "-A",
    "scram-sha-256",
    `--pwfile=${paths.password}`,
    "--locale=C",
    "-E",
    "UTF8",
    "--no-sync",
    "--no-instructions",
  ];
  const [program = "", ...args] = [...as.before, binaries.initdb, "-D", paths.data, ...how];
  const initdb = spawn(program, args, { ...as.ids, env: binaries.env, stdio: ["ignore", "ignore", "pipe"] });
  const said = textOf(initdb.stderr);
  try {
    const [code] = (await once(initdb, "close")) as [number | null];
    if (code !== 0) throw new Error((await said).trim());
  } catch (error) {
    const who = as.ids.uid === undefined ? "" : ` as user ${as.ids.uid}, since it refuses root`;
    throw new Error(`creating the data of PostgreSQL${who}: ${(error as Error).message}`, { cause: error });
  }
}

type Keeper = ChildProcessByStdio<Writable, null, Readable>;

function startKeeper(binaries: Programs, as: Unprivileged, args: readonly string[], remove: string): Keeper {
  return spawn("/bin/sh", ["-c", KEEPER, "postgres-keeper", ...as.before, binaries.postgres, ...args], {
    ...as.ids,
    env: { ...binaries.env, REMOVE: remove },
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
}

/** Resolves when the server says that it takes connections; throws with its last words where it ends instead. */
async function ready(keeper: Keeper): Promise<void> {
  let said = "";
  keeper.stdin.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`starting PostgreSQL: ${said.trim().slice(-2000)}`));
    keeper.once("error", reject).once("exit", fail);
    keeper.stderr.setEncoding("utf8").on("data", (part: string) => {
      said = (said + part).slice(-4000);
      if (said.includes("ready to accept connections")) {
        // From here on its log tells of its clients, whose errors are their own.
        keeper.stderr.removeAllListeners("data").resume();
        return resolve();
      }
      if (/FATAL: |not be run as|cannot execute|error while loading/.test(said)) {
        keeper.stdin.end();
        fail();
      }
    });
  });
  keeper.removeAllListeners("exit");
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const ended = once(keeper, "exit");
  keeper.stdin?.end();
  await ended;
}

async function textOf(stream: Readable): Promise<string> {
  let text = "";
  for await (const part of stream.setEncoding("utf8")) text += part as string;
  return text;
}
