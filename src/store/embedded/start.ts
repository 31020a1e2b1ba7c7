import { spawn, type ChildProcess } from "node:child_process";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { StoreLog } from "../database/log.ts";
import { StoreFault } from "../database/store-fault.ts";
import { findBinaries, type Binaries } from "./binaries.ts";
import { createData } from "./create-data.ts";
import { knock } from "./knock.ts";
import { placeOf, prepare, refuseStrangers, type Place } from "./place.ts";
import { isPostgres } from "./process.ts";
import { unprivileged, type Unprivileged } from "./unprivileged.ts";

// Small, since it holds little; on the disk when it says so. No parallel workers and no replicas are needed.
const SETTINGS = [
  "listen_addresses=",
  "unix_socket_permissions=0700",
  "shared_buffers=32MB",
  "max_connections=60",
  "max_wal_size=256MB",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_parallel_workers_per_gather=0",
  "io_method=sync",
  "dynamic_shared_memory_type=mmap",
  "jit=off",
  "max_logical_replication_workers=0",
  "log_checkpoints=off",
];

/** A lock file of a server that was just killed is waited for this long; a crashed server reads its journal for longer. */
const LOCKED_MS = 10_000;
const RECOVERY_MS = 300_000;

/** The server's log is begun anew above this size; the one before is kept. */
const LOG_BYTES = 10_000_000;

/** A built-in server that runs: where, and whether it already did. */
export type Started = { url: string; how: "adopted" | "started" };

/**
 * Lets the PostgreSQL of a folder run: the one that does already, else one started now, which outlives this process. Any number of programs may do so
 * at once; one server comes of it. Throws a StoreFault with what it said where it cannot be started.
 */
export async function startEmbedded(folder: string, log: StoreLog): Promise<Started> {
  const place = placeOf(folder);
  const { url } = place;
  if ((await refuseStrangers(place)) && (await knock(url)) === "up") return { url, how: "adopted" };
  const as = unprivileged();
  await prepare(place, as);
  const binaries = await findBinaries(place.lib);
  await createData(place, binaries, as);
  const how = await untilUp(place, async () => launch(place, binaries, as));
  log.info({ folder: place.folder, how }, "starting the built-in PostgreSQL");
  return { url, how };
}

type Launched = { child: ChildProcess; error?: Error; said: () => Promise<string> };

async function untilUp(place: Place, begin: () => Promise<Launched>): Promise<Started["how"]> {
  const began = Date.now();
  let launched: Launched | undefined;
  for (; ; await pause(launched ? 20 : 100)) {
    const heard = await knock(place.url);
    if (heard === "up") return launched && !hasEnded(launched) ? "started" : "adopted";
    const waitedMs = Date.now() - began;
    if (waitedMs > RECOVERY_MS) throw notStarted(place, `it does not answer after ${RECOVERY_MS / 1000} s`);
    if (heard === "starting" || (launched && !hasEnded(launched))) continue;
    if (launched) await whyItEnded(place, launched, waitedMs);
    launched = launched ? undefined : await begin();
  }
}

/** A lock file may be of a server that starts at the same time, or was just killed: then it is tried again. Throws whatever else ended a start. */
async function whyItEnded(place: Place, { error, said }: Launched, waitedMs: number): Promise<void> {
  const words = error?.message ?? (await said());
  if (!/lock file .* already exists|pre-existing shared memory block/.test(words)) throw notStarted(place, words);
  if (waitedMs < LOCKED_MS) return;
  const file = join(place.data, "postmaster.pid");
  const pid = Number((await readFile(file, "utf8").catch(() => "")).split("\n", 1)[0]);
  if (pid > 0 && (await isPostgres(pid))) throw notStarted(place, words);
  // Nobody listens, and the number belongs to another program since: the machine was started anew.
  await rm(file, { force: true });
}

async function launch(place: Place, binaries: Binaries, as: Unprivileged): Promise<Launched> {
  const { size } = await stat(place.log).catch(() => ({ size: 0 }));
  if (size > LOG_BYTES) await rename(place.log, `${place.log}.1`);
  const from = size > LOG_BYTES ? 0 : size;
  const log = await open(place.log, "a", 0o600);
  try {
    const settings = ["-D", place.data, "-k", place.socket, ...SETTINGS.flatMap((setting) => ["-c", setting])];
    const [program = "", ...args] = [...as.before, binaries.postgres, ...settings];
    // A group and a session of its own: what ends this program leaves the server.
    const child = spawn(program, args, { ...as.ids, env: binaries.env, detached: true, stdio: ["ignore", log.fd, log.fd] });
    child.unref();
    const said = async () => (await readFile(place.log)).subarray(from).toString().trim().slice(-2_000);
    const launched: Launched = { child, said };
    child.once("error", (error) => (launched.error = error));
    return launched;
  } finally {
    await log.close();
  }
}

function hasEnded({ child, error }: Launched): boolean {
  return error !== undefined || child.exitCode !== null || child.signalCode !== null;
}

function notStarted({ folder }: Place, because: string): StoreFault {
  return new StoreFault({ kind: "not-started", folder, because });
}
